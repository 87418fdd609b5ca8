//! Regular expressions, and patterns of `|>`, which are simple ones.

use regex_automata::hybrid::dfa::DFA;
use regex_automata::util::syntax;
use regex_automata::{MatchKind, meta};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::literal::{MIN_TOUCH, words};
use super::machine::{Begin, Machine, Running};
use super::sampled::Sampled;
use crate::queries::line::Piece;
use crate::queries::logql::{LineOp, Part};

/// An expression, compiled.
#[derive(Debug)]
pub struct Expression {
    regex: meta::Regex,
    dfa: DFA,
    /// Words that it spells, in lower case.
    pub(super) words: Vec<String>,
    n_touch: usize,
}

/// Memory for states; an expression that needs more is taken to match.
const MAX_STATES: usize = 1 << 20;

/// The expression of a line filter; `None` when it cannot be read.
pub(super) fn needle_expression(op: LineOp, parts: &[Part]) -> Option<Expression> {
    match op {
        LineOp::Contains | LineOp::Lacks => Expression::new(&escaped(parts, ".*")),
        LineOp::Matches | LineOp::Differs => Expression::new(&source(parts)),
        LineOp::Fits | LineOp::FitsNot => {
            let known: String = parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => text.as_str(),
                    Part::Any => "<_>",
                })
                .collect();
            Expression::new(&format!("^{}$", escaped(&with_gaps(&known), ".*")))
        }
    }
}

/// A pattern's text apart at its `<_>`.
fn with_gaps(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for (index, text) in text.split("<_>").enumerate() {
        if index > 0 {
            parts.push(Part::Any);
        }
        parts.push(Part::Text(text.to_owned()));
    }
    parts
}

/// Parts as an expression of theirs.
fn source(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Any => ".*",
        })
        .collect()
}

fn escaped(parts: &[Part], any: &str) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => regex_syntax::escape(text),
            Part::Any => any.to_owned(),
        })
        .collect()
}

impl Expression {
    /// Compiles an expression of Go.
    pub fn new(source: &str) -> Option<Self> {
        let source = of_go(source);
        let hir = regex_syntax::Parser::new().parse(&source).ok()?;
        let syntax = syntax::Config::new().utf8(false);
        let regex = meta::Builder::new()
            .configure(meta::Config::new().nfa_size_limit(Some(4 << 20)).utf8_empty(false))
            .syntax(syntax)
            .build(&source)
            .ok()?;
        let dfa = DFA::builder()
            .configure(
                DFA::config()
                    .match_kind(MatchKind::All)
                    .cache_capacity(MAX_STATES)
                    .skip_cache_capacity_check(true)
                    // States are remembered, so none may be forgotten.
                    .minimum_cache_clear_count(Some(0))
                    .unicode_word_boundary(true),
            )
            .syntax(syntax)
            .build(&source)
            .ok()?;
        let mut spelled = String::new();
        spell(&hir, &mut spelled);
        let words = words(&spelled.to_ascii_lowercase());
        let n_touch = spelled.bytes().filter(u8::is_ascii_alphanumeric).count().min(MIN_TOUCH);
        Some(Self { regex, dfa, words, n_touch })
    }

    /// An expression for a label's whole value; variables are any text.
    pub fn whole(parts: &[Part], is_text: bool) -> Option<Self> {
        let source = if is_text { escaped(parts, ".*") } else { source(parts) };
        Self::new(&format!("^(?s:{source})$"))
    }

    /// Whether a text has a match.
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Lines that can have a match of which some is the line's own; `None` when none of it could be.
    pub(super) fn touching(&self) -> Option<Running<'_>> {
        let machine = || Machine::new(&self.dfa, Begin::Anywhere, self.n_touch);
        (self.n_touch > 0).then(|| Running { machine: machine(), dfa: &self.dfa })
    }

    /// Lines that have a match when each value is a sample of its kind.
    pub(super) fn sampled(&self) -> Sampled<'_> {
        Sampled::new(&self.dfa)
    }

    /// For [`Self::can_be`], of all values.
    pub fn anchored(&self) -> Machine {
        Machine::new(&self.dfa, Begin::Start, 0)
    }

    /// Whether a value of these pieces can match as a whole; the expression is anchored.
    pub fn can_be(&self, machine: &mut Machine, pieces: &[Piece]) -> bool {
        machine.run(&self.dfa, pieces).unwrap_or(true)
    }
}

/// What an expression spells, with spaces between.
fn spell(hir: &Hir, out: &mut String) {
    match hir.kind() {
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Repetition(repetition) => {
            out.push(' ');
            spell(&repetition.sub, out);
            out.push(' ');
        }
        HirKind::Capture(capture) => spell(&capture.sub, out),
        HirKind::Concat(all) => all.iter().for_each(|one| spell(one, out)),
        HirKind::Alternation(all) => {
            for one in all {
                out.push(' ');
                spell(one, out);
            }
            out.push(' ');
        }
        HirKind::Class(class) => out.push(letter_of(class).unwrap_or(' ')),
        HirKind::Empty | HirKind::Look(_) => out.push(' '),
    }
}

/// The letter that a class has in both cases, as `(?i)` makes it: `[Kk\u{212a}]`.
fn letter_of(class: &Class) -> Option<char> {
    let mut letters: Vec<char> = match class {
        Class::Unicode(class) => {
            class.iter().flat_map(|range| [range.start(), range.end()]).collect()
        }
        Class::Bytes(class) => {
            class.iter().flat_map(|range| [range.start().into(), range.end().into()]).collect()
        }
    };
    letters.iter_mut().for_each(char::make_ascii_lowercase);
    letters.retain(|letter| !matches!(letter, '\u{17f}' | '\u{212a}'));
    letters.dedup();
    match letters[..] {
        [letter] if letter.is_ascii_alphabetic() => Some(letter),
        _ => None,
    }
}

/// Go takes a brace that begins no repetition for itself.
fn of_go(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let bytes = source.as_bytes();
    let mut is_escaped = false;
    let mut in_class = false;
    let mut names_class = false;
    for (at, c) in source.char_indices() {
        let is_plain = !is_escaped && !in_class;
        match c {
            '{' if is_plain && !names_class && !is_repetition(&bytes[at + 1..]) => out.push('\\'),
            '[' if is_plain => in_class = true,
            ']' if !is_escaped => in_class = false,
            _ => {}
        }
        out.push(c);
        // `\pL`, `\p{Greek}`, `\x{10FFFF}`.
        names_class = is_escaped && matches!(c, 'p' | 'P' | 'x');
        is_escaped = c == '\\' && !is_escaped;
    }
    out
}

fn is_repetition(rest: &[u8]) -> bool {
    let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b',');
    end.is_some_and(|end| end > 0 && rest[0] != b',' && rest[end] == b'}')
}
