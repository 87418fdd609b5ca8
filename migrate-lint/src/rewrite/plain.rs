//! Numbers and booleans whose type is in plain sight: they stay what they are, so that logs can be queried.

use crate::call::{LogCall, Shape};
use crate::tokens;

/// Types that every dialect logs as what they are.
const PRIMITIVES: &str = "bool f32 f64 i16 i32 i64 i8 isize u16 u32 u64 u8 usize";

/// Methods without arguments whose results are such, whatever they are called on.
const METHODS: &str = "\
    as_secs as_secs_f32 as_secs_f64 capacity count is_empty is_err is_none is_ok is_some len port \
    subsec_micros subsec_millis subsec_nanos";

/// Whether the source shows that an expression is a number or a boolean.
pub(super) fn is_plain(call: &LogCall, source: &str, text: &str, shape: &Shape) -> bool {
    match shape {
        Shape::Literal(literal) => is_literal(literal),
        Shape::Cast(_) => text.rsplit(' ').next().is_some_and(is_primitive),
        Shape::Method(_, method, arguments) => {
            arguments.is_empty() && super::words::has(METHODS, method)
        }
        Shape::Reference(inner) | Shape::Group(inner) | Shape::Deref(inner) => {
            let bare = text.trim_start_matches(['&', '*', '(', ' ']).trim_end_matches(')');
            is_plain(call, source, bare, inner)
        }
        Shape::Ident(name) => is_bound_to_plain(call, source, name),
        Shape::Field(base, field) if **base == Shape::Ident("self".to_owned()) => {
            is_plain_field(call, source, field)
        }
        _ => false,
    }
}

fn is_primitive(text: &str) -> bool {
    super::words::has(PRIMITIVES, text.trim().trim_start_matches('&').trim())
}

fn is_literal(text: &str) -> bool {
    text == "true" || text == "false" || text.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether the variable's binding is in the function around, and gives its type or a value that has one.
fn is_bound_to_plain(call: &LogCall, source: &str, name: &str) -> bool {
    let before = &source[..call.span.start];
    let start = call.place.function.as_deref().and_then(|function| {
        let function = function.rsplit("::").next().unwrap_or(function);
        before.rfind(&format!("fn {function}"))
    });
    let Some(start) = start else { return false };
    let text = &before[start..];
    let words: Vec<(usize, &str)> = tokens::identifiers(text).collect();
    let body = text.find('{').unwrap_or(text.len());
    for (index, &(at, word)) in words.iter().enumerate().rev() {
        if word != name {
            continue;
        }
        let behind = text[at + name.len()..].trim_start();
        let ahead = text[..at].trim_end();
        let is_mutable = index > 0 && words[index - 1].1 == "mut" && ahead.ends_with("mut");
        let keyword = if is_mutable { index.checked_sub(2) } else { index.checked_sub(1) };
        let keyword = keyword.map_or("", |keyword| words[keyword].1);
        let ahead = if is_mutable { ahead[..ahead.len() - "mut".len()].trim_end() } else { ahead };
        let has_type = behind.starts_with(':') && !behind.starts_with("::");
        if keyword == "let" && ahead.ends_with("let") {
            let end = behind.find(';').unwrap_or(behind.len());
            let (given, value) = behind[..end].split_once('=').unwrap_or((&behind[..end], ""));
            return match has_type {
                true => is_primitive(given.trim_start_matches(':')),
                false => is_plain_value(value.trim()),
            };
        }
        if has_type && at < body {
            let end = behind.find([',', ')']).unwrap_or(behind.len());
            return is_primitive(behind[1..end].trim());
        }
        if is_pattern(ahead, behind, keyword) {
            return false;
        }
    }
    false
}

/// The value of a `let` whose type shows: a literal, `items.len()`, `x as u64`.
fn is_plain_value(value: &str) -> bool {
    if value.contains(['{', '?', '\n']) {
        return false;
    }
    let is_number = value.chars().all(|char| char.is_ascii_alphanumeric() || "_.".contains(char));
    if is_literal(value) && is_number {
        return true;
    }
    let method = value.strip_suffix("()").and_then(|call| call.rsplit('.').next());
    let is_chain = !value.contains([' ', ',']);
    let cast = value.rsplit_once(" as ").map(|(_, of)| of);
    is_chain && method.is_some_and(|method| super::words::has(METHODS, method))
        || cast.is_some_and(is_primitive)
}

/// Whether a name is bound here, by something whose type does not show: `|n|`, `Some(n) =`, `for n in`.
fn is_pattern(ahead: &str, behind: &str, keyword: &str) -> bool {
    let closes = behind.trim_start_matches([')', ']', ' ', '\n']);
    let is_closed = closes.len() < behind.len();
    keyword == "for" && ahead.ends_with("for")
        || ahead.ends_with('|')
        || behind.starts_with('|') && !behind.starts_with("||")
        || ahead.ends_with(['(', ',', '{', '[', '&'])
            && (closes.starts_with("=>")
                || is_closed && closes.starts_with('=') && !closes.starts_with("=="))
        || behind.starts_with("=>")
        || behind.starts_with('}')
        || behind.starts_with(',') && ahead.ends_with(['(', ',', '{'])
}

/// A field of a struct of this file.
fn is_plain_field(call: &LogCall, source: &str, field: &str) -> bool {
    let Some(name) = call.place.self_type.as_deref() else { return false };
    let name = name.split('<').next().unwrap_or(name).rsplit("::").next().unwrap_or(name).trim();
    let declares = |at: &usize| {
        let rest = &source[at + "struct ".len() + name.len()..];
        !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
    };
    let head = format!("struct {name}");
    let Some(at) = source.match_indices(&head).map(|(at, _)| at).find(declares) else {
        return false;
    };
    let Some(body) = source[at..].split_once('{').map(|(_, body)| body) else { return false };
    let body = &body[..body.find('}').unwrap_or(body.len())];
    let lines = body.lines().filter_map(|line| line.trim().trim_end_matches(',').split_once(':'));
    let mut fields = lines.map(|(name, of)| (name.rsplit(' ').next().unwrap_or(name), of));
    fields.any(|(name, of)| name == field && is_primitive(of))
}
