//! The items of a module by their names, read from its tokens alone.

use std::collections::HashSet;

use crate::syntax::token::{Kind, Reader};

/// What a module declares.
#[derive(Debug, Default)]
pub(super) struct Items<'a> {
    /// Names of items, and all words of macro calls that may make some.
    pub(super) names: HashSet<&'a str>,
    /// Traits with what they declare.
    pub(super) traits: Vec<(&'a str, Vec<&'a str>)>,
    /// A macro call may make traits, or names that it does not say.
    pub(super) is_open: bool,
}

/// Macros whose items are the words in them, and none of which is a trait.
const PLAIN: &[&str] = &[
    "bitflags",
    "compile_error",
    "lazy_static",
    "macro_rules",
    "thread_local",
    "assert",
    "const_assert",
];

impl<'a> Items<'a> {
    /// Reads the tokens of a module's body.
    pub(super) fn read(reader: &Reader<'a>) -> Self {
        let mut items = Self::default();
        let mut at = 0;
        while at < reader.list.len() {
            at = items.item(reader, at).max(at + 1);
        }
        items
    }

    /// Reads what begins at a token; returns the index after what was read.
    fn item(&mut self, reader: &Reader<'a>, at: usize) -> usize {
        if reader.kind(at) != Some(Kind::Ident) {
            return reader.next(at);
        }
        let is_name = |at: usize| reader.kind(at) == Some(Kind::Ident);
        match reader.word(at) {
            "use" | "impl" => end(reader, at),
            "extern" if reader.is_word(at + 1, "crate") => end(reader, at),
            "extern" => {
                let body = at + 1 + usize::from(reader.kind(at + 1) == Some(Kind::Str));
                if reader.is_brace(body) {
                    let declared = declared(reader, body + 1..reader.mate(body));
                    self.names.extend(declared);
                    return reader.next(body);
                }
                at + 1
            }
            "const" | "static" => {
                let name = at + 1 + usize::from(["mut", "ref"].contains(&reader.word(at + 1)));
                if ["fn", "unsafe", "async", "extern"].contains(&reader.word(name)) {
                    return at + 1;
                }
                self.names.insert(plain(reader.word(name)));
                end(reader, at)
            }
            "trait" if is_name(at + 1) => {
                let name = plain(reader.word(at + 1));
                let end = end(reader, at);
                let members = declared(reader, at + 2..end);
                self.names.insert(name);
                self.traits.push((name, members));
                end
            }
            "fn" | "struct" | "enum" | "union" | "type" | "mod" | "macro" if is_name(at + 1) => {
                self.names.insert(plain(reader.word(at + 1)));
                end(reader, at)
            }
            name if reader.is(at + 1, b'!') => {
                let open = at + 2 + usize::from(is_name(at + 2));
                let inside = open..reader.next(open);
                let words = || inside.clone().filter(|at| is_name(*at)).map(|at| reader.word(at));
                self.names.extend(words().map(plain));
                if is_name(at + 2) {
                    self.names.insert(plain(reader.word(at + 2)));
                }
                let is_plain = PLAIN.contains(&name)
                    && (name == "macro_rules" || words().all(|word| word != "trait"));
                self.is_open |= !is_plain;
                inside.end
            }
            _ => at + 1,
        }
    }
}

/// The index after an item's block or semicolon.
fn end(reader: &Reader<'_>, start: usize) -> usize {
    let is_use = reader.is_word(start, "use");
    let mut at = start;
    while at < reader.list.len() {
        if reader.is(at, b';') || reader.is_brace(at) && !is_use {
            return reader.next(at);
        }
        at = reader.next(at);
    }
    at
}

/// Functions, constants and types that are declared between two tokens, at any depth.
fn declared<'a>(reader: &Reader<'a>, tokens: std::ops::Range<usize>) -> Vec<&'a str> {
    let is_keyword = |at: &usize| ["fn", "const", "static", "type"].contains(&reader.word(*at));
    let names = tokens.filter(is_keyword).map(|at| plain(reader.word(at + 1)));
    names.filter(|name| !name.is_empty()).collect()
}

pub(super) fn plain(word: &str) -> &str {
    word.strip_prefix("r#").unwrap_or(word)
}
