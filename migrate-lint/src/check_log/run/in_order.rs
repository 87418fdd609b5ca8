//! Entries that are judged one after the other, because what comes next depends on them.

use super::Checker;
use crate::check_log::alone::Overview;
use crate::check_log::entry;
use crate::check_log::judge::Place;
use crate::check_log::raw::Step;
use crate::check_log::rules::Id;
use crate::check_log::stream::{self, MAX_ENTRY, Skip, Stream, passed_over};
use crate::finding::Level;

impl Checker {
    /// Judges all whole entries in `bytes`, one after the other; returns how many bytes are done with.
    pub(super) fn each_entry(&mut self, bytes: &[u8], at_end: bool, stream: &mut Stream) -> usize {
        let mut overview = std::mem::take(&mut self.overview);
        self.judge.alone.look_over(bytes, &mut overview);
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            if stream.skip != Skip::Nothing {
                match passed_over(rest, at_end, &mut stream.skip) {
                    0 if stream.skip == Skip::Nothing => continue,
                    0 => break,
                    n_bytes => {
                        stream.advance(stream::n_lines(&rest[..n_bytes]), n_bytes);
                        at += n_bytes;
                    }
                }
                continue;
            }
            self.raw.clear();
            let step = entry::read(rest, at_end, self.options.format, &mut self.raw);
            if step == Step::NeedMore {
                if rest.len() <= MAX_ENTRY {
                    break;
                }
                self.too_large(rest, stream);
                stream.advance(stream::n_lines(rest), rest.len());
                // A line that is whole has no rest.
                stream.skip = if rest.ends_with(b"\n") { Skip::Block } else { Skip::Line };
                at = bytes.len();
                continue;
            }
            let entry = &rest[..self.raw.end];
            let (n_lines, is_too_large) = (self.raw.n_lines(entry), entry.len() > MAX_ENTRY);
            self.judge_entry(entry, at, stream, &mut overview);
            stream.advance(n_lines, entry.len());
            at += entry.len();
            if is_too_large {
                stream.skip = Skip::Block;
            }
        }
        self.overview = overview;
        at
    }

    /// Judges an entry that was read; it begins at `start` of what was looked over.
    pub(super) fn judge_entry(
        &mut self,
        entry: &[u8],
        start: usize,
        stream: &mut Stream,
        overview: &mut Overview,
    ) {
        if entry.len() > MAX_ENTRY {
            return self.too_large(entry, stream);
        }
        let place = Place { start, line: stream.origin(0, 0).line };
        let Self { judge, raw, options, .. } = self;
        judge.entry(entry, place, overview, &mut stream.format, raw, options);
        if let Some(comparison) = &mut self.comparison {
            let origin = |index, offset| stream.origin(index, offset);
            let read = comparison.entry(entry, &self.raw, stream.number, &origin);
            stream.failed = read.err().or(stream.failed.take());
        }
        if !self.raw.defects.is_empty() {
            self.keep(entry, stream);
        }
    }

    /// An entry that is not looked into; `bytes` are its first ones.
    #[cold]
    fn too_large(&mut self, bytes: &[u8], stream: &mut Stream) {
        self.raw.clear();
        let words = format!("the entry has more than {MAX_ENTRY} bytes, and is not looked into");
        self.raw.defect(Id::LongLine, 0..30, words);
        self.judge.counts.n_other += 1;
        self.keep(bytes, stream);
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
            let Stream { excerpts, origins, line, offset: first, .. } = stream;
            let origin = |index: usize, offset: usize| {
                stream::origin(origins.as_ref(), *line, *first, index, offset)
            };
            excerpts.add(entry, kept, &secrets, &origin);
        }
    }
}
