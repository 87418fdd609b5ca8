//! A run of an expression over lines of which only the values are open.
//!
//! All states that the bytes so far can lead to are a set, and a set is a number: where it leads is found out once, so that
//! thousands of lines of the same parts cost a look into a table for each byte.

use std::collections::HashMap;

use regex_automata::Anchored;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::start;

use super::literal::MIN_TOUCH;
use super::parts::{Automaton, Run};
use super::{N_CLASSES, class_index, has_byte, may_begin};
use crate::queries::line::{Class, Meaning, Piece};

/// Where a match may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// With the first piece.
    Start,
    /// In any known text.
    Anywhere,
}

/// What is known of an expression so far.
#[derive(Debug)]
pub struct Machine {
    cache: Cache,
    begin: Begin,
    /// How many letters and digits that the expression spells have to be known text.
    n_touch: usize,
    sets: Vec<Set>,
    numbers: HashMap<Set, Number>,
    /// By set, whether the text is a name and whether a match may begin there, and byte.
    steps: Vec<[Number; N_STEPS]>,
    /// By set and class.
    opens: Vec<[Number; N_CLASSES]>,
    ends: Vec<Option<bool>>,
    /// States that one byte of a class leads to, or an escaped quote.
    successors: HashMap<(LazyStateID, usize), Vec<LazyStateID>>,
}

/// The number of a set.
pub(super) type Number = u16;

const UNKNOWN: Number = 0;
/// A match has ended, and it touches enough.
const MATCHED: Number = 1;
const FIRST: Number = 2;

/// An expression that needs more sets is taken to match.
const MAX_SETS: usize = 2000;
const N_STEPS: usize = 4 * 256;

/// A byte that no expression spells: what leads where it leads is taken by `.` and its like.
const ANY_OTHER: u8 = 1;

/// States that the bytes so far can lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Set {
    states: Vec<State>,
    /// A byte like the last one; `None` at the start.
    before: Option<u8>,
}

/// A state of the automaton, with how many letters and digits that the expression spells were known text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct State {
    id: LazyStateID,
    touched: usize,
    /// As many when a `.*` began, which is what is left when the rest of the expression has to begin again.
    kept: usize,
}

impl Machine {
    pub(super) fn new(dfa: &DFA, begin: Begin, n_touch: usize) -> Self {
        Self {
            cache: dfa.create_cache(),
            begin,
            n_touch,
            sets: Vec::new(),
            numbers: HashMap::new(),
            steps: Vec::new(),
            opens: Vec::new(),
            ends: Vec::new(),
            successors: HashMap::new(),
        }
    }

    /// Whether pieces can match; `None` when the expression is too large to say.
    pub(super) fn run(&mut self, dfa: &DFA, pieces: &[Piece]) -> Option<bool> {
        let start = self.first(dfa)?;
        match self.advance(dfa, start, pieces)? {
            MATCHED => Some(true),
            last => self.end(dfa, last),
        }
    }

    /// The set at the start.
    fn first(&mut self, dfa: &DFA) -> Option<Number> {
        if !self.sets.is_empty() {
            return Some(FIRST);
        }
        let states = vec![self.start(dfa, None)?];
        self.number(Set { states, before: None })
    }

    /// Where pieces lead from a set.
    fn advance(&mut self, dfa: &DFA, mut set: Number, pieces: &[Piece]) -> Option<Number> {
        for piece in pieces {
            match piece {
                Piece::Fixed(meaning, text) => {
                    for byte in text.bytes() {
                        set = self.byte(dfa, set, *meaning, byte)?;
                        if set == MATCHED {
                            return Some(MATCHED);
                        }
                    }
                }
                Piece::Open(class) => {
                    set = self.open(dfa, set, *class)?;
                    if set == MATCHED {
                        return Some(MATCHED);
                    }
                }
            }
        }
        Some(set)
    }

    fn start(&mut self, dfa: &DFA, before: Option<u8>) -> Option<State> {
        let config = start::Config::new().look_behind(before).anchored(Anchored::Yes);
        let id = dfa.start_state(&mut self.cache, &config).ok()?;
        Some(State { id, touched: 0, kept: 0 })
    }

    fn byte(&mut self, dfa: &DFA, set: Number, meaning: Meaning, byte: u8) -> Option<Number> {
        let is_named = !matches!(meaning, Meaning::Sign | Meaning::Quote);
        let begins = self.begin == Begin::Anywhere && meaning != Meaning::Quote;
        let place = usize::from(byte) + 256 * usize::from(is_named) + 512 * usize::from(begins);
        let index = usize::from(set - FIRST);
        if self.steps[index][place] == UNKNOWN {
            let next = self.step(dfa, index, byte, is_named, begins)?;
            self.steps[index][place] = next;
        }
        Some(self.steps[index][place])
    }

    fn step(
        &mut self,
        dfa: &DFA,
        index: usize,
        byte: u8,
        is_named: bool,
        begins: bool,
    ) -> Option<Number> {
        let Set { mut states, before } = self.sets[index].clone();
        if begins && before.is_some() {
            states.push(self.start(dfa, before)?);
        }
        let touches = is_named && byte.is_ascii_alphanumeric();
        let mut next = Vec::with_capacity(states.len());
        for state in states {
            let id = dfa.next_state(&mut self.cache, state.id, byte).ok()?;
            if id.is_match() && state.touched >= self.n_touch {
                return Some(MATCHED);
            }
            if id.is_quit() {
                return None;
            }
            if id.is_dead() {
                continue;
            }
            next.push(if id == state.id {
                State { kept: state.touched, ..state }
            } else if dfa.next_state(&mut self.cache, state.id, ANY_OTHER).ok()? == id {
                State { id, touched: state.kept, ..state }
            } else {
                let touched = (state.touched + usize::from(touches)).min(MIN_TOUCH);
                State { id, touched, ..state }
            });
        }
        self.number(Set { states: next, before: Some(byte) })
    }

    /// Any number of bytes of a class.
    fn open(&mut self, dfa: &DFA, set: Number, class: Class) -> Option<Number> {
        let (index, class_index) = (usize::from(set - FIRST), class_index(class));
        if self.opens[index][class_index] == UNKNOWN {
            let next = self.closure(dfa, index, class)?;
            self.opens[index][class_index] = next;
        }
        Some(self.opens[index][class_index])
    }

    fn closure(&mut self, dfa: &DFA, index: usize, class: Class) -> Option<Number> {
        let Set { mut states, before } = self.sets[index].clone();
        if self.begin == Begin::Anywhere && may_begin(class) {
            states.push(self.start(dfa, before)?);
        }
        let mut fresh = states.clone();
        while let Some(state) = fresh.pop() {
            for id in self.successors(dfa, state.id, class)? {
                if id.is_match() && state.touched >= self.n_touch {
                    return Some(MATCHED);
                }
                let next = State { id, ..state };
                if !states.contains(&next) {
                    states.push(next);
                    fresh.push(next);
                }
            }
        }
        self.number(Set { states, before: before.or(Some(b' ')) })
    }

    /// Where one byte of a class leads, or an escaped quote.
    fn successors(&mut self, dfa: &DFA, id: LazyStateID, class: Class) -> Option<Vec<LazyStateID>> {
        let key = (id, class_index(class));
        if let Some(known) = self.successors.get(&key) {
            return Some(known.clone());
        }
        let mut all = Vec::new();
        let mut step = |from: LazyStateID, byte: u8| {
            let next = dfa.next_state(&mut self.cache, from, byte).ok()?;
            if !next.is_dead() && !next.is_quit() {
                all.push(next);
            }
            Some(next)
        };
        for byte in (0..128_u8).filter(|byte| has_byte(class, *byte, None)) {
            step(id, byte)?;
        }
        if !has_byte(class, b'"', None) && has_byte(class, b'"', Some(b'\\')) {
            let escape = step(id, b'\\')?;
            step(escape, b'"')?;
        }
        all.sort_unstable();
        all.dedup();
        self.successors.insert(key, all.clone());
        Some(all)
    }

    fn end(&mut self, dfa: &DFA, set: Number) -> Option<bool> {
        let index = usize::from(set - FIRST);
        if let Some(known) = self.ends[index] {
            return Some(known);
        }
        let mut is_match = false;
        for state in self.sets[index].states.clone() {
            let id = dfa.next_eoi_state(&mut self.cache, state.id).ok()?;
            is_match |= id.is_match() && state.touched >= self.n_touch;
        }
        self.ends[index] = Some(is_match);
        Some(is_match)
    }

    fn number(&mut self, mut set: Set) -> Option<Number> {
        let states = &mut set.states;
        states.sort_unstable_by(|a, b| b.cmp(a));
        // Of two that are the same state the one that has touched less, in both ways, adds nothing.
        let mut best: Option<State> = None;
        states.retain(|state| {
            let adds = best.is_none_or(|best| best.id != state.id || best.kept < state.kept);
            if adds {
                best = Some(*state);
            }
            adds
        });
        set.before = set.before.filter(|_| self.begin == Begin::Anywhere).map(like);
        if let Some(number) = self.numbers.get(&set) {
            return Some(*number);
        }
        if self.sets.len() == MAX_SETS {
            return None;
        }
        let number = FIRST + Number::try_from(self.sets.len()).ok()?;
        self.numbers.insert(set.clone(), number);
        self.sets.push(set);
        self.steps.push([UNKNOWN; N_STEPS]);
        self.opens.push([UNKNOWN; N_CLASSES]);
        self.ends.push(None);
        Some(number)
    }
}

/// A machine with its automaton.
pub(super) struct Running<'a> {
    pub machine: Machine,
    pub dfa: &'a DFA,
}

impl Automaton for Running<'_> {
    type State = Number;

    fn start(&mut self) -> Option<Number> {
        self.machine.first(self.dfa)
    }

    fn run(&mut self, state: Number, pieces: &[Piece]) -> Run<Number> {
        match self.machine.advance(self.dfa, state, pieces) {
            None => Run::Unknown,
            Some(MATCHED) => Run::Matched,
            Some(set) => Run::At(set),
        }
    }

    fn end(&mut self, state: Number) -> Option<bool> {
        self.machine.end(self.dfa, state)
    }
}

/// A byte that looks the same to whatever begins after it.
fn like(byte: u8) -> u8 {
    match byte {
        b'\n' | b'\r' => byte,
        byte if byte.is_ascii_alphanumeric() || byte == b'_' => b'a',
        byte if byte.is_ascii() => b' ',
        byte => byte,
    }
}
