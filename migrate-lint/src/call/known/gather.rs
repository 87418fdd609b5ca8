//! Types that the tokens of a file give to variables and fields.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::{Type, Types, gives_primitive, is_primitive};
use crate::dialect;
use crate::syntax::patterns;
use crate::syntax::token::{self, Kind, Reader};

/// How far a statement, a signature or a type is followed, in tokens and brackets.
const N_AHEAD: usize = 256;

pub(super) fn types(text: &str) -> Types {
    let tokens = token::file(text);
    let reader = Reader { text, list: &tokens.list };
    let mut types = Types::default();
    // Parameters of the last function.
    let mut parameters = 0..0;
    let mut end_of_call = 0;
    for index in 0..tokens.list.len() {
        if reader.kind(index) != Some(Kind::Ident) || index < end_of_call {
            continue;
        }
        let is_named = reader.kind(index + 1) == Some(Kind::Ident);
        match reader.word(index) {
            "fn" if is_named => {
                if let Some(open) = parenthesis(&reader, index + 2) {
                    parameters = open..reader.mate(open);
                }
            }
            "struct" if is_named => fields(&reader, index + 1, &mut types),
            // `info!(pod, "ready")` binds nothing.
            word if reader.is(index + 1, b'!') && LOGGING.contains(word) => {
                if reader.is_open(index + 2) {
                    end_of_call = reader.mate(index + 2);
                }
            }
            word if patterns::is_keyword(word) => {}
            word => {
                if let Some(of) = bound(&reader, index, parameters.contains(&index)) {
                    let at = tokens.list[index].start as usize;
                    types.variables.entry(word.into()).or_default().push((at, of));
                }
            }
        }
    }
    types
}

/// Macros that log or print: their arguments bind no variable.
static LOGGING: LazyLock<HashSet<String>> = LazyLock::new(|| dialect::names().collect());

/// The bracket in front of a function's parameters, after its name and generics.
fn parenthesis(reader: &Reader<'_>, name: usize) -> Option<usize> {
    let mut at = name;
    for _ in 0..N_AHEAD {
        match reader.kind(at)? {
            Kind::Open(b'(') => return Some(at),
            Kind::Open(b'{') | Kind::Punct(b';') => return None,
            _ => at = reader.next(at),
        }
    }
    None
}

/// The fields of the struct whose name is here; of several with one name the first counts.
fn fields(reader: &Reader<'_>, name: usize, types: &mut Types) {
    let mut at = name + 1;
    let mut n_left = N_AHEAD;
    while !reader.is_brace(at) {
        n_left -= 1;
        if n_left == 0 || matches!(reader.kind(at), None | Some(Kind::Punct(b';'))) {
            return;
        }
        at = reader.next(at);
    }
    if types.fields.contains_key(reader.word(name)) {
        return;
    }
    let end = reader.mate(at);
    let of_struct = types.fields.entry(reader.word(name).into()).or_default();
    let mut at = at + 1;
    while at < end {
        let is_field = reader.kind(at) == Some(Kind::Ident)
            && reader.is(at + 1, b':')
            && !reader.is_pair(at + 1, b"::")
            && !(at > 0 && reader.is_pair(at - 1, b"::"));
        if is_field {
            of_struct.entry(reader.word(at).into()).or_insert_with(|| written(reader, at + 2));
        }
        at = reader.next(at);
    }
}

/// What a name's place says of its type, where the place binds it.
fn bound(reader: &Reader<'_>, index: usize, is_parameter: bool) -> Option<Type> {
    let mut before = index.checked_sub(1)?;
    if reader.is(before, b'.') {
        return None;
    }
    if reader.is_word(before, "mut") {
        before = before.checked_sub(1)?;
    }
    let has_type = reader.is(index + 1, b':') && !reader.is_pair(index + 1, b"::");
    if reader.is_word(before, "let") {
        return Some(match has_type {
            true => written(reader, index + 2),
            false => of_value(reader, index + 1),
        });
    }
    if has_type && is_parameter {
        return Some(written(reader, index + 2));
    }
    let start = reader.list[before].end as usize;
    let end = reader.list[index].end as usize;
    let is_pattern =
        is_pattern(&reader.text[..start], reader.text[end..].trim_start(), reader.word(before));
    is_pattern.then_some(Type::Other)
}

/// Whether a name is bound here, by something whose type does not show: `|n|`, `Some(n) =`, `for n in`.
fn is_pattern(ahead: &str, after: &str, keyword: &str) -> bool {
    let closes = after.trim_start_matches([')', ']', ' ', '\n']);
    let is_closed = closes.len() < after.len();
    keyword == "for"
        || ahead.ends_with('|')
        || after.starts_with('|') && !after.starts_with("||")
        || ahead.ends_with(['(', ',', '{', '[', '&'])
            && (closes.starts_with("=>")
                || is_closed && closes.starts_with('=') && !closes.starts_with("=="))
        || after.starts_with("=>")
        || after.starts_with('}')
        || after.starts_with(',') && ahead.ends_with(['(', ',', '{'])
}

/// A type as it is written: `u32`, `&mut Pods`, `Arc<net::Peers<'a>>`.
fn written(reader: &Reader<'_>, start: usize) -> Type {
    let mut at = start;
    for _ in 0..N_AHEAD {
        match reader.kind(at) {
            Some(Kind::Punct(b'&') | Kind::Lifetime) => at += 1,
            Some(Kind::Ident) => match reader.word(at) {
                "mut" | "dyn" | "impl" => at += 1,
                "Arc" | "Box" | "Rc" if reader.is(at + 1, b'<') => at += 2,
                _ if reader.is_pair(at + 1, b"::") => at += 3,
                word if is_primitive(word) => return Type::Plain,
                word => return Type::Named(word.into()),
            },
            Some(Kind::Punct(b':')) if reader.is_pair(at, b"::") => at += 2,
            _ => break,
        }
    }
    Type::Other
}

/// The value of a `let`, after its name.
fn of_value(reader: &Reader<'_>, equals: usize) -> Type {
    if !reader.is(equals, b'=') {
        return Type::Other;
    }
    let mut end = equals + 1;
    let limit = reader.list.len().min(end + N_AHEAD);
    while end < limit && !reader.is(end, b';') {
        end = reader.next(end);
    }
    if !reader.is(end, b';') {
        return Type::Other;
    }
    let text = reader.text.get(reader.span(equals + 1..end)).unwrap_or_default();
    match is_plain_value(text) {
        true => Type::Plain,
        false => made(reader, equals + 1, end).or_else(|| of_method(text)).unwrap_or(Type::Other),
    }
}

/// `Pods::new(…)`, `Pods::load(…)?`, `Pods { … }`, `Pods(…)`: a name with a capital letter says what it is.
fn made(reader: &Reader<'_>, start: usize, end: usize) -> Option<Type> {
    let is_type = |at: usize| {
        reader.kind(at) == Some(Kind::Ident)
            && reader.word(at).starts_with(|first: char| first.is_uppercase())
    };
    let mut at = start;
    while reader.is(at, b'&') {
        at += 1;
    }
    let mut name = None;
    while reader.kind(at) == Some(Kind::Ident) {
        if is_type(at) && name.is_none() {
            name = Some(reader.word(at));
        }
        if !reader.is_pair(at + 1, b"::") {
            break;
        }
        at += 3;
    }
    let name = name.filter(|_| reader.is_open(at + 1))?;
    let after = reader.next(at + 1);
    let is_whole = after == end || reader.is(after, b'?') && after + 1 == end;
    (is_whole && !matches!(name, "Some" | "Ok" | "Err")).then(|| Type::Named(name.into()))
}

/// `pods.len()`, `self.pods.count()`.
fn of_method(value: &str) -> Option<Type> {
    let (receiver, method) = value.strip_suffix("()")?.rsplit_once('.')?;
    let is_chain = !value.contains([' ', ',', '{', '?', '\n']);
    (is_chain && gives_primitive(method))
        .then(|| Type::Of(receiver.trim_start_matches(['&', '*']).into(), method.into()))
}

/// The value of a `let` whose type shows: a literal, `x as u64`.
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
    let cast = value.rsplit_once(" as ").map(|(_, of)| of.trim());
    is_literal(value) && is_number || cast.is_some_and(is_primitive)
}

/// A number or a boolean.
pub(super) fn is_literal(text: &str) -> bool {
    text == "true" || text == "false" || text.starts_with(|first: char| first.is_ascii_digit())
}
