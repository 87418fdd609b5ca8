//! Small questions about what is around a token.

use super::parts::Span;
use super::token::{Kind, Reader};

/// Whether a word cannot be the name of a macro, so that a `!` after it is an operator.
pub(crate) fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "as" | "async"
            | "await"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "do"
            | "dyn"
            | "else"
            | "extern"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro_rules"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "ref"
            | "return"
            | "self"
            | "static"
            | "super"
            | "unsafe"
            | "use"
            | "where"
            | "while"
            | "yield"
    )
}

/// Index of the first token of a path whose last name is at `name`: `::a::b`, `$crate::b`, `$name`.
pub(crate) fn path_start(reader: &Reader<'_>, name: usize) -> usize {
    let mut start = name;
    if start > 0 && reader.is(start - 1, b'$') {
        start -= 1;
    }
    while start >= 2 && reader.is_pair(start - 2, b"::") {
        let Some(before) = start.checked_sub(3) else { return start - 2 };
        if reader.kind(before) != Some(Kind::Ident)
            || is_keyword(reader.word(before))
                && !["crate", "self", "super"].contains(&reader.word(before))
        {
            // `<T>::name!` is no path of ours, `=> ::log::info!` is.
            let is_arm = before > 0 && reader.is_pair(before - 1, b"=>");
            return if reader.is(before, b'>') && !is_arm { start } else { start - 2 };
        }
        start = before;
        if start > 0 && reader.is(start - 1, b'$') {
            start -= 1;
        }
    }
    start
}

/// Whether an invocation is a statement, a last expression or an arm's body by itself.
pub(crate) fn stands_alone(reader: &Reader<'_>, first: usize, after: usize) -> bool {
    let begins = match first.checked_sub(1) {
        None => true,
        Some(before) => match reader.kind(before) {
            Some(Kind::Punct(b';') | Kind::Open(b'{') | Kind::Close(b'}')) => true,
            Some(Kind::Close(b']')) => {
                // An attribute of the statement.
                reader.mate(before).checked_sub(1).is_some_and(|at| reader.is(at, b'#'))
            }
            Some(Kind::Punct(b'>')) => before > 0 && reader.is_pair(before - 1, b"=>"),
            _ => false,
        },
    };
    let ends = match reader.kind(after) {
        None | Some(Kind::Punct(b';' | b',') | Kind::Close(b'}')) => true,
        // A statement between braces needs no `;`.
        _ => after > 0 && reader.kind(after - 1) == Some(Kind::Close(b'}')),
    };
    begins && ends
}

/// Whether a `|` begins the parameters of a closure.
pub(crate) fn starts_closure(reader: &Reader<'_>, index: usize) -> bool {
    let Some(before) = index.checked_sub(1) else { return false };
    match reader.kind(before) {
        Some(Kind::Open(_)) => true,
        Some(Kind::Punct(b',' | b';' | b'=' | b':' | b'&')) => true,
        Some(Kind::Punct(b'>')) => before > 0 && reader.is_pair(before - 1, b"=>"),
        Some(Kind::Ident) => ["move", "return", "async", "else", "static", "break", "in"]
            .contains(&reader.word(before)),
        _ => false,
    }
}

/// Whether a token can be between a function's first qualifier and `fn`.
pub(crate) fn is_qualifier(reader: &Reader<'_>, index: usize) -> bool {
    reader.kind(index) == Some(Kind::Str)
        || ["async", "const", "unsafe", "extern", "safe", "default"].contains(&reader.word(index))
}

/// Name of the type of the `impl` at `index`, and the index of its `{`.
pub(crate) fn impl_type(reader: &Reader<'_>, index: usize) -> Option<(Span, usize)> {
    let mut name = None;
    let mut depth = 0_usize;
    let mut at = index + 1;
    let mut is_done = false;
    for _ in 0..1024 {
        match reader.kind(at)? {
            Kind::Open(b'{') if depth == 0 => {
                let name = name.unwrap_or(index);
                return Some((reader.span(name..name + 1), at));
            }
            Kind::Punct(b';') => return None,
            Kind::Punct(b'<') => depth += 1,
            Kind::Punct(b'>') if at == 0 || !reader.is_pair(at - 1, b"->") => {
                depth = depth.saturating_sub(1);
            }
            Kind::Ident if depth == 0 => match reader.word(at) {
                "for" if !reader.is(at + 1, b'<') => is_done = false,
                "where" => is_done = true,
                "dyn" | "mut" | "const" | "unsafe" => {}
                _ if !is_done => name = Some(at),
                _ => {}
            },
            _ => {}
        }
        at = reader.next(at);
    }
    None
}

/// The most common macros that cannot stand for a log call under their own name, so that they need not be resolved.
pub(crate) fn is_never_a_log(name: &str) -> bool {
    matches!(
        name,
        "assert"
            | "assert_eq"
            | "assert_ne"
            | "format"
            | "vec"
            | "matches"
            | "panic"
            | "write"
            | "writeln"
    )
}
