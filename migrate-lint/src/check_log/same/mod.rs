//! `--same-as`: whether a program still says all that it said.
//!
//! Entries of both logs are read side by side. Each waits for its like in the other log, in a window that does not grow;
//! what has to leave the window is compared with what resembles it most, and only then called lost or new.

mod fit;
mod old;
mod side;
mod waiting;
mod words;

use std::io::{self, Read};

use self::fit::Fault;
use self::old::OldLog;
use self::side::{Match, Side};
use self::waiting::Waiting;
use super::prefix::LinePrefix;
use super::raw::{Defect, Raw};
use super::rules::Id;
use crate::call::Span;
use crate::source::LineOrigin;

/// Entries of one log that may wait, and their bytes.
const WINDOW: usize = 4096;
const WINDOW_BYTES: usize = 32 << 20;
/// Entries that have to come before one may be taken for another that is not quite like it: its own like may be next.
const PATIENCE: usize = WINDOW / 8;
/// Waiting entries of one message that an entry is compared with.
const MAX_ALIKE: usize = 1024;
/// Waiting entries of other messages that an entry is compared with.
const MAX_OTHERS: usize = 256;

/// Keys whose values are other ones in each run.
const VARYING: [&str; 2] = ["traceID", "spanID"];

/// The comparison of a log with one of before.
#[derive(Debug)]
pub(super) struct Comparison {
    log: OldLog,
    vary: Vec<String>,
    olds: Side,
    news: Side,
    /// The latest entry of the old log that the entries of the new one have reached: its number and its line.
    reached: Option<(usize, usize)>,
    found: Vec<Found>,
    limit: usize,
    n_omitted: Vec<(Id, usize)>,
}

/// A finding with the entry that it is about.
#[derive(Debug)]
pub(super) struct Found {
    pub on: On,
    pub entry: Vec<u8>,
    /// Where each line of the entry is.
    pub origins: Vec<LineOrigin>,
    pub defect: Defect,
}

/// The log that a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On {
    /// The log of before.
    Old,
    /// A log of now, by its number.
    New(usize),
}

impl Comparison {
    /// `limit`: how many findings of a rule are kept.
    pub(super) fn new(
        path: String,
        input: Box<dyn Read>,
        prefixes: &[LinePrefix],
        vary: Vec<String>,
        limit: usize,
    ) -> Self {
        let vary = vary.into_iter().chain(VARYING.map(str::to_owned)).collect();
        Self {
            log: OldLog::new(path, input, prefixes),
            vary,
            olds: Side::default(),
            news: Side::default(),
            reached: None,
            found: Vec::new(),
            limit,
            n_omitted: Vec::new(),
        }
    }

    /// The name of the old log.
    pub(super) fn path(&self) -> &str {
        &self.log.path
    }

    /// Takes the next entry of the new log, and one of the old log with it.
    pub(super) fn entry(
        &mut self,
        entry: &[u8],
        raw: &Raw,
        stream: usize,
        origin: &dyn Fn(usize, usize) -> LineOrigin,
    ) -> io::Result<()> {
        let Some(waiting) = Waiting::read(entry, raw, stream, origin) else { return Ok(()) };
        self.read_old()?;
        let alike = self.olds.alike(&waiting.message, MAX_ALIKE);
        let like = alike
            .into_iter()
            .find(|at| self.olds.get(*at).is_some_and(|old| fit::fits(old, &waiting, &self.vary)));
        let number = self.news.push(waiting);
        if let Some(old) = like {
            self.matched(old, number);
        }
        self.bound();
        Ok(())
    }

    /// Reads the old log to its end, and settles what still waits.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        while self.read_old()? {
            self.bound();
        }
        // What is settled goes at once: it would be passed again on the way to each of the others.
        while let Some(old) = self.olds.first() {
            self.settle_old(old, 0);
            self.trim();
        }
        while let Some(new) = self.news.first() {
            self.settle_new(new, 0);
            self.trim();
        }
        self.trim();
        Ok(())
    }

    /// What was found, and how many findings of a rule were left out.
    pub(super) fn take_found(&mut self) -> (Vec<Found>, Vec<(Id, usize)>) {
        let mut found = std::mem::take(&mut self.found);
        found.sort_by_key(|one| {
            let offset = one.origins.first().map_or(0, |origin| origin.offset);
            (one.on == On::Old, offset, one.defect.rule)
        });
        (found, std::mem::take(&mut self.n_omitted))
    }

    fn read_old(&mut self) -> io::Result<bool> {
        let Some(waiting) = self.log.next()? else { return Ok(false) };
        let alike = self.news.alike(&waiting.message, MAX_ALIKE);
        let like = alike
            .into_iter()
            .find(|at| self.news.get(*at).is_some_and(|new| fit::fits(&waiting, new, &self.vary)));
        let number = self.olds.push(waiting);
        if let Some(new) = like {
            self.matched(number, new);
        }
        Ok(true)
    }

    /// Settles what has waited longest where too much waits.
    fn bound(&mut self) {
        while let Some(old) = self.olds.overflow(WINDOW, WINDOW_BYTES) {
            self.settle_old(old, PATIENCE);
        }
        while let Some(new) = self.news.overflow(WINDOW, WINDOW_BYTES) {
            self.settle_new(new, PATIENCE);
        }
        self.trim();
    }

    /// An entry of the old log whose like has not come: the new entry that resembles it most is compared with it.
    fn settle_old(&mut self, at: usize, patience: usize) {
        let Some(old) = self.olds.get(at) else { return };
        let alike = self.news.alike(&old.message, MAX_ALIKE);
        let is_alike = !alike.is_empty();
        let candidates = if is_alike { alike } else { self.news.waiting(MAX_OTHERS) };
        let mut best: Option<(usize, Vec<Fault>)> = None;
        for number in candidates {
            let Some(new) = self.news.get(number) else { continue };
            if self.news.age(number) < patience {
                break;
            }
            let faults = match is_alike {
                true if old.has_severity_of(new) => Some(fit::faults(old, new, &self.vary)),
                true => None,
                false => words::faults(old, new, &self.vary),
            };
            let Some(faults) = faults else { continue };
            let n_faults = faults.len();
            if best.as_ref().is_none_or(|(_, least)| n_faults < least.len()) {
                best = Some((number, faults));
            }
            if n_faults == 0 {
                break;
            }
        }
        let line = old.line();
        match best {
            Some((new, faults)) => {
                self.report(new, &faults, line);
                self.matched(at, new);
            }
            None => self.lost(at),
        }
    }

    /// An entry of the new log that nothing in the old one waits for.
    fn settle_new(&mut self, at: usize, patience: usize) {
        let alike = self.news.get(at).map(|new| self.olds.alike(&new.message, 1));
        if let Some(old) = alike.and_then(|alike| alike.first().copied())
            && self.olds.age(old) >= patience
        {
            // It may be the one with a fault.
            self.settle_old(old, patience);
        }
        let Some(new) = self.news.take(at) else { return };
        let found = defect(Id::NewEntry, &new.head, format!("{} has no such entry", self.path()));
        self.keep(On::New(new.stream), &new, found);
    }

    fn lost(&mut self, at: usize) {
        let Some(old) = self.olds.take(at) else { return };
        let found = defect(Id::LostEntry, &old.head, "this entry has not come again".to_owned());
        self.keep(On::Old, &old, found);
    }

    fn report(&mut self, at: usize, faults: &[Fault], line: usize) {
        let Some(new) = self.news.get(at).cloned() else { return };
        for fault in faults {
            let (rule, span, message) = fault.finding(&new, self.path(), line);
            self.keep(On::New(new.stream), &new, defect(rule, &span, message));
        }
    }

    fn keep(&mut self, on: On, entry: &Waiting, defect: Defect) {
        let n_kept = self.found.iter().filter(|one| one.defect.rule == defect.rule).count();
        if n_kept < self.limit {
            let (entry, origins) = (entry.bytes.clone(), entry.origins.clone());
            self.found.push(Found { on, entry, origins, defect });
            return;
        }
        match self.n_omitted.iter_mut().find(|(rule, _)| *rule == defect.rule) {
            Some((_, count)) => *count += 1,
            None => self.n_omitted.push((defect.rule, 1)),
        }
    }

    fn matched(&mut self, old: usize, new: usize) {
        let Some(entry) = self.olds.take(old) else { return };
        self.news.take_with(new, (old, entry.line()));
    }

    /// Lets go of what is done at the front of both windows. The order of the new log is known only here.
    fn trim(&mut self) {
        while self.olds.pop_done().is_some() {}
        while let Some(done) = self.news.pop_done() {
            let Some(Match { old: (number, line), entry }) = done else { continue };
            match self.reached {
                Some((highest, after)) if number < highest => {
                    let path = self.path();
                    let words =
                        format!("in {path} this entry, line {line}, comes before line {after}");
                    let found = defect(Id::ChangedOrder, &entry.head, words);
                    self.keep(On::New(entry.stream), &entry, found);
                }
                _ => self.reached = Some((number, line)),
            }
        }
    }
}

fn defect(rule: Id, span: &Span, message: String) -> Defect {
    Defect { rule, span: span.clone(), message: message.into(), help: None }
}
