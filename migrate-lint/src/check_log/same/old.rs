//! The log of before, read entry by entry as the comparison asks for it.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};

use super::super::entry;
use super::super::feed::Feed;
use super::super::pending::MARK;
use super::super::prefix::LinePrefix;
use super::super::raw::{Raw, Step};
use super::waiting::Waiting;
use crate::source::LineOrigin;

const CHUNK: usize = 128 * 1024;
/// A longer entry is read up to here.
const MAX_ENTRY: usize = 1024 * 1024;

pub(super) struct OldLog {
    pub path: String,
    input: Box<dyn Read>,
    feed: Option<Feed>,
    buffer: Vec<u8>,
    /// What of the buffer is done with.
    done: usize,
    at_end: bool,
    raw: Raw,
    line: usize,
    offset: usize,
    origins: VecDeque<LineOrigin>,
}

impl OldLog {
    pub(super) fn new(path: String, input: Box<dyn Read>, prefixes: &[LinePrefix]) -> Self {
        Self {
            path,
            input,
            feed: Feed::new(prefixes),
            buffer: Vec::new(),
            done: 0,
            at_end: false,
            raw: Raw::default(),
            line: 1,
            offset: 0,
            origins: VecDeque::new(),
        }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Waiting>> {
        loop {
            let rest = self.buffer.get(self.done..).unwrap_or_default();
            if rest.is_empty() && self.at_end {
                return Ok(None);
            }
            self.raw.clear();
            let is_cut = rest.len() >= MAX_ENTRY;
            let step = match rest.is_empty() {
                true => Step::NeedMore,
                false => entry::read(rest, self.at_end || is_cut, None, &mut self.raw),
            };
            if step == Step::NeedMore {
                self.fill()?;
                continue;
            }
            let bytes = &rest[..self.raw.end.clamp(1, rest.len())];
            let (line, first, origins) = (self.line, self.offset, &self.origins);
            let origin = |index: usize, offset: usize| {
                let own = LineOrigin { line: line + index, column: 1, offset: first + offset };
                origins.get(index).copied().unwrap_or(own)
            };
            let waiting = Waiting::read(bytes, &self.raw, 0, &origin);
            let n_lines = memchr::memchr_iter(b'\n', bytes).count();
            let n_bytes = bytes.len();
            self.line += n_lines;
            self.offset += n_bytes;
            self.done += n_bytes;
            self.origins.drain(..n_lines.min(self.origins.len()));
            if waiting.is_some() {
                return Ok(waiting);
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.done);
        self.done = 0;
        let filled = self.buffer.len();
        self.buffer.resize(filled + CHUNK, 0);
        let n_read = loop {
            match self.input.read(&mut self.buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let n_read = n_read.inspect_err(|_| self.buffer.truncate(filled))?;
        self.at_end = n_read == 0;
        self.buffer.truncate(filled + n_read);
        if self.offset == 0 && self.feed.is_none() && self.buffer.starts_with(MARK) {
            self.buffer.drain(..MARK.len());
            self.offset = MARK.len();
        }
        if let Some(feed) = &mut self.feed {
            feed.push(&self.buffer[filled..], self.at_end);
            self.buffer.truncate(filled);
            self.buffer.append(&mut feed.lines);
            self.origins.append(&mut feed.origins);
        }
        Ok(())
    }
}

impl fmt::Debug for OldLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OldLog").field("path", &self.path).finish_non_exhaustive()
    }
}
