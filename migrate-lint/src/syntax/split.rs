//! Where the arguments of a call end: at commas that no bracket, closure or list of types holds.

use std::ops::Range;

use super::patterns::starts_closure;
use super::token::{Kind, Reader};

/// A part of a call's arguments, with the separator that ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ArgumentTokens {
    /// Its tokens.
    pub(crate) tokens: Range<usize>,
    /// A `;` follows.
    pub(crate) semicolon: bool,
}

/// Parts of a call's arguments; none is empty.
pub(crate) fn arguments(reader: &Reader<'_>, tokens: Range<usize>) -> Vec<ArgumentTokens> {
    let mut parts: Vec<ArgumentTokens> = Vec::new();
    let mut start = tokens.start;
    let mut index = tokens.start;
    while index < tokens.end {
        let is_semicolon = reader.is(index, b';');
        if is_semicolon || reader.is(index, b',') {
            if start < index {
                parts.push(ArgumentTokens { tokens: start..index, semicolon: is_semicolon });
            } else if let Some(last) = parts.last_mut() {
                last.semicolon |= is_semicolon;
            }
            start = index + 1;
        }
        index = skip(reader, index, start, tokens.end);
    }
    if start < tokens.end {
        parts.push(ArgumentTokens { tokens: start..tokens.end, semicolon: false });
    }
    parts
}

/// The index after a token and what belongs to it: brackets, a closure's parameters, types between `<` and `>`.
fn skip(reader: &Reader<'_>, index: usize, start: usize, end: usize) -> usize {
    if reader.is(index, b'|') && (index == start || starts_closure(reader, index)) {
        let mut close = index + 1;
        while close < end && !reader.is(close, b'|') && !reader.is(close, b';') {
            close = reader.next(close);
        }
        if close < end && reader.is(close, b'|') {
            return close + 1;
        }
    }
    let opens_types = reader.is(index, b'<')
        && (index == start
            || index >= 2 && reader.is_pair(index - 2, b"::")
            || index >= 2 && reader.is_word(index - 2, "as"));
    if opens_types && let Some(close) = types_end(reader, index, end) {
        return close;
    }
    reader.next(index)
}

/// The index after the `>` that closes the `<` at `index`.
pub(crate) fn types_end(reader: &Reader<'_>, index: usize, end: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = index;
    while at < end.min(index + 512) {
        match reader.kind(at)? {
            Kind::Punct(b'<') => depth += 1,
            Kind::Punct(b'>') if at > 0 && reader.is_pair(at - 1, b"->") => {}
            Kind::Punct(b'>') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            Kind::Punct(b';') => return None,
            _ => {}
        }
        at = reader.next(at);
    }
    None
}
