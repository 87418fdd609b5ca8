//! The lines that findings are about, kept as the source of a report; secrets in them are covered.

use std::collections::BTreeSet;

use super::raw::Defect;
use crate::call::Span;
use crate::finding::{Finding, Level};
use crate::report::FileReport;
use crate::source::{LineOrigin, Source};

/// Bytes of a line that are kept.
const MAX_LINE: usize = 2048;
/// Bytes before the first finding that are kept of a longer line.
const BEFORE: usize = 200;
/// Lines that are kept for one finding.
const MAX_LINES: usize = 12;

/// Lines and findings of a stream.
#[derive(Debug, Default)]
pub(super) struct Excerpts {
    text: String,
    origins: Vec<LineOrigin>,
    findings: Vec<Finding>,
}

/// A line of an entry.
struct Line {
    /// In the entry.
    bytes: Span,
    /// The part of it that is kept.
    kept: Span,
    /// Where that part begins in the excerpts' text.
    start: usize,
}

impl Excerpts {
    /// Adds the findings of an entry; `origin` says where a line of it comes from, by index and offset.
    pub(super) fn add(
        &mut self,
        entry: &[u8],
        found: Vec<(Defect, Level)>,
        secrets: &[Span],
        origin: &dyn Fn(usize, usize) -> LineOrigin,
    ) {
        let lines = lines(entry, &found);
        let mut kept = Vec::new();
        for (index, bytes) in lines {
            kept.push(self.line(entry, index, bytes, &found, secrets, origin));
        }
        for (defect, level) in found {
            let start = place(entry, &kept, defect.span.start);
            let end = place(entry, &kept, defect.span.end).max(start);
            let mut finding = finding(defect, level);
            finding.span = start..end;
            self.findings.push(finding);
        }
    }

    fn line(
        &mut self,
        entry: &[u8],
        index: usize,
        bytes: Span,
        found: &[(Defect, Level)],
        secrets: &[Span],
        origin: &dyn Fn(usize, usize) -> LineOrigin,
    ) -> Line {
        let first = found.iter().map(|(defect, _)| defect.span.start);
        let first = first.filter(|start| bytes.contains(start)).min().unwrap_or(bytes.start);
        let is_far = bytes.len() > MAX_LINE && first - bytes.start > MAX_LINE / 2;
        let from = if is_far { boundary(entry, first - BEFORE) } else { bytes.start };
        let to = bytes.end.min(from + MAX_LINE);
        let mut origin = origin(index, bytes.start);
        origin.column += String::from_utf8_lossy(&entry[bytes.start..from]).chars().count();
        origin.offset += from - bytes.start;
        let mut shown = entry[from..to].to_vec();
        for secret in secrets {
            // The first bytes tell what it is.
            let start = (secret.start + 4).clamp(from, to);
            let end = secret.end.clamp(start, to);
            shown[start - from..end - from].fill(b'*');
        }
        if !self.origins.is_empty() {
            self.text.push('\n');
        }
        let start = self.text.len();
        self.text += &String::from_utf8_lossy(&shown).replace('\n', " ");
        self.origins.push(origin);
        Line { bytes, kept: from..to, start }
    }

    /// A file of a report.
    pub(super) fn into_report(self, path: &str) -> FileReport {
        FileReport {
            path: path.to_owned(),
            absolute: path.into(),
            crate_index: None,
            packages: Vec::new(),
            numbers: Vec::new(),
            source: Source::excerpts(self.text, self.origins),
            findings: self.findings,
        }
    }
}

/// Adds a finding about a stream as a whole, after its last line.
pub(super) fn at_end(file: &mut FileReport, defect: Defect, level: Level) {
    let at = file.source.text.len();
    let mut finding = finding(defect, level);
    finding.span = at..at;
    file.findings.push(finding);
}

fn finding(defect: Defect, level: Level) -> Finding {
    Finding {
        rule: defect.rule.rule().name,
        level,
        message: defect.message.into_owned(),
        span: defect.span,
        label: None,
        related: Vec::new(),
        help: defect.help.map(str::to_owned).into_iter().collect(),
        fix: None,
        rewrite: None,
        call: None,
        also: Vec::new(),
        is_soft: false,
    }
}

/// The lines that findings touch, with their indices.
fn lines(entry: &[u8], found: &[(Defect, Level)]) -> Vec<(usize, Span)> {
    let mut starts = vec![0];
    starts.extend(memchr::memchr_iter(b'\n', entry).map(|end| end + 1));
    starts.pop_if(|last| *last == entry.len() && *last > 0);
    let index_of = |at: usize| starts.partition_point(|start| *start <= at).max(1) - 1;
    let mut wanted = BTreeSet::new();
    for (defect, _) in found {
        let first = index_of(defect.span.start);
        let last = index_of(defect.span.end.saturating_sub(1).max(defect.span.start));
        wanted.extend(first..=last.min(first + MAX_LINES));
    }
    let line = |index: usize| {
        let start = starts[index];
        let end = starts.get(index + 1).map_or(entry.len(), |next| next - 1);
        let end = if entry[..end].last() == Some(&b'\n') && end > start { end - 1 } else { end };
        (index, start..end)
    };
    wanted.into_iter().map(line).collect()
}

/// An offset in the entry as one in the excerpts' text.
fn place(entry: &[u8], lines: &[Line], at: usize) -> usize {
    let index = lines.partition_point(|line| line.bytes.start <= at).max(1) - 1;
    let Some(line) = lines.get(index) else { return 0 };
    let at = at.clamp(line.kept.start, line.kept.end);
    line.start + String::from_utf8_lossy(&entry[line.kept.start..at]).len()
}

/// The start of the character that a byte belongs to.
fn boundary(bytes: &[u8], mut at: usize) -> usize {
    while at > 0 && bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
        at -= 1;
    }
    at
}
