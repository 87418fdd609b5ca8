//! Bytes that were read and not judged yet.

use std::collections::VecDeque;
use std::io::{self, Read, Write};

use super::feed::Feed;
use super::prefix::LinePrefix;
use super::stream::Stream;
use crate::source::LineOrigin;
use crate::work;

/// What a file on Windows may begin with.
pub(super) const MARK: &[u8] = "\u{feff}".as_bytes();

/// What is read of a stream, from an entry's first byte on; without prefixes.
#[derive(Debug)]
pub(super) struct Pending {
    /// Of which the first so many were read.
    bytes: Vec<u8>,
    n_filled: usize,
    feed: Option<Feed>,
    /// The stream's first bytes have not come yet.
    is_at_start: bool,
    /// Bytes of a byte order mark that was taken off.
    n_mark: usize,
    /// Nothing comes any more.
    pub at_end: bool,
}

/// Bytes that another thread reads, and where their lines come from.
#[derive(Debug, Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    n_bytes: usize,
    pub origins: Option<VecDeque<LineOrigin>>,
}

impl Block {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.n_bytes]
    }
}

impl Pending {
    pub(super) fn new(prefixes: &[LinePrefix]) -> Self {
        Self {
            bytes: Vec::new(),
            n_filled: 0,
            feed: Feed::new(prefixes),
            is_at_start: true,
            n_mark: 0,
            at_end: false,
        }
    }

    /// Reads once, at most `size` bytes; how many.
    ///
    /// What is read is written to `tee` unchanged, before it is looked at. A `tee` that takes no more is not written to again.
    pub(super) fn read(
        &mut self,
        input: &mut dyn Read,
        size: usize,
        tee: &mut Option<&mut dyn Write>,
    ) -> io::Result<usize> {
        let used = if self.feed.is_some() { 0 } else { self.n_filled };
        if self.bytes.len() < used + size {
            self.bytes.resize(used + size, 0);
        }
        let space = &mut self.bytes[used..used + size];
        let n_read = loop {
            match input.read(space) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        let read = &space[..n_read];
        if let Some(out) = tee
            && out.write_all(read).and_then(|()| out.flush()).is_err()
        {
            *tee = None;
        }
        self.at_end = n_read == 0;
        match &mut self.feed {
            Some(feed) => feed.push(read, self.at_end),
            None => self.n_filled += n_read,
        }
        self.take_mark();
        Ok(n_read)
    }

    /// Takes the byte order mark off that a file on Windows begins with.
    fn take_mark(&mut self) {
        if !self.is_at_start || self.feed.is_some() {
            return;
        }
        let bytes = &self.bytes[..self.n_filled];
        if bytes.starts_with(MARK) {
            self.n_mark = MARK.len();
            self.bytes.copy_within(MARK.len()..self.n_filled, 0);
            self.n_filled -= MARK.len();
        }
        self.is_at_start = !self.at_end && self.n_filled < MARK.len() && self.n_mark == 0;
    }

    /// The bytes may be a part of a byte order mark.
    pub(super) fn is_cut_in_mark(&self) -> bool {
        self.is_at_start && self.n_filled > 0 && MARK.starts_with(&self.bytes[..self.n_filled])
    }

    /// The bytes that were taken off since it was asked last.
    pub(super) fn passed_mark(&mut self) -> usize {
        std::mem::take(&mut self.n_mark)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match &self.feed {
            Some(feed) => &feed.lines,
            None => &self.bytes[..self.n_filled],
        }
    }

    /// Passes the origins of the lines to the stream, until [`Self::done`] takes them back.
    pub(super) fn pass_origins(&mut self, stream: &mut Stream) {
        stream.origins = self.feed.as_mut().map(|feed| std::mem::take(&mut feed.origins));
    }

    /// Takes the first bytes out, and the origins back that are left.
    pub(super) fn done(&mut self, n_bytes: usize, stream: &mut Stream) {
        match &mut self.feed {
            Some(feed) => {
                work::count((feed.lines.len() - n_bytes) / 8);
                feed.lines.drain(..n_bytes);
                feed.origins = stream.origins.take().unwrap_or_default();
            }
            None => {
                work::count((self.n_filled - n_bytes) / 8);
                self.bytes.copy_within(n_bytes..self.n_filled, 0);
                self.n_filled -= n_bytes;
            }
        }
    }

    /// Takes the first bytes out for another thread; `spare` has a buffer to use again.
    pub(super) fn split_off(&mut self, n_bytes: usize, spare: Block) -> Block {
        let mut block = spare;
        match &mut self.feed {
            Some(feed) => {
                block.bytes.clear();
                block.bytes.extend_from_slice(&feed.lines[n_bytes..]);
                std::mem::swap(&mut block.bytes, &mut feed.lines);
                let n_lines = super::stream::n_lines(&block.bytes[..n_bytes]);
                let n_lines = n_lines.min(feed.origins.len());
                block.origins = Some(feed.origins.drain(..n_lines).collect());
            }
            None => {
                let rest = &self.bytes[n_bytes..self.n_filled];
                if block.bytes.len() < rest.len() {
                    block.bytes.resize(rest.len(), 0);
                }
                block.bytes[..rest.len()].copy_from_slice(rest);
                self.n_filled = rest.len();
                std::mem::swap(&mut block.bytes, &mut self.bytes);
                block.origins = None;
            }
        }
        block.n_bytes = n_bytes;
        block
    }
}
