//! Entries that say nothing new are counted; the others are left for the judge, who takes them in order.
//!
//! New is a defect that may be shown, a key, a kind of value or a message that was not there before, another format. Without
//! all that an entry changes only sums, which blocks of a log can be read for in any order, and on several threads.

use std::sync::Arc;

use super::LogFormat;
use super::alone::{self, Alone, Overview};
use super::counts::Counts;
use super::entry;
use super::foreign::Foreign;
use super::judge::{self, Judge};
use super::raw::{MessageForm, Raw};
use super::recent::Recent;
use super::rules::{COUNT, Id};
use super::statements::{StatementIndex, Statements};
use super::stream::{self, MAX_ENTRY};
use super::tables::{ByHash, Keys, KnownKey};

/// What a run knew at a moment. What is nothing new by it is nothing new later.
#[derive(Clone, Debug)]
pub(super) struct Known {
    keys: Arc<ByHash<KnownKey>>,
    messages: Arc<ByHash<u16>>,
    /// Further keys, further messages are counted and nothing else.
    is_full: (bool, bool),
    foreign: Vec<Foreign>,
    /// What is done with a finding of each rule.
    fates: [Fate; COUNT],
}

/// What is done with a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is shown.
    Shown,
    /// Enough of its rule are shown: it is counted.
    Counted,
    /// Nobody wants to know.
    Dropped,
}

/// What entries that say nothing new add to the figures of a run.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub counts: Counts,
    /// Pairs and entries by the index of their key, message, statement.
    pub keys: Vec<usize>,
    pub messages: Vec<usize>,
    pub statements: Vec<usize>,
    pub n_keys_beyond: usize,
    pub n_messages_beyond: usize,
    pub n_unknown_statements: usize,
    /// Findings that are not shown, by rule.
    pub omitted: [usize; COUNT],
}

/// What is left of a block of entries.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// The entries to be judged.
    pub entries: Vec<Unusual>,
    pub n_lines: usize,
    /// Format of the last entry.
    pub last: Option<LogFormat>,
}

/// An entry that may say something new.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unusual {
    /// Where it begins in its block.
    pub at: usize,
    /// Lines of the block before it.
    pub n_lines: usize,
    /// Format of the entry before it; `None` where that is of another block.
    pub before: Option<LogFormat>,
}

/// Reads blocks of entries.
#[derive(Debug)]
pub(super) struct Sieve {
    alone: Arc<Alone>,
    statements: Option<Arc<StatementIndex>>,
    expected: Option<LogFormat>,
    raw: Raw,
    overview: Overview,
    recent_keys: Recent<KnownKey>,
    recent_messages: Recent<u16>,
    pub tally: Tally,
}

/// What an entry adds beside its pairs.
#[derive(Debug, Default)]
struct Sums {
    message: Option<u16>,
    is_message_beyond: bool,
    n_keys_beyond: usize,
    statement: Option<usize>,
    is_unknown_statement: bool,
    is_other: bool,
}

impl Known {
    pub(super) fn of(judge: &Judge, fates: [Fate; COUNT]) -> Self {
        Self {
            keys: judge.keys.known(),
            messages: judge.messages.known(),
            is_full: (judge.keys.counts_further(), judge.messages.is_full()),
            foreign: judge.foreign.clone(),
            fates,
        }
    }
}

impl Sieve {
    pub(super) fn new(judge: &Judge, expected: Option<LogFormat>) -> Self {
        Self {
            alone: judge.alone.clone(),
            statements: judge.statements.as_ref().map(Statements::index),
            expected,
            raw: Raw::default(),
            overview: Overview::default(),
            recent_keys: Recent::default(),
            recent_messages: Recent::default(),
            tally: Tally::default(),
        }
    }

    /// Reads a block, which ends where an entry ends.
    pub(super) fn read(&mut self, block: &[u8], known: &Known) -> Rest {
        self.alone.look_over(block, &mut self.overview);
        let (mut rest, mut at) = (Rest::default(), 0);
        while at < block.len() {
            self.raw.clear();
            let _ = entry::read(&block[at..], true, self.expected, &mut self.raw);
            let entry = &block[at..at + self.raw.end];
            let before = rest.last;
            if !self.is_usual(entry, at, &mut rest.last, known) {
                rest.entries.push(Unusual { at, n_lines: rest.n_lines, before });
            }
            rest.n_lines += self.raw.n_lines(entry);
            at += entry.len();
            if entry.len() > MAX_ENTRY {
                let n_bytes = stream::continuation(&block[at..]);
                rest.n_lines += memchr::memchr_iter(b'\n', &block[at..at + n_bytes]).count();
                at += n_bytes;
            }
        }
        rest
    }

    /// Whether an entry says nothing new; then it is counted.
    fn is_usual(
        &mut self,
        entry: &[u8],
        start: usize,
        last: &mut Option<LogFormat>,
        known: &Known,
    ) -> bool {
        let before = *last;
        let has_header = self.raw.is_json || self.raw.body > 0;
        if has_header {
            *last = Some(if self.raw.is_json { LogFormat::Json } else { LogFormat::Text });
        }
        self.alone.look(entry, start, &mut self.overview, &mut self.raw);
        let mut sums = Sums { is_other: !has_header, ..Sums::default() };
        let is_first = has_header && before.or(self.expected).is_none();
        if entry.len() > MAX_ENTRY || is_first {
            return false;
        }
        if has_header && !self.is_known(entry, before, known, &mut sums) {
            return false;
        }
        let is_shown = |rule: Id| known.fates[rule as usize] == Fate::Shown;
        if self.raw.defects.iter().any(|defect| is_shown(defect.rule)) {
            let n_pairs = if has_header { self.raw.pairs.len() } else { 0 };
            self.uncount(n_pairs, known);
            return false;
        }
        self.count(&sums, known);
        true
    }

    /// Whether format, keys and message of an entry were there before.
    #[inline]
    fn is_known(
        &mut self,
        entry: &[u8],
        mut before: Option<LogFormat>,
        known: &Known,
        sums: &mut Sums,
    ) -> bool {
        let raw = &mut self.raw;
        let foreign = if raw.is_json { Foreign::of(entry, raw) } else { None };
        if let Some(foreign) = foreign
            && foreign.settle(entry, raw)
            && !known.foreign.contains(&foreign)
        {
            return false;
        }
        judge::mixed(&mut before, self.expected, raw);
        if raw.is_json && foreign.is_none() {
            alone::fields(entry, raw);
        }
        if raw.form == MessageForm::Quoted {
            let hash = raw.message_hash;
            sums.message = self.recent_messages.get(hash, &known.messages);
            sums.is_message_beyond = sums.message.is_none();
            if sums.is_message_beyond && !known.is_full.1 {
                return false;
            }
        }
        if !self.are_keys_known(entry, known, sums) {
            return false;
        }
        let raw = &mut self.raw;
        if let Some(statements) = &self.statements
            && raw.form != MessageForm::Missing
        {
            sums.statement = statements.find(entry, raw);
            sums.is_unknown_statement = sums.statement.is_none();
            if sums.is_unknown_statement {
                raw.defect(Id::UnknownStatement, raw.message.clone(), "");
            }
        }
        true
    }

    /// Whether all keys were there before, with values of these kinds; then their pairs are counted.
    #[inline]
    fn are_keys_known(&mut self, entry: &[u8], known: &Known, sums: &mut Sums) -> bool {
        for index in 0..self.raw.pairs.len() {
            let pair = &self.raw.pairs[index];
            match self.recent_keys.get(pair.hash, &known.keys) {
                Some(key) if key.is_usual(pair.kind) => {
                    add_one(&mut self.tally.keys, usize::from(key.index));
                }
                _ if self.is_pair_known(entry, index, known, sums) => {}
                _ => {
                    self.uncount(index, known);
                    return false;
                }
            }
        }
        true
    }

    /// The same of a pair whose key is new, or had no such value when it was asked for last, or is a credential's.
    #[cold]
    fn is_pair_known(
        &mut self,
        entry: &[u8],
        index: usize,
        known: &Known,
        sums: &mut Sums,
    ) -> bool {
        let Raw { pairs, defects, is_json, .. } = &self.raw;
        let pair = &pairs[index];
        let Some(key) = self.recent_keys.look_up(pair.hash, &known.keys) else {
            let name = &entry[pair.key.clone()];
            let is_beyond =
                known.is_full.0 && !Keys::is_noticed(name, *is_json || pair.is_quoted_key);
            sums.n_keys_beyond += usize::from(is_beyond);
            return is_beyond;
        };
        let is_new = !key.had(pair.kind)
            || (key.is_credential
                && alone::is_exposed(entry, pair, !is_json, &alone::secrets(defects)));
        if !is_new {
            add_one(&mut self.tally.keys, usize::from(key.index));
        }
        !is_new
    }

    /// Takes back the first pairs of an entry that says something new after all.
    #[cold]
    fn uncount(&mut self, n_pairs: usize, known: &Known) {
        for pair in &self.raw.pairs[..n_pairs] {
            if let Some(key) = known.keys.get(&pair.hash) {
                self.tally.keys[usize::from(key.index)] -= 1;
            }
        }
    }

    #[inline]
    fn count(&mut self, sums: &Sums, known: &Known) {
        let tally = &mut self.tally;
        for defect in &self.raw.defects {
            let is_counted = known.fates[defect.rule as usize] == Fate::Counted;
            tally.omitted[defect.rule as usize] += usize::from(is_counted);
        }
        if sums.is_other {
            tally.counts.n_other += 1;
            return;
        }
        tally.counts.count(&self.raw);
        if let Some(index) = sums.message {
            add_one(&mut tally.messages, usize::from(index));
        }
        if let Some(index) = sums.statement {
            add_one(&mut tally.statements, index);
        }
        tally.n_keys_beyond += sums.n_keys_beyond;
        tally.n_messages_beyond += usize::from(sums.is_message_beyond);
        tally.n_unknown_statements += usize::from(sums.is_unknown_statement);
    }
}

#[inline]
fn add_one(counts: &mut Vec<usize>, index: usize) {
    match counts.get_mut(index) {
        Some(count) => *count += 1,
        None => {
            counts.resize(index + 1, 0);
            counts[index] = 1;
        }
    }
}
