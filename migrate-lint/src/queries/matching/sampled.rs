//! Expressions against lines with a sample of its kind in the place of each value.

use regex_automata::Anchored;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::start;

use super::parts::{Automaton, Run};
use crate::queries::line::Piece;

/// Numbers that are written differently; what holds for lines with them holds for lines with any.
pub(super) const NUMBERS: [&str; 2] = ["42", "123456.5"];

/// An expression's automaton, at work.
pub(super) struct Sampled<'a> {
    dfa: &'a DFA,
    cache: Cache,
    /// In the place of numbers.
    pub number: &'static str,
}

impl<'a> Sampled<'a> {
    pub(super) fn new(dfa: &'a DFA) -> Self {
        Self { dfa, cache: dfa.create_cache(), number: NUMBERS[0] }
    }
}

impl Automaton for Sampled<'_> {
    type State = LazyStateID;

    fn start(&mut self) -> Option<LazyStateID> {
        let config = start::Config::new().anchored(Anchored::No);
        self.dfa.start_state(&mut self.cache, &config).ok()
    }

    fn run(&mut self, mut state: LazyStateID, pieces: &[Piece]) -> Run<LazyStateID> {
        for piece in pieces {
            let text = match piece {
                Piece::Fixed(_, text) => text,
                Piece::Open(class) => class.sample(self.number),
            };
            for byte in text.bytes() {
                let Ok(next) = self.dfa.next_state(&mut self.cache, state, byte) else {
                    return Run::Unknown;
                };
                if next.is_match() {
                    return Run::Matched;
                }
                if next.is_quit() {
                    return Run::Unknown;
                }
                state = next;
            }
        }
        Run::At(state)
    }

    fn end(&mut self, state: LazyStateID) -> Option<bool> {
        let last = self.dfa.next_eoi_state(&mut self.cache, state).ok()?;
        if last.is_quit() { None } else { Some(last.is_match()) }
    }
}
