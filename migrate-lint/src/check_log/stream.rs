//! Where a run is in the stream that it reads.

use std::collections::VecDeque;
use std::io;

use super::LogFormat;
use super::excerpt::Excerpts;
use crate::source::LineOrigin;

/// An entry with more bytes is not looked into.
pub(super) const MAX_ENTRY: usize = 1024 * 1024;

/// What is known of the stream that is read.
#[derive(Debug)]
pub(super) struct Stream {
    pub line: usize,
    pub offset: usize,
    /// Of the entry before.
    pub format: Option<LogFormat>,
    pub skip: Skip,
    pub excerpts: Excerpts,
    /// Where the lines to be read come from, when they are not the stream's own.
    pub origins: Option<VecDeque<LineOrigin>>,
    /// Its place among the streams of the run.
    pub number: usize,
    /// Why the log that it is compared with could not be read.
    pub failed: Option<io::Error>,
}

/// What is passed over before the next entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Skip {
    Nothing,
    /// The rest of a line, and of its block.
    Line,
    /// Lines of a block.
    Block,
}

impl Stream {
    pub(super) fn new(number: usize) -> Self {
        Self {
            line: 1,
            offset: 0,
            format: None,
            skip: Skip::Nothing,
            excerpts: Excerpts::default(),
            origins: None,
            number,
            failed: None,
        }
    }

    /// Where line `index` of the next entry comes from; it begins `offset` bytes after the entry's first.
    pub(super) fn origin(&self, index: usize, offset: usize) -> LineOrigin {
        origin(self.origins.as_ref(), self.line, self.offset, index, offset)
    }

    /// Goes on after lines.
    pub(super) fn advance(&mut self, n_lines: usize, n_bytes: usize) {
        if let Some(origins) = &mut self.origins {
            origins.drain(..n_lines.min(origins.len()));
        }
        self.line += n_lines;
        self.offset += n_bytes;
    }
}

/// The same without the rest of the stream.
pub(super) fn origin(
    origins: Option<&VecDeque<LineOrigin>>,
    line: usize,
    first: usize,
    index: usize,
    offset: usize,
) -> LineOrigin {
    let own = LineOrigin { line: line + index, column: 1, offset: first + offset };
    origins.and_then(|origins| origins.get(index).copied()).unwrap_or(own)
}

/// Lines.
pub(super) fn n_lines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// Bytes of a line or block that is passed over; 0 and still something to skip: more is needed.
pub(super) fn passed_over(bytes: &[u8], at_end: bool, skip: &mut Skip) -> usize {
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

/// Bytes of the lines that continue a block.
pub(super) fn continuation(bytes: &[u8]) -> usize {
    passed_over(bytes, true, &mut Skip::Block.clone())
}

/// How many of these bytes are whole entries, which nothing after them belongs to.
pub(super) fn whole_entries(bytes: &[u8], at_end: bool) -> usize {
    if at_end {
        return bytes.len();
    }
    let ends = memchr::memrchr_iter(b'\n', bytes).map(|end| end + 1);
    let is_start = |at: &usize| match &bytes[*at..] {
        [] | [b' '] | [b'\t', ..] | [b' ', b'>', ..] => false,
        [_, ..] => true,
    };
    ends.into_iter().find(is_start).unwrap_or(0)
}
