//! Regular expressions, and patterns of `|>`, which are simple ones.

use std::collections::HashSet;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::start;
use regex_automata::util::syntax;
use regex_automata::{Anchored, MatchKind, meta};
use regex_syntax::hir::{Hir, HirKind};

use super::literal::{MIN_TOUCH, words};
use super::{has_byte, may_begin};
use crate::queries::line::{Class, Line, Meaning, Piece};
use crate::queries::logql::{LineOp, Part};

/// An expression, compiled.
#[derive(Debug)]
pub struct Expression {
    regex: meta::Regex,
    dfa: DFA,
    /// Words that it spells.
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
            Expression::new(&format!("^{}$", escaped(&blanks(&known), ".*")))
        }
    }
}

/// A pattern's text apart at its `<_>`.
fn blanks(text: &str) -> Vec<Part> {
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
        let words = words(&spelled);
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

    /// Whether the line can have a match, and some of it is the line's own.
    pub(super) fn touches(&self, memory: &mut Memory, line: &Line) -> bool {
        if self.n_touch == 0 {
            return false;
        }
        self.run(memory, &line.pieces, Begin::Anywhere, self.n_touch).unwrap_or(true)
    }

    /// What has to be remembered from one line to the next.
    pub fn memory(&self) -> Memory {
        Memory(self.dfa.create_cache())
    }

    /// Whether a value of these pieces can match as a whole; the expression is anchored.
    pub fn can_be(&self, memory: &mut Memory, pieces: &[Piece]) -> bool {
        self.run(memory, pieces, Begin::Start, 0).unwrap_or(true)
    }

    /// `None` when the expression is too large to say.
    fn run(
        &self,
        memory: &mut Memory,
        pieces: &[Piece],
        begin: Begin,
        n_touch: usize,
    ) -> Option<bool> {
        let mut run = Run { dfa: &self.dfa, cache: &mut memory.0, states: HashSet::new(), n_touch };
        run.begin(None)?;
        let mut before = None;
        for piece in pieces {
            match piece {
                Piece::Fixed(meaning, text) => {
                    let is_named = !matches!(meaning, Meaning::Sign | Meaning::Quote);
                    for byte in text.bytes() {
                        if begin == Begin::Anywhere
                            && *meaning != Meaning::Quote
                            && before.is_some()
                        {
                            run.begin(before)?;
                        }
                        if run.step(byte, is_named && byte.is_ascii_alphanumeric())? {
                            return Some(true);
                        }
                        before = Some(byte);
                    }
                }
                Piece::Open(class) => {
                    if begin == Begin::Anywhere && may_begin(*class) {
                        run.begin(before)?;
                    }
                    if run.open(*class)? {
                        return Some(true);
                    }
                    before = before.or(Some(b' '));
                }
            }
        }
        run.end()
    }
}

/// States of an expression that were needed so far.
#[derive(Debug)]
pub struct Memory(Cache);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Begin {
    Start,
    Anywhere,
}

/// All states that the bytes so far can lead to, with how many letters and digits were known text.
struct Run<'a> {
    dfa: &'a DFA,
    cache: &'a mut Cache,
    states: HashSet<(LazyStateID, usize)>,
    n_touch: usize,
}

impl Run<'_> {
    fn begin(&mut self, before: Option<u8>) -> Option<()> {
        let config = start::Config::new().look_behind(before).anchored(Anchored::Yes);
        let state = self.dfa.start_state(self.cache, &config).ok()?;
        self.states.insert((state, 0));
        Some(())
    }

    /// One byte; `true` when a match has ended before it that touches enough.
    fn step(&mut self, byte: u8, touches: bool) -> Option<bool> {
        let mut next = HashSet::with_capacity(self.states.len());
        for (state, touched) in std::mem::take(&mut self.states) {
            let state = self.dfa.next_state(self.cache, state, byte).ok()?;
            if state.is_match() && touched >= self.n_touch {
                return Some(true);
            }
            if state.is_quit() {
                return None;
            }
            if !state.is_dead() {
                next.insert((state, (touched + usize::from(touches)).min(MIN_TOUCH)));
            }
        }
        self.states = next;
        Some(false)
    }

    /// Any number of bytes of a class.
    fn open(&mut self, class: Class) -> Option<bool> {
        let mut fresh: Vec<_> = self.states.iter().copied().collect();
        while let Some((state, touched)) = fresh.pop() {
            for byte in (0..128_u8).filter(|byte| has_byte(class, *byte)) {
                let next = self.dfa.next_state(self.cache, state, byte).ok()?;
                if next.is_match() && touched >= self.n_touch {
                    return Some(true);
                }
                if !next.is_dead() && !next.is_quit() && self.states.insert((next, touched)) {
                    fresh.push((next, touched));
                }
            }
        }
        Some(false)
    }

    fn end(&mut self) -> Option<bool> {
        for (state, touched) in std::mem::take(&mut self.states) {
            let state = self.dfa.next_eoi_state(self.cache, state).ok()?;
            if state.is_match() && touched >= self.n_touch {
                return Some(true);
            }
        }
        Some(false)
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
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => out.push(' '),
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
