//! A stream of bytes → entries → findings, through a buffer that does not grow.

mod finish;
mod in_order;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::thread;

pub use self::finish::Outcome;
use super::alone::Overview;
use super::entry;
use super::excerpt::Excerpts;
use super::judge::Judge;
use super::lanes::Lanes;
use super::options::Options;
use super::pending::Pending;
use super::raw::Raw;
use super::rules::{COUNT, all};
use super::same::Comparison;
use super::sieve::{Fate, Known, Rest, Sieve, Tally};
use super::stream::{self, MAX_ENTRY, Skip, Stream};
use crate::finding::Level;

/// What is read at once.
const CHUNK: usize = 128 * 1024;
/// What a thread gets at once.
const BLOCK: usize = 256 * 1024;

/// Checks streams one after the other, as one run.
///
/// # Example
///
/// ```
/// use migrate_lint::check_log::{Checker, Options};
///
/// let mut checker = Checker::new(Options::default());
/// checker.check("stderr", &mut &b"I0304 05:06:07.089012   12345 main.rs:42] Pod web is ready\n"[..], None)?;
/// let outcome = checker.finish();
/// let rules: Vec<_> = outcome.report.findings().map(|(_, finding)| finding.rule).collect();
/// assert_eq!(rules, ["unstructured-line"]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Checker {
    options: Options,
    levels: [Level; COUNT],
    judge: Judge,
    raw: Raw,
    overview: Overview,
    sieve: Sieve,
    /// Streams that were read.
    streams: Vec<(String, Excerpts)>,
    comparison: Option<Comparison>,
    kept: [usize; COUNT],
    omitted: BTreeMap<&'static str, usize>,
}

impl Checker {
    /// Starts a run.
    pub fn new(options: Options) -> Self {
        let mut levels = [Level::Allow; COUNT];
        for (level, rule) in levels.iter_mut().zip(all()) {
            *level = options.levels.get(rule.name).copied().unwrap_or(rule.level);
        }
        let judge = Judge::new(&options);
        Self {
            sieve: Sieve::new(&judge, options.format),
            judge,
            levels,
            options,
            raw: Raw::default(),
            overview: Overview::default(),
            streams: Vec::new(),
            comparison: None,
            kept: [0; COUNT],
            omitted: BTreeMap::new(),
        }
    }

    /// Compares what is checked from now on with a log of before, entry by entry: an entry may gain pairs and lose none.
    ///
    /// `path` is what reports call it; values of the keys in `vary` are other ones in each run.
    pub fn same_as(&mut self, path: &str, log: Box<dyn Read>, vary: Vec<String>) {
        let (prefixes, limit) = (&self.options.prefixes, self.options.max_findings);
        self.comparison = Some(Comparison::new(path.to_owned(), log, prefixes, vary, limit));
    }

    /// Checks a stream to its end; `path` is what reports call it.
    ///
    /// What is read is written to `tee` unchanged, before it is looked at.
    /// A `tee` that takes no more is not written to again, and the check goes on.
    ///
    /// # Errors
    ///
    /// Those of `input`, and of the log that it is compared with.
    pub fn check(
        &mut self,
        path: &str,
        input: &mut dyn Read,
        tee: Option<&mut dyn Write>,
    ) -> io::Result<()> {
        let mut stream = Stream::new(self.streams.len());
        let mut pending = Pending::new(&self.options.prefixes);
        let mut from = Input { bytes: input, size: CHUNK, tee };
        let result = self.read(&mut from, &mut pending, &mut stream, &mut None, usize::MAX);
        self.end(path, stream);
        result
    }

    /// Checks a file to its end, as [`check`](Self::check) does, on all processors.
    ///
    /// # Errors
    ///
    /// Those of `input`, and of the log that it is compared with.
    pub fn check_file(&mut self, path: &str, input: &mut dyn Read) -> io::Result<()> {
        let n_threads = thread::available_parallelism().map_or(1, usize::from);
        self.check_on(path, input, n_threads, BLOCK)
    }

    /// The same on so many threads, each of which gets so many bytes at once.
    ///
    /// # Errors
    ///
    /// Those of `input`, and of the log that it is compared with.
    #[doc(hidden)]
    pub fn check_on(
        &mut self,
        path: &str,
        input: &mut dyn Read,
        n_threads: usize,
        block: usize,
    ) -> io::Result<()> {
        if n_threads < 2 || self.comparison.is_some() {
            return self.check(path, input, None);
        }
        let mut stream = Stream::new(self.streams.len());
        let mut pending = Pending::new(&self.options.prefixes);
        let mut from = Input { bytes: input, size: block, tee: None };
        // What a program logs is known after a few blocks; a small file needs no threads.
        let mut result = self.read(&mut from, &mut pending, &mut stream, &mut None, 4 * block);
        if result.is_ok() && !pending.at_end {
            result = thread::scope(|scope| {
                let sieves = (0..n_threads).map(|_| Sieve::new(&self.judge, self.options.format));
                let mut lanes = Lanes::new(scope, sieves.collect());
                let result =
                    self.read(&mut from, &mut pending, &mut stream, &mut lanes, usize::MAX);
                for tally in lanes.map(Lanes::finish).unwrap_or_default() {
                    self.add(&tally);
                }
                result
            });
        }
        self.end(path, stream);
        result
    }

    /// Reads on until the stream ends, or so many of its bytes are done.
    fn read(
        &mut self,
        from: &mut Input<'_, '_>,
        pending: &mut Pending,
        stream: &mut Stream,
        lanes: &mut Option<Lanes<'_>>,
        limit: usize,
    ) -> io::Result<()> {
        let mut result = Ok(());
        while result.is_ok() && !pending.at_end && stream.offset < limit {
            result = pending
                .read(from.bytes, from.size, &mut from.tee)
                .map(|n_read| self.judge.counts.n_bytes += n_read);
            stream.offset += pending.passed_mark();
            if result.is_ok() && !pending.is_cut_in_mark() {
                self.blocks(pending, stream, lanes);
            }
            if let Some(error) = stream.failed.take() {
                result = Err(error);
            }
        }
        self.catch_up(stream, lanes);
        result
    }

    /// Judges the whole entries that are there, or gives them out.
    fn blocks(
        &mut self,
        pending: &mut Pending,
        stream: &mut Stream,
        lanes: &mut Option<Lanes<'_>>,
    ) {
        let n_whole = stream::whole_entries(pending.bytes(), pending.at_end);
        let is_in_order = self.comparison.is_some()
            || stream.skip != Skip::Nothing
            || self.judge.progress.iter().any(|progress| !progress.is_met)
            || (n_whole == 0 && pending.bytes().len() > MAX_ENTRY);
        if is_in_order {
            self.catch_up(stream, lanes);
            pending.pass_origins(stream);
            let n_done = self.each_entry(pending.bytes(), pending.at_end, stream);
            pending.done(n_done, stream);
        } else if let Some(lanes) = lanes {
            if lanes.is_full() {
                self.take(lanes, stream);
            }
            let spare = lanes.spare();
            lanes.give(pending.split_off(n_whole, spare), self.known());
        } else {
            pending.pass_origins(stream);
            let known = self.known();
            let block = &pending.bytes()[..n_whole];
            let rest = self.sieve.read(block, &known);
            // The tables are not shared when they change.
            drop(known);
            self.rest(block, &rest, stream);
            pending.done(n_whole, stream);
        }
    }

    /// Takes back all blocks that were given out.
    fn catch_up(&mut self, stream: &mut Stream, lanes: &mut Option<Lanes<'_>>) {
        if let Some(lanes) = lanes {
            while self.take(lanes, stream) {}
        }
    }

    /// Takes back the oldest block, if there is one, and judges what is left of it.
    fn take(&mut self, lanes: &mut Lanes<'_>, stream: &mut Stream) -> bool {
        let Some((mut block, rest)) = lanes.take() else { return false };
        stream.origins = block.origins.take();
        self.rest(block.bytes(), &rest, stream);
        stream.origins = None;
        lanes.keep(block);
        true
    }

    /// What the run knows now.
    fn known(&self) -> Known {
        let mut fates = [Fate::Shown; COUNT];
        for ((fate, level), kept) in fates.iter_mut().zip(&self.levels).zip(&self.kept) {
            *fate = match level {
                Level::Allow => Fate::Dropped,
                _ if *kept >= self.options.max_findings => Fate::Counted,
                _ => Fate::Shown,
            };
        }
        Known::of(&self.judge, fates)
    }

    /// Judges what a sieve has left of a block.
    fn rest(&mut self, block: &[u8], rest: &Rest, stream: &mut Stream) {
        let (mut n_lines, mut n_bytes) = (0, 0);
        for unusual in &rest.entries {
            stream.advance(unusual.n_lines - n_lines, unusual.at - n_bytes);
            (n_lines, n_bytes) = (unusual.n_lines, unusual.at);
            stream.format = unusual.before.or(stream.format);
            let mut overview = std::mem::take(&mut self.overview);
            self.raw.clear();
            let _ = entry::read(&block[n_bytes..], true, self.options.format, &mut self.raw);
            let entry = &block[n_bytes..n_bytes + self.raw.end];
            self.judge.alone.look_over(entry, &mut overview);
            self.judge_entry(entry, 0, stream, &mut overview);
            self.overview = overview;
        }
        stream.advance(rest.n_lines - n_lines, block.len() - n_bytes);
        stream.format = rest.last.or(stream.format);
    }

    /// Adds what entries have changed that said nothing new.
    fn add(&mut self, tally: &Tally) {
        self.judge.add(tally);
        for (rule, count) in all().zip(tally.omitted).filter(|(_, count)| *count > 0) {
            *self.omitted.entry(rule.name).or_default() += count;
        }
    }

    fn end(&mut self, path: &str, stream: Stream) {
        let tally = std::mem::take(&mut self.sieve.tally);
        self.add(&tally);
        self.judge.counts.n_lines += stream.line - 1;
        self.streams.push((path.to_owned(), stream.excerpts));
    }
}

/// Where a stream comes from.
struct Input<'a, 'b> {
    bytes: &'a mut dyn Read,
    /// Bytes to read at once.
    size: usize,
    tee: Option<&'b mut dyn Write>,
}
