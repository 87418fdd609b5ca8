//! Lines by their parts: what comes before the message, the message, and what comes after it.
//!
//! Thousands of lines have the same parts. An automaton therefore runs over a part once for each state it arrives in, and a
//! line costs three looks into tables.

use std::collections::HashMap;
use std::hash::Hash;

use super::bits::Bits;
use crate::queries::line::{Line, Meaning, Piece};

/// Something that reads lines piece by piece.
pub(super) trait Automaton {
    type State: Copy + Eq + Hash;

    /// The state at the start of a line; `None` when that cannot be said.
    fn start(&mut self) -> Option<Self::State>;

    /// Where pieces lead from a state.
    fn run(&mut self, state: Self::State, pieces: &[Piece]) -> Run<Self::State>;

    /// Whether a line that ends here matches; `None` when that cannot be said.
    fn end(&mut self, state: Self::State) -> Option<bool>;
}

/// Where an automaton is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run<S> {
    /// In a state.
    At(S),
    /// At a match, whatever follows.
    Matched,
    /// It has become too large.
    Unknown,
}

/// What an automaton says of lines.
pub(super) struct Said {
    pub yes: Bits,
    /// Lines of which it cannot say it.
    pub unknown: Bits,
    /// Parts that it ran over.
    pub n_runs: usize,
}

/// The parts of all lines.
#[derive(Debug, Default)]
pub(super) struct Parts {
    heads: Kinds,
    messages: Kinds,
    tails: Kinds,
    lines: Vec<Place>,
}

/// Different parts.
#[derive(Debug, Default)]
struct Kinds {
    numbers: HashMap<Vec<Piece>, usize>,
    all: Vec<Vec<Piece>>,
}

/// A line, as its parts.
#[derive(Clone, Copy, Debug)]
struct Place {
    message: usize,
    head: usize,
    tail: usize,
    line: usize,
}

impl Kinds {
    fn number(&mut self, pieces: &[Piece]) -> usize {
        if let Some(number) = self.numbers.get(pieces) {
            return *number;
        }
        let number = self.all.len();
        self.numbers.insert(pieces.to_vec(), number);
        self.all.push(pieces.to_vec());
        number
    }
}

impl Parts {
    pub(super) fn add(&mut self, number: usize, line: &Line) {
        let is_message = |piece: &Piece| matches!(piece, Piece::Fixed(Meaning::Message, _));
        let pieces = &line.pieces;
        let start = pieces.iter().position(is_message).unwrap_or(pieces.len());
        let end = pieces.iter().rposition(is_message).map_or(start, |last| last + 1);
        self.lines.push(Place {
            message: self.messages.number(&pieces[start..end]),
            head: self.heads.number(&pieces[..start]),
            tail: self.tails.number(&pieces[end..]),
            line: number,
        });
    }

    /// After the last line.
    pub(super) fn finish(&mut self) {
        self.lines.sort_unstable_by_key(|place| (place.message, place.line));
        for kinds in [&mut self.heads, &mut self.messages, &mut self.tails] {
            kinds.numbers = HashMap::new();
        }
    }

    /// Runs an automaton over some of the lines.
    pub(super) fn ask<A: Automaton>(&self, automaton: &mut A, among: &Bits) -> Said {
        let mut states = States { numbers: HashMap::new(), all: Vec::new() };
        let start = states.number(automaton.start().map_or(Run::Unknown, Run::At));
        let mut said = Said { yes: among.emptied(), unknown: among.emptied(), n_runs: 0 };
        let mut heads = vec![UNASKED; self.heads.all.len()];
        // By state, and tail.
        let mut tails: Vec<Vec<u32>> = Vec::new();
        // Of one message: the states before and after it.
        let mut message = usize::MAX;
        let mut around: Vec<(u32, u32)> = Vec::new();
        for place in self.lines.iter().filter(|place| among.has(place.line)) {
            if heads[place.head] == UNASKED {
                said.n_runs += 1;
                heads[place.head] = states.run(automaton, start, &self.heads.all[place.head]);
            }
            let before = heads[place.head];
            if message != place.message {
                message = place.message;
                around.clear();
            }
            let known = around.iter().find(|(it, _)| *it == before).map(|(_, after)| *after);
            let after = known.unwrap_or_else(|| {
                said.n_runs += 1;
                let after = states.run(automaton, before, &self.messages.all[message]);
                around.push((before, after));
                after
            });
            let row = after as usize;
            if tails.len() <= row {
                tails.resize(row + 1, Vec::new());
            }
            if tails[row].is_empty() {
                tails[row] = vec![UNASKED; self.tails.all.len()];
            }
            if tails[row][place.tail] == UNASKED {
                said.n_runs += 1;
                let last = states.run(automaton, after, &self.tails.all[place.tail]);
                tails[row][place.tail] = states.end(automaton, last);
            }
            match tails[row][place.tail] {
                MATCHED => said.yes.add(place.line),
                UNKNOWN => said.unknown.add(place.line),
                _ => {}
            }
        }
        said
    }
}

/// Numbers of states: the first ones say more than a state does.
struct States<S> {
    numbers: HashMap<S, u32>,
    all: Vec<S>,
}

const UNASKED: u32 = 0;
const MATCHED: u32 = 1;
const UNKNOWN: u32 = 2;
const FAILED: u32 = 3;
const FIRST: u32 = 4;

impl<S: Copy + Eq + Hash> States<S> {
    fn number(&mut self, run: Run<S>) -> u32 {
        let state = match run {
            Run::Matched => return MATCHED,
            Run::Unknown => return UNKNOWN,
            Run::At(state) => state,
        };
        // Most parts lead to one of the first few.
        if let Some(number) = (FIRST..).zip(self.all.iter().take(4)).find(|(_, it)| **it == state) {
            return number.0;
        }
        let Ok(next) = u32::try_from(self.all.len()) else { return UNKNOWN };
        let number = *self.numbers.entry(state).or_insert(FIRST + next);
        if number == FIRST + next {
            self.all.push(state);
        }
        number
    }

    fn run<A: Automaton<State = S>>(&mut self, automaton: &mut A, from: u32, to: &[Piece]) -> u32 {
        match self.state(from) {
            Some(state) => {
                let run = automaton.run(state, to);
                self.number(run)
            }
            None => from,
        }
    }

    /// Whether the line matches.
    fn end<A: Automaton<State = S>>(&self, automaton: &mut A, last: u32) -> u32 {
        match self.state(last).map(|state| automaton.end(state)) {
            None => last,
            Some(Some(true)) => MATCHED,
            Some(Some(false)) => FAILED,
            Some(None) => UNKNOWN,
        }
    }

    fn state(&self, number: u32) -> Option<S> {
        self.all.get(number.checked_sub(FIRST)? as usize).copied()
    }
}
