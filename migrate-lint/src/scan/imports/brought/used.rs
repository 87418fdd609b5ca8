//! Words of a text that can mean what an import brings.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::super::items::{Items, plain};
use super::Brought;
use crate::syntax::token::{self, Kind, Reader};
use crate::tokens::identifiers;

/// What the workspace's macros of a name make.
pub(super) type Bodies<'a> = dyn Fn(&str) -> Vec<String> + 'a;

/// Methods that nearly every call of is one of the standard library's own types.
const USUAL: &[&str] = &[
    "as_ref",
    "as_str",
    "clone",
    "collect",
    "count",
    "display",
    "expect",
    "insert",
    "into",
    "is_empty",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "iter",
    "len",
    "map",
    "map_err",
    "ok_or",
    "push",
    "to_owned",
    "to_string",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
];

/// Where the paths of a text begin, by their first word; of its imports globs and those of a type: `use Kind::Wide`.
pub(super) struct Paths(HashMap<Box<str>, Vec<usize>>);

impl Paths {
    pub(super) fn of(text: &str) -> Self {
        let tokens = token::range(text, 0..text.len());
        let reader = Reader { text, list: &tokens.list };
        let mut paths: HashMap<Box<str>, Vec<usize>> = HashMap::new();
        for Word { at, .. } in Words::of(&reader).filter(|word| {
            // A type is used alone, too.
            let is_type = reader.word(word.at).starts_with(char::is_uppercase);
            let leads = reader.is_pair(word.at + 1, b"::");
            let is_glob = leads && reader.is(word.at + 3, b'*');
            let is_begin = match word.in_use {
                Some(_) => is_glob || is_type && leads,
                None => is_type || leads,
            };
            is_begin && !word.is_qualified(&reader)
        }) {
            paths.entry(reader.word(at).into()).or_default().push(tokens.list[at].start as usize);
        }
        Self(paths)
    }

    /// Whether one begins with a name in a part of the text.
    pub(super) fn begin_with(&self, name: &str, scope: Range<usize>) -> bool {
        let places = self.0.get(name).map_or(&[][..], Vec::as_slice);
        let first = places.partition_point(|place| *place < scope.start);
        places.get(first).is_some_and(|place| *place < scope.end)
    }
}

/// Whether a text uses anything of what an import brings; `is_own`: the import is in the module that the text is.
pub(super) fn has_any(
    text: &str,
    scope: Range<usize>,
    is_own: bool,
    brought: &Brought,
    bodies: &Bodies<'_>,
) -> bool {
    let tokens = token::range(text, scope);
    let reader = Reader { text, list: &tokens.list };
    let apart = apart(&reader, is_own);
    let is_apart = |at: usize| apart.get(at).copied().unwrap_or(!is_own);
    let own = Items::read(&reader).names;
    let bound = bound(&reader);
    let imported = if is_own { imported(&reader) } else { HashSet::new() };
    let may_be = |name: &str| brought.names.contains(name) && !imported.contains(name);
    let is_brought = |name: &str| may_be(name) && !own.contains(name);
    for word in Words::of(&reader) {
        let at = word.at;
        let name = plain(reader.word(at));
        let is_used = if let Some(root) = word.in_use {
            let is_first = reader.is_pair(at + 1, b"::") && !word.is_qualified(&reader);
            is_first && !is_apart(at) && is_brought(name) || leads_to_modules(root) && may_be(name)
        } else if is_apart(at) {
            leads_to_modules(path_root(&reader, at)) && may_be(name)
        } else if at > 0 && reader.is(at - 1, b'.') {
            let is_call =
                reader.kind(at + 1) == Some(Kind::Open(b'(')) || reader.is_pair(at + 1, b"::");
            let is_foreign = brought.has_unknown_trait && !USUAL.contains(&name);
            is_call && (is_foreign || brought.members.contains(name))
        } else if word.is_qualified(&reader) {
            let is_own_module = leads_to_modules(path_root(&reader, at));
            brought.members.contains(name)
                || is_own_module && brought.names.contains(name)
                || brought.has_unknown_trait && reader.kind(at + 1) == Some(Kind::Open(b'('))
        } else {
            let is_call = reader.kind(at + 1) == Some(Kind::Open(b'('));
            let is_macro = reader.is(at + 1, b'!') && reader.is_open(at + 2);
            !is_label(&reader, at) && is_brought(name) && (is_call || !bound.contains(name))
                || is_macro && macro_uses(bodies, name, &is_brought, &mut HashSet::new())
                || is_macro && name.starts_with("write") && brought.members.contains("write_fmt")
        };
        if is_used {
            return true;
        }
    }
    // `"{LIMIT}"`.
    let texts =
        reader.list.iter().enumerate().filter(|(at, token)| {
            matches!(token.kind, Kind::Str | Kind::RawStr(_)) && !is_apart(*at)
        });
    texts.into_iter().any(|(_, token)| {
        let written = text.get(token.start as usize..token.end as usize).unwrap_or_default();
        written.split('{').skip(1).any(|part| {
            let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
            is_brought(&part[..end]) && !bound.contains(&part[..end])
        })
    })
}

/// The types that the module itself imports by name, before which those of a glob are nothing.
fn imported<'a>(reader: &Reader<'a>) -> HashSet<&'a str> {
    let mut imported = HashSet::new();
    let (mut at, mut in_use) = (0, false);
    while at < reader.list.len() {
        if reader.is_word(at, "use") {
            // One with an attribute may not be compiled.
            in_use = at == 0 || reader.is(at - 1, b';') || reader.is_brace_end(at - 1);
        } else if in_use {
            in_use = !reader.is(at, b';');
            let name = plain(reader.word(at));
            let is_last = !reader.is_pair(at + 1, b"::") && !reader.is_word(at + 1, "as");
            if is_last && name.starts_with(char::is_uppercase) {
                imported.insert(name);
            }
        } else if reader.is_brace(at) {
            // A block, or a module of its own.
            at = reader.mate(at).max(at);
        }
        at += 1;
    }
    imported
}

/// A path that begins so may lead to any module of the crate.
fn leads_to_modules(root: &str) -> bool {
    ["crate", "self", "super"].contains(&root)
}

/// The first word of the path that a name is in.
fn path_root<'a>(reader: &Reader<'a>, name: usize) -> &'a str {
    let mut at = name;
    while at > 2 && reader.is_pair(at - 2, b"::") && reader.kind(at - 3) == Some(Kind::Ident) {
        at -= 3;
    }
    if at == name { "" } else { reader.word(at) }
}

/// By token: it is in a module without a glob that could bring the names of the one whose import is looked at.
fn apart(reader: &Reader<'_>, is_own: bool) -> Vec<bool> {
    let mut globs = Vec::new();
    let mut in_use = false;
    for at in 0..reader.list.len() {
        in_use = in_use && !reader.is(at, b';');
        if reader.is_word(at, "use") {
            in_use = leads_to_modules(reader.word(at + 1));
        } else if in_use && reader.is(at, b'*') {
            globs.push(at);
        }
    }
    let has_glob = |from: usize, to: usize| {
        globs.get(globs.partition_point(|at| *at < from)).is_some_and(|at| *at < to)
    };
    let mut open = vec![(reader.list.len(), !is_own && !has_glob(0, reader.list.len()))];
    let mut apart = Vec::with_capacity(reader.list.len());
    for at in 0..reader.list.len() {
        while open.len() > 1 && open.last().is_some_and(|(end, _)| *end <= at) {
            open.pop();
        }
        apart.push(open.last().is_some_and(|(_, is_apart)| *is_apart));
        if at > 1 && reader.is_brace(at) && reader.is_word(at - 2, "mod") {
            let end = reader.mate(at);
            open.push((end, !has_glob(at, end)));
        }
    }
    apart
}

/// Words in the body of a workspace's macro mean what they mean where it is called.
fn macro_uses(
    bodies: &Bodies<'_>,
    name: &str,
    is_brought: &dyn Fn(&str) -> bool,
    seen: &mut HashSet<String>,
) -> bool {
    if !seen.insert(name.to_owned()) || seen.len() > 64 {
        return false;
    }
    bodies(name).iter().any(|body| {
        identifiers(body).any(|(at, word)| {
            let is_macro = body[at + word.len()..].starts_with('!');
            is_brought(plain(word)) || is_macro && macro_uses(bodies, word, is_brought, seen)
        })
    })
}

/// Lower-case names that the text binds by itself.
fn bound<'a>(reader: &Reader<'a>) -> HashSet<&'a str> {
    let mut bound = HashSet::new();
    for at in 1..reader.list.len() {
        let name = reader.word(at);
        let is_name = reader.kind(at) == Some(Kind::Ident)
            && name.starts_with(|c: char| c.is_lowercase() || c == '_');
        let is_parameter = reader.is(at + 1, b':') && !reader.is_pair(at + 1, b"::");
        if is_name && (["let", "mut", "ref", "for"].contains(&reader.word(at - 1)) || is_parameter)
        {
            bound.insert(name);
        }
    }
    bound
}

/// The name of an item that is declared here, of a field, of a parameter, or of a pair of a log call.
fn is_label(reader: &Reader<'_>, at: usize) -> bool {
    const KEYWORDS: &[&str] = &[
        "fn",
        "struct",
        "enum",
        "union",
        "trait",
        "type",
        "mod",
        "macro_rules",
        "static",
        "const",
        "let",
    ];
    let before = at.checked_sub(1);
    let is_declared = before.is_some_and(|before| KEYWORDS.contains(&reader.word(before)));
    let begins = before.is_none_or(|before| reader.is(before, b',') || reader.is_open(before));
    let is_field = reader.is(at + 1, b':') && !reader.is_pair(at + 1, b"::");
    let is_key = reader.is(at + 1, b'=') && !reader.is_pair(at + 1, b"==");
    is_declared || begins && (is_field || is_key)
}

struct Word<'a> {
    at: usize,
    /// The first word of the `use` item that it is in.
    in_use: Option<&'a str>,
}

impl Word<'_> {
    fn is_qualified(&self, reader: &Reader<'_>) -> bool {
        self.at > 1 && reader.is_pair(self.at - 2, b"::")
    }
}

/// The names of a text, with those in `use` items marked.
struct Words<'r, 'a> {
    reader: &'r Reader<'a>,
    at: usize,
    in_use: Option<&'a str>,
}

impl<'r, 'a> Words<'r, 'a> {
    fn of(reader: &'r Reader<'a>) -> Self {
        Self { reader, at: 0, in_use: None }
    }
}

impl<'a> Iterator for Words<'_, 'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        while self.at < self.reader.list.len() {
            let at = self.at;
            self.at += 1;
            if self.reader.kind(at) != Some(Kind::Ident) {
                self.in_use = self.in_use.filter(|_| !self.reader.is(at, b';'));
            } else if self.reader.word(at) == "use" {
                let is_rooted = self.reader.is_pair(at + 1, b"::");
                self.in_use = Some(self.reader.word(at + 1 + 2 * usize::from(is_rooted)));
            } else {
                return Some(Word { at, in_use: self.in_use });
            }
        }
        None
    }
}
