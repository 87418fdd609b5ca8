//! All lines of a catalog, ready to be asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::bits::Bits;
use super::expression::{self, Expression};
use super::parts::{Automaton, Parts, Said};
use super::vocabulary::Vocabulary;
use super::{Passing, literal, sampled};
use crate::catalog::{Catalog, Statement};
use crate::queries::line::{Format, Line};
use crate::queries::logql::{LineOp, Part};

/// All lines of a catalog: one for each statement and format.
///
/// Lines of a format have numbers that follow each other, in order of the statements; each format begins at a whole word
/// of the sets.
#[derive(Debug)]
pub struct Lines {
    /// By number; `None` where a statement has no line of a format.
    pub(super) all: Vec<Option<Line>>,
    /// Lines that are there.
    pub exist: Bits,
    /// Lines with a value that can be any text.
    pub(super) have_text: Bits,
    /// Known text of all lines, one after the other, and where each begins.
    pub(super) known: String,
    pub(super) starts: Vec<usize>,
    pub(super) vocabulary: Vocabulary,
    parts: Parts,
    n_statements: usize,
    n_words: usize,
    /// Parts of lines that were looked at byte by byte, which is what a filter costs.
    steps: AtomicUsize,
    /// What came of filters so far.
    passed: Mutex<Passed>,
}

/// Line filters, with the lines that they let pass.
type Passed = HashMap<(LineOp, Vec<Part>), Option<Arc<Passing>>>;

/// Bytes of the sets that are kept of filters so far.
const MAX_PASSED: usize = 64 << 20;

impl Lines {
    /// Takes the statements of a catalog; of a format that is not printed, no lines.
    pub fn new(catalog: &Catalog, formats: &[Format]) -> Self {
        let n_statements = catalog.statements.len();
        let n_words = n_statements.div_ceil(64);
        let mut lines = Self {
            all: Vec::new(),
            exist: Bits::none(3 * n_words),
            have_text: Bits::none(3 * n_words),
            known: String::new(),
            starts: Vec::new(),
            vocabulary: Vocabulary::default(),
            parts: Parts::default(),
            n_statements,
            n_words,
            steps: AtomicUsize::new(0),
            passed: Mutex::default(),
        };
        for format in Format::ALL {
            for index in 0..n_words * 64 {
                let statement = catalog.statements.get(index);
                let statement =
                    statement.filter(|it| format.is_of(it) && formats.contains(&format));
                lines.add(statement, format);
            }
        }
        lines.starts.push(lines.known.len());
        lines.parts.finish();
        lines.vocabulary =
            Vocabulary::new(lines.exist.iter().map(|number| (number, lines.known(number))));
        lines
    }

    fn add(&mut self, statement: Option<&Statement>, format: Format) {
        let number = self.all.len();
        self.starts.push(self.known.len());
        let line = statement.map(|statement| Line::of(statement, format));
        if let Some(line) = &line {
            self.exist.add(number);
            if line.has_text() {
                self.have_text.add(number);
            }
            self.known.push_str(&line.opaque());
            self.parts.add(number, line);
        }
        self.known.push('\n');
        self.all.push(line);
    }

    /// The number of a statement's line.
    pub fn number(&self, statement: usize, format: Format) -> usize {
        format as usize * self.n_words * 64 + statement
    }

    /// The statement and the format of a line.
    pub fn origin(&self, number: usize) -> (usize, Format) {
        let size = (self.n_words * 64).max(1);
        (number % size, Format::ALL[number / size])
    }

    /// Lines of one format.
    pub fn of_format(&self, format: Format) -> Bits {
        let mut bits = self.none();
        let start = format as usize * self.n_words;
        bits.part_mut(start, self.n_words).copy_from_slice(self.exist.part(start, self.n_words));
        bits
    }

    /// The set of all lines of statements that this holds for.
    pub fn of_statements(&self, mut holds: impl FnMut(usize) -> bool) -> Bits {
        let mut one = vec![0_u64; self.n_words];
        for index in (0..self.n_statements).filter(|index| holds(*index)) {
            one[index / 64] |= 1 << (index % 64);
        }
        let mut bits = self.none();
        for format in Format::ALL {
            bits.part_mut(format as usize * self.n_words, self.n_words).copy_from_slice(&one);
        }
        bits.and(&self.exist);
        bits
    }

    /// An empty set.
    pub fn none(&self) -> Bits {
        Bits::none(3 * self.n_words)
    }

    /// Statements of the lines of a set, in order and once.
    pub fn statements(&self, bits: &Bits) -> Vec<usize> {
        let mut one = vec![0_u64; self.n_words];
        for format in Format::ALL {
            let part = bits.part(format as usize * self.n_words, self.n_words);
            one.iter_mut().zip(part).for_each(|(a, b)| *a |= b);
        }
        Bits::from(one).iter().collect()
    }

    /// Parts of lines that were looked at byte by byte so far.
    pub fn steps(&self) -> usize {
        self.steps.load(Ordering::Relaxed)
    }

    /// The known text of a line.
    pub(super) fn known(&self, number: usize) -> &str {
        &self.known[self.starts[number]..self.starts[number + 1]]
    }

    /// How many lines there are.
    pub(super) fn all_count(&self) -> usize {
        self.all.len()
    }

    /// Runs an automaton over lines.
    pub(super) fn ask<A: Automaton>(&self, automaton: &mut A, among: &Bits) -> Said {
        let said = self.parts.ask(automaton, among);
        self.steps.fetch_add(said.n_runs, Ordering::Relaxed);
        said
    }

    /// Which lines a line filter lets pass; `None` where its expression is not one that can be read.
    pub fn filter(&self, op: LineOp, parts: &[Part]) -> Option<Arc<Passing>> {
        let key = (op, parts.to_vec());
        let passed = || self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = passed().get(&key) {
            return known.clone();
        }
        let passing = self.pass(op, parts).map(Arc::new);
        let mut passed = passed();
        if passed.len() * 2 * self.all.len() / 8 > MAX_PASSED {
            passed.clear();
        }
        passed.insert(key, passing.clone());
        passing
    }

    fn pass(&self, op: LineOp, parts: &[Part]) -> Option<Passing> {
        if parts.iter().all(|part| *part == Part::Any) {
            return Some(Passing::sure(self.exist.clone()));
        }
        if let ([Part::Text(text)], false) =
            (parts, matches!(op, LineOp::Matches | LineOp::Differs))
        {
            match op {
                LineOp::Contains => return Some(literal::contains(self, text)),
                LineOp::Lacks => return Some(self.except(&literal::in_known_text(self, text))),
                _ => {}
            }
        }
        let expression = expression::needle_expression(op, parts)?;
        Some(match op.is_negative() {
            true => self.except(&self.always(&expression)),
            false => self.matches(&expression),
        })
    }

    fn except(&self, bits: &Bits) -> Passing {
        let mut rest = self.exist.clone();
        rest.without(bits);
        Passing::sure(rest)
    }

    /// Lines that the expression matches whatever their values are.
    fn always(&self, expression: &Expression) -> Bits {
        let [mut first, second] = self.samples(expression);
        first.and(&second);
        first
    }

    /// Lines that the expression matches with one number, and with another.
    fn samples(&self, expression: &Expression) -> [Bits; 2] {
        let mut sampled = expression.sampled();
        sampled::NUMBERS.map(|number| {
            sampled.number = number;
            let Said { mut yes, unknown, .. } = self.ask(&mut sampled, &self.exist);
            for index in unknown.iter() {
                if self.all[index].as_ref().is_some_and(|it| expression.is_in(&it.sample(number))) {
                    yes.add(index);
                }
            }
            yes
        })
    }

    fn matches(&self, expression: &Expression) -> Passing {
        let [mut strong, second] = self.samples(expression);
        strong.or(&second);
        // Words of the expression in a message or key: perhaps with values it matches.
        let mut candidates = literal::with_lower_words(self, &expression.words);
        candidates.without(&strong);
        if let Some(mut running) = expression.touching() {
            let said = self.ask(&mut running, &candidates);
            strong.or(&said.yes);
            strong.or(&said.unknown);
        }
        let mut any = strong.clone();
        any.or(&self.have_text);
        Passing { strong, any }
    }
}
