//! All lines of a catalog, ready to be asked.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::bits::Bits;
use super::expression::{self, Expression};
use super::{Passing, literal};
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
    /// The same in lower case.
    pub(super) known_lower: String,
    pub(super) starts: Vec<usize>,
    samples: Vec<[String; 2]>,
    n_statements: usize,
    n_words: usize,
    /// Lines that were looked at piece by piece, which is what a filter costs.
    steps: AtomicUsize,
}

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
            known_lower: String::new(),
            starts: Vec::new(),
            samples: Vec::new(),
            n_statements,
            n_words,
            steps: AtomicUsize::new(0),
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
        lines.known_lower = lines.known.to_ascii_lowercase();
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
        }
        self.known.push('\n');
        let sample = |number| line.as_ref().map(|line| line.sample(number)).unwrap_or_default();
        self.samples.push([sample("42"), sample("123456.5")]);
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
        (0..self.n_statements).filter(|index| one[index / 64] & (1 << (index % 64)) != 0).collect()
    }

    /// Lines that were looked at piece by piece so far.
    pub fn steps(&self) -> usize {
        self.steps.load(Ordering::Relaxed)
    }

    pub(super) fn count_step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// Which lines a line filter lets pass; `None` where its expression is not one that can be read.
    pub fn filter(&self, op: LineOp, parts: &[Part]) -> Option<Passing> {
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
        let mut bits = self.none();
        for number in self.exist.iter() {
            if self.samples[number].iter().all(|sample| expression.is_in(sample)) {
                bits.add(number);
            }
        }
        bits
    }

    fn matches(&self, expression: &Expression) -> Passing {
        let mut strong = self.none();
        let mut open = self.none();
        for number in self.exist.iter() {
            let is_sure = self.samples[number].iter().any(|sample| expression.is_in(sample));
            if is_sure { strong.add(number) } else { open.add(number) }
        }
        // Words of the expression in a message or key: perhaps with values it matches.
        let mut candidates = literal::with_lower_words(self, &expression.words);
        candidates.and(&open);
        let mut machine = expression.search();
        for number in candidates.iter() {
            self.count_step();
            if self.all[number].as_ref().is_some_and(|line| expression.touches(&mut machine, line))
            {
                strong.add(number);
            }
        }
        let mut any = strong.clone();
        any.or(&self.have_text);
        Passing { strong, any }
    }
}
