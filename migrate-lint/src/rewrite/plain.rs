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
        Shape::Method(_, method, arguments) => match &arguments[..] {
            [] => super::words::has(METHODS, method),
            // Of an atomic.
            [Shape::Path(path)] => {
                method == "load" && path.last().is_some_and(|name| is_ordering(name))
            }
            [Shape::Ident(name)] => method == "load" && is_ordering(name),
            _ => false,
        },
        Shape::Call(path, arguments) => {
            arguments.is_empty()
                && matches!(&path[..], [.., of, id] if of == "process" && id == "id")
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

fn is_ordering(name: &str) -> bool {
    matches!(name, "Acquire" | "Relaxed" | "SeqCst")
}

/// Whether a form lays numbers out, and does not say how to write them: `{:>6}`, `{:.1}`; true where only the width is given.
pub(super) fn layout(spec: &str) -> Option<bool> {
    let mut chars = spec.chars();
    let aligned = match (chars.next(), chars.next()) {
        (Some(_), Some('<' | '^' | '>')) => chars.as_str(),
        (Some('<' | '^' | '>'), _) => &spec[1..],
        _ => spec,
    };
    let rest = aligned.trim_start_matches('+');
    let (width, digits) = rest.split_once('.').map_or((rest, None), |(w, d)| (w, Some(d)));
    let is_number = |text: &str| text.chars().all(|char| char.is_ascii_digit());
    let is_layout =
        is_number(width) && digits.is_none_or(|text| !text.is_empty() && is_number(text));
    is_layout.then_some(digits.is_none())
}

fn is_primitive(text: &str) -> bool {
    super::words::has(PRIMITIVES, text.trim().trim_start_matches('&').trim())
}

fn is_literal(text: &str) -> bool {
    text == "true" || text == "false" || text.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether the variable's binding is in the function around, and gives its type or a value that has one.
fn is_bound_to_plain(call: &LogCall, source: &str, name: &str) -> bool {
    const N_NEAR: usize = 16 << 10;
    let end = call.span.start;
    let Some(start) = call.place.function_start.filter(|start| *start < end) else { return false };
    let near = tokens::boundary_before(source, end.saturating_sub(N_NEAR));
    if near <= start {
        return binding(&source[start..end], name).unwrap_or(false);
    }
    // Of a long function, what is near, and its parameters.
    let near = tokens::line_start(source, near).max(start);
    let parameters = &source[start..tokens::boundary_after(source, start + N_NEAR / 16).min(near)];
    let body = parameters.find('{').unwrap_or(parameters.len());
    let found = binding(&source[near..end], name);
    found.or_else(|| binding(&parameters[..body], name)).unwrap_or(false)
}

/// Whether the last binding of a name in a part of a function gives a number or a boolean; `None` without one.
fn binding(text: &str, name: &str) -> Option<bool> {
    const N_LINE: usize = 500;
    let body = text.find('{').unwrap_or(text.len());
    let last_word = |text: &str| {
        let start = text.rfind(|c: char| !c.is_alphanumeric() && c != '_');
        start
            .map_or(text, |start| &text[start..])
            .trim_start_matches(|c: char| !is_of_name(c))
            .to_owned()
    };
    for (at, _) in text.rmatch_indices(name) {
        let (ahead, behind) = (&text[..at], &text[at + name.len()..]);
        if ahead.ends_with(|c: char| is_of_name(c) || c == '.') || behind.starts_with(is_of_name) {
            continue;
        }
        // A placeholder of a text, and no pattern of a field.
        let is_braced = ahead.ends_with('{') && behind.starts_with(['}', ':']);
        let line = tokens::line_start(text, at);
        // Nobody writes such lines, and a text is always right.
        if at - line > N_LINE {
            return Some(false);
        }
        if is_braced && text[line..at].matches('"').count() % 2 == 1 {
            continue;
        }
        let (ahead, behind) = (ahead.trim_end(), behind.trim_start());
        let ahead = match last_word(ahead).as_str() {
            "mut" => ahead[..ahead.len() - "mut".len()].trim_end(),
            _ => ahead,
        };
        let keyword = last_word(ahead);
        let has_type = behind.starts_with(':') && !behind.starts_with("::");
        let found = if keyword == "let" {
            let end = behind.find(';').unwrap_or(behind.len());
            let (given, value) = behind[..end].split_once('=').unwrap_or((&behind[..end], ""));
            match has_type {
                true => is_primitive(given.trim_start_matches(':')),
                false => is_plain_value(value.trim()),
            }
        } else if has_type && at < body {
            let end = behind.find([',', ')']).unwrap_or(behind.len());
            is_primitive(behind[1..end].trim())
        } else if is_pattern(ahead, behind, &keyword) {
            false
        } else {
            continue;
        };
        // Neither in a text nor in a comment.
        if tokens::is_code(text, at) {
            return Some(found);
        }
    }
    None
}

fn is_of_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// The value of a `let` whose type shows: a literal, `items.len()`, `x as u64`.
fn is_plain_value(value: &str) -> bool {
    // `if total == 0 { 0.0 } else { … }` is what its first branch is.
    if let Some(choice) = value.strip_prefix("if ")
        && let Some((_, branches)) = choice.split_once('{')
        && let Some((first, _)) = branches.split_once('}')
    {
        return is_literal(first.trim()) && is_plain_value(first.trim());
    }
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
