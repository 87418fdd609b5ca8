//! The end of a run: what was required and has not come, what a comparison has found, and the figures.

use std::io;
use std::path::PathBuf;

use super::Checker;
use crate::call::Span;
use crate::check_log::alone::Overview;
use crate::check_log::entry;
use crate::check_log::excerpt::{self, Excerpts};
use crate::check_log::judge::{Judge, Place};
use crate::check_log::options::Options;
use crate::check_log::raw::{Defect, Raw};
use crate::check_log::rules::{Id, texts};
use crate::check_log::same::{Comparison, On};
use crate::check_log::summary::Summary;
use crate::finding::Level;
use crate::report::{FileReport, Report};
use crate::source::LineOrigin;

/// What a run has found.
#[derive(Debug)]
pub struct Outcome {
    /// Findings, with the lines that they are about, for [`report::write`](crate::report::write).
    pub report: Report,
    /// Figures.
    pub summary: Summary,
}

impl Checker {
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
                let (rule, message) = (Id::MissingEntry, message.into());
                let defect = Defect { rule, span: 0..0, message, help: None };
                excerpt::at_end(last, defect, level);
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
}

/// The secrets of an entry that was kept for later.
#[cold]
fn secrets(entry: &[u8]) -> Vec<Span> {
    let options = Options::default();
    let (mut judge, mut overview, mut raw) =
        (Judge::new(&options), Overview::default(), Raw::default());
    judge.alone.look_over(entry, &mut overview);
    let _ = entry::read(entry, true, None, &mut raw);
    let place = Place { start: 0, line: 1 };
    judge.entry(entry, place, &mut overview, &mut None, &mut raw, &options);
    let secrets = raw.defects.into_iter().filter(|defect| defect.rule == Id::SecretValue);
    secrets.map(|defect| defect.span).collect()
}
