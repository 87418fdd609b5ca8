//! A stream of bytes → entries → findings, through a buffer that does not grow.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read, Write};
use std::path::PathBuf;

use super::LogFormat;
use super::entry;
use super::excerpt::Excerpts;
use super::judge::{Judge, Overview, Place};
use super::options::Options;
use super::raw::{Defect, Raw, Step};
use super::rules::{COUNT, Id, all, texts};
use super::same::{Comparison, On};
use super::summary::Summary;
use crate::call::Span;
use crate::finding::Level;
use crate::report::{FileReport, Report};
use crate::source::LineOrigin;

/// What is read at once.
const CHUNK: usize = 128 * 1024;
/// An entry with more bytes is not looked into.
const MAX_ENTRY: usize = 1024 * 1024;

/// What a run has found.
#[derive(Debug)]
pub struct Outcome {
    /// Findings, with the lines that they are about, for [`report::write`](crate::report::write).
    pub report: Report,
    /// Figures.
    pub summary: Summary,
}

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
    /// Streams that were read.
    streams: Vec<(String, Excerpts)>,
    comparison: Option<Comparison>,
    kept: [usize; COUNT],
    omitted: BTreeMap<&'static str, usize>,
}

/// What is known of the stream that is read.
#[derive(Debug)]
struct Stream {
    line: usize,
    offset: usize,
    format: Option<LogFormat>,
    skip: Skip,
    excerpts: Excerpts,
    /// Where the lines in the buffer come from, when they are not the stream's own.
    origins: Option<VecDeque<LineOrigin>>,
    /// Its place among the streams of the run.
    number: usize,
    /// Why the log that it is compared with could not be read.
    failed: Option<io::Error>,
}

/// What is passed over before the next entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skip {
    Nothing,
    /// The rest of a line, and of its block.
    Line,
    /// Lines of a block.
    Block,
}

impl Checker {
    /// Starts a run.
    pub fn new(options: Options) -> Self {
        let mut levels = [Level::Allow; COUNT];
        for (level, rule) in levels.iter_mut().zip(all()) {
            *level = options.levels.get(rule.name).copied().unwrap_or(rule.level);
        }
        Self {
            judge: Judge::new(&options),
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
        mut tee: Option<&mut dyn Write>,
    ) -> io::Result<()> {
        let mut stream = Stream {
            line: 1,
            offset: 0,
            format: None,
            skip: Skip::Nothing,
            excerpts: Excerpts::default(),
            origins: None,
            number: self.streams.len(),
            failed: None,
        };
        let mut feed = super::feed::Feed::new(&self.options.prefixes);
        let mut buffer = vec![0; 2 * CHUNK];
        let mut filled = 0;
        let result = loop {
            if buffer.len() - filled < CHUNK {
                buffer.resize(filled + CHUNK, 0);
            }
            let space = &mut buffer[filled..filled + CHUNK];
            let n_read = match input.read(space) {
                Ok(n_read) => n_read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Err(error),
            };
            if let Some(out) = &mut tee
                && out.write_all(&space[..n_read]).and_then(|()| out.flush()).is_err()
            {
                tee = None;
            }
            self.judge.counts.n_bytes += n_read;
            let at_end = n_read == 0;
            match &mut feed {
                None => {
                    filled += n_read;
                    let n_done = self.entries(&buffer[..filled], at_end, &mut stream);
                    buffer.copy_within(n_done..filled, 0);
                    filled -= n_done;
                }
                Some(feed) => {
                    feed.push(&space[..n_read], at_end);
                    stream.origins = Some(std::mem::take(&mut feed.origins));
                    let n_done = self.entries(&feed.lines, at_end, &mut stream);
                    feed.lines.drain(..n_done);
                    feed.origins = stream.origins.take().unwrap_or_default();
                }
            }
            if let Some(error) = stream.failed.take() {
                break Err(error);
            }
            if at_end {
                break Ok(());
            }
        };
        self.judge.counts.n_lines += stream.line - 1;
        self.streams.push((path.to_owned(), stream.excerpts));
        result
    }

    /// Reads the log that the streams are compared with to its end; [`finish`](Self::finish) does so too, but cannot fail.
    ///
    /// # Errors
    ///
    /// Those of that log.
    pub fn finish_comparison(&mut self) -> io::Result<()> {
        self.comparison.as_mut().map_or(Ok(()), Comparison::finish)
    }

    /// Ends the run: what was required and has not come is a finding of the last stream.
    pub fn finish(mut self) -> Outcome {
        let compared = self.compared();
        let streams = std::mem::take(&mut self.streams).into_iter();
        let mut files: Vec<FileReport> =
            streams.map(|(path, excerpts)| excerpts.into_report(&path)).collect();
        let unmet: Vec<String> = self
            .options
            .require
            .iter()
            .zip(&self.judge.progress)
            .filter(|(_, progress)| !progress.is_met)
            .map(|(requirement, progress)| match &progress.best {
                None => format!("no entry has `{requirement}`"),
                Some((_, line, lacks)) => {
                    format!(
                        "no entry has `{requirement}`: the nearest, at line {line}, lacks `{lacks}`"
                    )
                }
            })
            .collect();
        let level = self.levels[Id::MissingEntry as usize];
        if level != Level::Allow
            && let Some(last) = files.last_mut()
        {
            for message in unmet {
                let defect = Defect { rule: Id::MissingEntry, span: 0..0, message, help: None };
                super::excerpt::at_end(last, defect, level);
            }
        }
        let summary = Summary::of(&self.judge);
        let n_files = files.len();
        files.extend(compared);
        let report = Report {
            rules: texts(),
            n_files,
            n_entries: Some(summary.counts.n_entries()),
            n_calls: summary.counts.n_entries(),
            seen: files.iter().map(|file| file.path.clone()).collect(),
            files: files.into_iter().filter(|file| !file.findings.is_empty()).collect(),
            omitted: self.omitted,
            root: PathBuf::new(),
            ..Report::default()
        };
        Outcome { report, summary }
    }

    /// Adds what the comparison has found to the streams; gives the old log's own part.
    fn compared(&mut self) -> Option<FileReport> {
        let mut comparison = self.comparison.take()?;
        // Who wants to know has called `finish_comparison`.
        let _ = comparison.finish();
        let (found, omitted) = comparison.take_found();
        let level = |rule: Id| self.levels[rule as usize];
        for (rule, count) in omitted.into_iter().filter(|(rule, _)| level(*rule) != Level::Allow) {
            *self.omitted.entry(rule.rule().name).or_default() += count;
        }
        let mut old = Excerpts::default();
        for one in found.into_iter().filter(|one| level(one.defect.rule) != Level::Allow) {
            let excerpts = match one.on {
                On::Old => &mut old,
                On::New(number) => match self.streams.get_mut(number) {
                    Some((_, excerpts)) => excerpts,
                    None => continue,
                },
            };
            let origin = |index: usize, _: usize| {
                let last = one.origins.last().copied();
                let known = one.origins.get(index).copied().or(last);
                known.unwrap_or(LineOrigin { line: 1, column: 1, offset: 0 })
            };
            let level = self.levels[one.defect.rule as usize];
            let secrets = secrets(&one.entry);
            excerpts.add(&one.entry, vec![(one.defect, level)], &secrets, &origin);
        }
        Some(old.into_report(comparison.path()))
    }

    /// Judges all whole entries in `bytes`; returns how many bytes are done with.
    fn entries(&mut self, bytes: &[u8], at_end: bool, stream: &mut Stream) -> usize {
        let mut overview = std::mem::take(&mut self.overview);
        self.judge.look_over(bytes, &mut overview);
        let n_done = self.each_entry(bytes, at_end, stream, &mut overview);
        self.overview = overview;
        n_done
    }

    fn each_entry(
        &mut self,
        bytes: &[u8],
        at_end: bool,
        stream: &mut Stream,
        overview: &mut Overview,
    ) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            if stream.skip != Skip::Nothing {
                match passed_over(rest, at_end, &mut stream.skip) {
                    0 if stream.skip == Skip::Nothing => {}
                    0 => return at,
                    n_bytes => {
                        stream.advance(&rest[..n_bytes], true);
                        at += n_bytes;
                    }
                }
                continue;
            }
            self.raw.clear();
            let step = entry::read(rest, at_end, self.options.format, &mut self.raw);
            if step == Step::NeedMore {
                if rest.len() < MAX_ENTRY {
                    return at;
                }
                self.too_large(rest, stream);
                return bytes.len();
            }
            let entry = &rest[..self.raw.end];
            let place = Place { start: at, line: stream.origin(0).line };
            self.judge.entry(
                entry,
                place,
                overview,
                &mut stream.format,
                &mut self.raw,
                &self.options,
            );
            if let Some(comparison) = &mut self.comparison {
                let read = comparison.entry(entry, &self.raw, stream.number, &|index, offset| {
                    stream_origin(
                        stream.origins.as_ref(),
                        stream.line,
                        stream.offset,
                        index,
                        offset,
                    )
                });
                stream.failed = read.err().or(stream.failed.take());
            }
            if !self.raw.defects.is_empty() {
                self.keep(entry, stream);
            }
            stream.advance(entry, self.raw.is_block);
            at += entry.len();
        }
        at
    }

    /// An entry that does not fit into the buffer: what is there is passed over, and the rest when it comes.
    #[cold]
    fn too_large(&mut self, rest: &[u8], stream: &mut Stream) {
        self.raw.clear();
        let words = format!("the entry has more than {MAX_ENTRY} bytes, and is not looked into");
        self.raw.defect(Id::LongLine, 0..30, words);
        self.judge.counts.n_other += 1;
        self.keep(rest, stream);
        stream.advance(rest, true);
        stream.skip = Skip::Line;
    }

    /// Keeps findings with the lines that they are about, as far as there is room.
    #[cold]
    fn keep(&mut self, entry: &[u8], stream: &mut Stream) {
        let mut secrets = Vec::new();
        let mut kept = Vec::new();
        self.raw.defects.sort_by_key(|defect| (defect.span.start, defect.span.end));
        for defect in self.raw.defects.drain(..) {
            let index = defect.rule as usize;
            if defect.rule == Id::SecretValue {
                secrets.push(defect.span.clone());
            }
            match self.levels[index] {
                Level::Allow => {}
                _ if self.kept[index] >= self.options.max_findings => {
                    *self.omitted.entry(defect.rule.rule().name).or_default() += 1;
                }
                level => {
                    self.kept[index] += 1;
                    kept.push((defect, level));
                }
            }
        }
        if !kept.is_empty() {
            let origin = |index: usize, offset: usize| {
                stream_origin(stream.origins.as_ref(), stream.line, stream.offset, index, offset)
            };
            stream.excerpts.add(entry, kept, &secrets, &origin);
        }
    }
}

impl Stream {
    fn origin(&self, index: usize) -> LineOrigin {
        stream_origin(self.origins.as_ref(), self.line, self.offset, index, 0)
    }

    /// Goes on after an entry.
    #[inline]
    fn advance(&mut self, entry: &[u8], has_lines: bool) {
        let n_lines = match has_lines {
            false => usize::from(entry.last() == Some(&b'\n')),
            true => memchr::memchr_iter(b'\n', entry).count(),
        };
        if let Some(origins) = &mut self.origins {
            origins.drain(..n_lines.min(origins.len()));
        }
        self.line += n_lines;
        self.offset += entry.len();
    }
}

/// Where line `index` of an entry that begins at `line` comes from; it begins `offset` bytes after the entry's first.
fn stream_origin(
    origins: Option<&VecDeque<LineOrigin>>,
    line: usize,
    first: usize,
    index: usize,
    offset: usize,
) -> LineOrigin {
    let own = LineOrigin { line: line + index, column: 1, offset: first + offset };
    origins.and_then(|origins| origins.get(index).copied()).unwrap_or(own)
}

/// Bytes of a line or block that is passed over; 0 and still something to skip: more is needed.
fn passed_over(bytes: &[u8], at_end: bool, skip: &mut Skip) -> usize {
    let mut at = 0;
    if *skip == Skip::Line {
        match memchr::memchr(b'\n', bytes) {
            None => return bytes.len(),
            Some(end) => at = end + 1,
        }
        *skip = Skip::Block;
    }
    loop {
        match &bytes[at..] {
            [b'\t', ..] | [b' ', b'>', ..] => match memchr::memchr(b'\n', &bytes[at..]) {
                Some(end) => at += end + 1,
                None => {
                    *skip = Skip::Line;
                    return bytes.len();
                }
            },
            [] | [b' '] if !at_end => return at,
            _ => {
                *skip = Skip::Nothing;
                return at;
            }
        }
    }
}

/// The secrets of an entry that was kept for later.
#[cold]
fn secrets(entry: &[u8]) -> Vec<Span> {
    let options = Options::default();
    let (mut judge, mut overview, mut raw) =
        (Judge::new(&options), Overview::default(), Raw::default());
    judge.look_over(entry, &mut overview);
    let _ = entry::read(entry, true, None, &mut raw);
    let place = Place { start: 0, line: 1 };
    judge.entry(entry, place, &mut overview, &mut None, &mut raw, &options);
    let secrets = raw.defects.into_iter().filter(|defect| defect.rule == Id::SecretValue);
    secrets.map(|defect| defect.span).collect()
}
