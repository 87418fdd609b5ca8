//! Words that hold values and mean one thing: `https://example.org/v{version}/help`, `{name}.json`, `/proc/{pid}/stat`.
//! They leave the message whole, as one value.

use super::{RewriteValue, emit, key, words};
use crate::call::{Hole, HoleArgument, LogCall, Piece as Written, Shape};

/// A piece of a message, as the fix takes it.
pub(super) enum Piece<'a> {
    /// Text.
    Text(String),
    /// A placeholder by itself.
    Hole(&'a Hole),
    /// A word of text and placeholders.
    Compound(Compound),
}

/// A word of text and placeholders.
#[derive(Clone)]
pub(super) struct Compound {
    /// Text and placeholders: argument or capture, and the form.
    parts: Vec<Bit>,
    /// What it is called.
    name: &'static str,
    /// The arguments that fill it.
    pub(super) arguments: Vec<usize>,
}

#[derive(Clone)]
enum Bit {
    Text(String),
    Capture(String, String),
    Argument(usize, String),
}

/// A piece or a part of it without white space.
enum Atom<'a> {
    Space(&'a str),
    Text(&'a str),
    Hole(&'a Hole),
}

/// The pieces of a message with its compound words taken together.
pub(super) fn pieces(pieces: &[Written]) -> Vec<Piece<'_>> {
    let mut atoms: Vec<Atom<'_>> = Vec::new();
    for piece in pieces {
        match piece {
            Written::Hole(hole) => atoms.push(Atom::Hole(hole)),
            Written::Text(text) => {
                let mut rest = text.as_str();
                while let Some(first) = rest.chars().next() {
                    let is_space = first.is_whitespace();
                    let end = rest.find(|char: char| char.is_whitespace() != is_space);
                    let (word, tail) = rest.split_at(end.unwrap_or(rest.len()));
                    atoms.push(if is_space { Atom::Space(word) } else { Atom::Text(word) });
                    rest = tail;
                }
            }
        }
    }
    let mut result: Vec<Piece<'_>> = Vec::new();
    let mut at = 0;
    while at < atoms.len() {
        let word = &atoms[at..];
        let n_atoms = word.iter().position(|atom| matches!(atom, Atom::Space(_)));
        let n_atoms = n_atoms.unwrap_or(word.len());
        if n_atoms == 0 {
            if let Atom::Space(space) = word[0] {
                push_text(&mut result, space);
            }
            at += 1;
            continue;
        }
        push_word(&mut result, &word[..n_atoms]);
        at += n_atoms;
    }
    result
}

fn push_word<'a>(result: &mut Vec<Piece<'a>>, word: &[Atom<'a>]) {
    if let Some((before, compound, after)) = compound(word) {
        push_text(result, &before);
        result.push(Piece::Compound(compound));
        push_text(result, &after);
        return;
    }
    for (index, atom) in word.iter().enumerate() {
        match atom {
            // `{name}'s queue` is about the queue.
            Atom::Text(text) if index > 0 && matches!(*text, "'s" | "\u{2019}s") => {}
            Atom::Text(text) | Atom::Space(text) => push_text(result, text),
            Atom::Hole(hole) => result.push(Piece::Hole(hole)),
        }
    }
}

fn push_text(result: &mut Vec<Piece<'_>>, text: &str) {
    match result.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(before)) => before.push_str(text),
        _ => result.push(Piece::Text(text.to_owned())),
    }
}

/// What precedes, the word, what follows.
fn compound(word: &[Atom<'_>]) -> Option<(String, Compound, String)> {
    let first = match word.first()? {
        Atom::Text(text) => *text,
        Atom::Hole(_) | Atom::Space(_) => "",
    };
    let last = match word.last()? {
        Atom::Text(text) if word.len() > 1 => *text,
        _ => "",
    };
    let holes = || {
        word.iter().filter_map(|atom| match atom {
            Atom::Hole(hole) => Some(hole),
            _ => None,
        })
    };
    if holes().next().is_none() || holes().any(|hole| !hole.spec_arguments.is_empty()) {
        return None;
    }
    let (lead, head) = match first.find("://") {
        Some(at) => {
            let scheme = first[..at].rsplit(|char: char| !char.is_ascii_alphanumeric()).next();
            first.split_at(at - scheme.map_or(0, str::len))
        }
        None => {
            let before = first.rfind(|char: char| "=:([{<\"'`,".contains(char));
            first.split_at(before.map_or(0, |before| before + 1))
        }
    };
    let tail = last.trim_end_matches(|char: char| ".,;:!?)]}>\"'`".contains(char));
    let name = kind(head, tail, word)?;
    let (mut parts, mut arguments) = (Vec::new(), Vec::new());
    for (index, atom) in word.iter().enumerate() {
        match atom {
            Atom::Text(_) if index == 0 => parts.push(Bit::Text(head.to_owned())),
            Atom::Text(_) if index + 1 == word.len() => parts.push(Bit::Text(tail.to_owned())),
            Atom::Text(text) | Atom::Space(text) => parts.push(Bit::Text((*text).to_owned())),
            Atom::Hole(hole) => match &hole.argument {
                HoleArgument::Capture(name) => {
                    parts.push(Bit::Capture(name.clone(), hole.spec.clone()));
                }
                HoleArgument::Index(index) => {
                    arguments.push(*index);
                    parts.push(Bit::Argument(*index, hole.spec.clone()));
                }
                HoleArgument::Missing => return None,
            },
        }
    }
    let compound = Compound { parts, name, arguments };
    Some((lead.to_owned(), compound, last[tail.len()..].to_owned()))
}

/// Endings of files that a program names in its messages.
const ENDINGS: &str = "\
    bak bin cfg conf crt css csv dat db gz htm html ini jpg js json jsonl key lock log md parquet \
    pem png proto py rs sh so sock sql sqlite svg tar tar.gz toml ts txt wasm xml yaml yml zip zst";

/// What the word names, if it is one thing.
fn kind(head: &str, tail: &str, word: &[Atom<'_>]) -> Option<&'static str> {
    if let Some((_, host)) = head.split_once("://") {
        // `http://{address}` alone is an address.
        let says_more = !host.is_empty() || tail.contains(char::is_alphanumeric);
        return says_more.then_some("url");
    }
    let is_path = head.starts_with(['/', '~', '.'])
        && head.contains('/')
        && head.contains(char::is_alphanumeric);
    let ends_in_hole = matches!(word.get(word.len().checked_sub(2)?), Some(Atom::Hole(_)));
    // `{target_dir}/output`.
    let is_below = matches!(word, [Atom::Hole(dir), Atom::Text(_)] if is_directory(dir))
        && tail.strip_prefix('/').is_some_and(|below| {
            below.len() > 2
                && below.chars().all(|char| char.is_alphanumeric() || "-_/.".contains(char))
        });
    let ending = tail.rsplit_once('/').map_or(tail, |(_, name)| name);
    let is_file = ending.split_once('.').is_some_and(|(stem, ending)| {
        (!stem.is_empty() || ends_in_hole && !tail.contains('/'))
            && ENDINGS.split_ascii_whitespace().any(|known| known == ending)
    });
    (is_path || is_file || is_below).then_some("path")
}

/// Whether a placeholder's name says that it is a directory.
fn is_directory(hole: &Hole) -> bool {
    let HoleArgument::Capture(name) = &hole.argument else { return false };
    hole.spec.is_empty()
        && words::split(name)
            .iter()
            .any(|word| words::has("dir directory folder path root workdir workspace", word))
}

impl Compound {
    /// The file that the word names whatever its values are: `config.toml` of `{dir}/config.toml`.
    pub(super) fn file(&self) -> Option<&str> {
        let Bit::Text(tail) = self.parts.last()? else { return None };
        let (_, file) = tail.rsplit_once('/')?;
        let (stem, _) = file.rsplit_once('.')?;
        (self.name == "path" && stem.contains(char::is_alphanumeric)).then_some(file)
    }

    /// As a value of its call; `None` where an argument is missing.
    pub(super) fn value<'a>(&self, call: &'a LogCall) -> Option<RewriteValue<'a>> {
        let text = self.formatted(call, &|_| None)?;
        Some(RewriteValue {
            text,
            shape: Shape::Other,
            expr: None,
            argument: None,
            compound: Some(self.clone()),
            spec: "",
            prefix: "",
            spec_arguments: &[],
            given: None,
            name: Some(key::Name::of_words(vec![self.name.to_owned()])),
            is_error: false,
        })
    }

    /// As `format_args!`, with the names of arguments that are computed before.
    pub(super) fn formatted(
        &self,
        call: &LogCall,
        name_of: &dyn Fn(usize) -> Option<String>,
    ) -> Option<String> {
        let (mut format, mut arguments) = (String::new(), String::new());
        let spec = |spec: &str| if spec.is_empty() { String::new() } else { format!(":{spec}") };
        for part in &self.parts {
            match part {
                Bit::Text(text) => format += &emit::inside_of_literal(text),
                Bit::Capture(name, form) => format += &format!("{{{name}{}}}", spec(form)),
                Bit::Argument(index, form) => {
                    let value = &call.format_args.get(*index)?.value;
                    format += &format!("{{{}}}", spec(form));
                    arguments += ", ";
                    arguments += &name_of(*index).unwrap_or_else(|| value.text.clone());
                }
            }
        }
        Some(format!("format_args!(\"{format}\"{arguments})"))
    }
}
