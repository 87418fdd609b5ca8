//! Arguments on one line, or on a line each, as rustfmt would have them.

use super::{RewriteStyle, is_identifier};
use crate::call::{LogCall, Span};
use crate::finding::Edit;
use crate::rustfmt::Widths;
use crate::settings::{ErrorKey, KeyCase, MessageCase};
use crate::tokens;

/// The arguments between the delimiters: on one line where they fit, else one a line.
pub(super) fn layout(
    call: &LogCall,
    source: &str,
    path: Option<&str>,
    arguments: &[String],
    semicolons: &[usize],
    style: RewriteStyle,
    widths: Widths,
) -> String {
    let join = |separator: &str, indent: &str| {
        let mut text = String::new();
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                text.push(if semicolons.contains(&(index - 1)) { ';' } else { ',' });
                text.push_str(separator);
            }
            text.push_str(indent);
            text.push_str(argument);
        }
        text
    };
    let one_line = join(" ", "");
    let line_start = tokens::line_start(source, call.span.start);
    let line_end = tokens::line_end(source, call.span.end);
    let before = source[line_start..call.span.start].chars().count();
    let head = source[call.span.start..call.args_span.start].chars().count();
    let head = path.map_or(head, |path| {
        head + path.chars().count() - source[call.path_span.clone()].chars().count()
    });
    let after = source[call.args_span.end..line_end].trim_end().chars().count();
    let was_on_lines = source[call.args_span.clone()].contains('\n');
    // rustfmt lays out what reads as Rust, and leaves the rest as it is.
    let is_rust = semicolons.is_empty()
        && !arguments.iter().any(|argument| {
            argument.starts_with('%')
                || argument.strip_prefix('?').is_some_and(|rest| !is_identifier(rest))
                || argument.contains("= %")
                || argument.contains("= ?")
                || has_colon(argument)
        });
    // `info! { "x" }`: the spaces inside of the brackets stay.
    let old = &source[call.args_span.clone()];
    let is_padded = old.starts_with(' ') && old.ends_with(' ') && old.len() > 1;
    let one_line = if is_padded { format!(" {one_line} ") } else { one_line };
    let fits = before + head + one_line.chars().count() + after <= widths.line
        && !arguments.iter().any(|argument| argument.contains('\n'))
        && (!is_rust || one_line.chars().count() <= widths.arguments || arguments.len() == 1);
    let stays = was_on_lines && !is_rust && arguments.len() > 2;
    // A line of several statements that was too long is its author's: lines of one call in it say no more.
    let line = &source[line_start..line_end];
    let rest = source[call.args_span.end..line_end].split("//").next().unwrap_or_default();
    let is_crowded = line.trim_end().chars().count() > widths.line
        && !line.contains('\n')
        && (rest.contains(char::is_alphanumeric)
            || source[line_start..call.span.start].contains("; "))
        && !one_line.contains('\n');
    if fits && !stays || is_crowded {
        return one_line;
    }
    let indent: String =
        source[line_start..].chars().take_while(|char| *char == ' ' || *char == '\t').collect();
    let first_lines = tokens::first_lines(source);
    let newline = if source[..call.span.start].ends_with("\r\n") || first_lines.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let has_tabs = indent.contains('\t') || indent.is_empty() && first_lines.contains("\n\t");
    let inner = format!("{indent}{}", if has_tabs { "\t" } else { "    " });
    let comma = if style.dialect.form.is_some_and(|form| form.separator == ';') { "" } else { "," };
    format!("{newline}{}{comma}{newline}{indent}", join(newline, &inner))
}

/// Edits of arguments; where their line would become too long, an edit that gives each argument a line of its own.
pub(crate) fn on_lines(
    call: &LogCall,
    source: &str,
    edits: Vec<Edit>,
    widths: Widths,
) -> Vec<Edit> {
    let line_start = tokens::line_start(source, call.span.start);
    let line_end = tokens::line_end(source, call.span.end);
    let n_chars = source[line_start..line_end].trim_end().chars().count();
    let gone: usize = edits.iter().map(|edit| source[edit.span.clone()].chars().count()).sum();
    let new: usize = edits.iter().map(|edit| edit.text.chars().count()).sum();
    let is_on_line = !source[line_start..line_end].contains('\n');
    let is_short = n_chars + new <= widths.line + gone;
    if !is_on_line || is_short || n_chars > widths.line || !call.comments.is_empty() {
        return edits;
    }
    let prefix = call.prefix.iter().map(|argument| &argument.span);
    let pairs = call.pairs.iter().map(|pair| &pair.span);
    let message = call.message.iter().map(|message| &message.span);
    let arguments = call.format_args.iter().map(|argument| &argument.span);
    let mut spans: Vec<&Span> = prefix.chain(pairs).chain(message).chain(arguments).collect();
    spans.sort_by_key(|span| span.start);
    let mut semicolons = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        texts.extend(edited(source, span, &edits));
        let next = spans.get(index + 1).map_or(call.args_span.end, |next| next.start);
        // What is none of the arguments would be lost.
        if !matches!(source.get(span.end..next).map(str::trim), Some("" | "," | ";")) {
            return edits;
        }
        if source[span.end..next].contains(';') && index + 1 < spans.len() {
            semicolons.extend(texts.len().checked_sub(1));
        }
    }
    let key_case = KeyCase::SnakeCase;
    let style = RewriteStyle {
        dialect: call.dialect,
        case: key_case,
        error: ErrorKey::default(),
        messages: MessageCase::default(),
    };
    let text = layout(call, source, None, &texts, &semicolons, style, widths);
    vec![Edit { span: call.args_span.clone(), text }]
}

/// The text of an argument after the edits; `None` where they take it out.
fn edited(source: &str, span: &Span, edits: &[Edit]) -> Option<String> {
    let mut text = source[span.clone()].to_owned();
    for edit in edits.iter().rev() {
        if span.start <= edit.span.start && edit.span.end <= span.end {
            let at = edit.span.start - span.start..edit.span.end - span.start;
            text.replace_range(at, &edit.text);
        } else if edit.text.is_empty() && edit.span.start <= span.start && span.end <= edit.span.end
        {
            return None;
        }
    }
    Some(text)
}

/// `target: "x"` is no expression.
fn has_colon(argument: &str) -> bool {
    ["target:", "parent:", "name:", "logger:", "err:", "v:"]
        .iter()
        .any(|prefix| argument.starts_with(prefix))
}
