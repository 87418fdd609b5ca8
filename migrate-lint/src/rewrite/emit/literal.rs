//! A message as a literal of the source.

use crate::call::LogCall;

/// The message as a literal; what formats it sees braces doubled.
pub(super) fn literal(message: &str, is_format_string: bool, escapes: &[(char, &str)]) -> String {
    let mut literal = String::from("\"");
    for char in message.chars() {
        let escape = escapes.iter().find(|(escaped, _)| *escaped == char);
        match char {
            _ if escape.is_some() => literal.extend(escape.map(|(_, written)| *written)),
            '{' | '}' if is_format_string => {
                literal.push(char);
                literal.push(char);
            }
            '"' | '\\' => {
                literal.push('\\');
                literal.push(char);
            }
            char if char.is_control() || is_invisible(char) => {
                literal.extend(char.escape_default());
            }
            char => literal.push(char),
        }
    }
    literal.push('"');
    literal
}

/// A text as it is in a format string, without the quotes around it.
pub(in crate::rewrite) fn inside_of_literal(text: &str) -> String {
    let literal = literal(text, true, &[]);
    literal[1..literal.len() - 1].to_owned()
}

/// Characters that turn the direction of text or take no room: what a reader sees would not be what is there.
fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Characters that the message's literal escapes, and how it writes them; a capital letter as the small one.
pub(super) fn escapes<'a>(call: &LogCall, source: &'a str) -> Vec<(char, &'a str)> {
    let literal = call.message.as_ref().and_then(|message| source.get(message.span.clone()));
    let Some(literal) = literal.filter(|literal| literal.starts_with('"')) else {
        return Vec::new();
    };
    let mut escapes = Vec::new();
    let mut rest = literal;
    while let Some(at) = rest.find('\\') {
        let written = match rest[at + 1..].chars().next() {
            Some('u') => rest[at..].find('}').map(|end| &rest[at..=at + end]),
            Some('x') => rest.get(at..at + 4),
            _ => None,
        };
        if rest[at + 1..].starts_with('0') {
            escapes.push(('\0', "\\0"));
        }
        if let Some(written) = written {
            let digits = written[2..].trim_matches(['{', '}']).replace('_', "");
            let char = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
            escapes.extend(char.map(|char| (char, written)));
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    escapes
}
