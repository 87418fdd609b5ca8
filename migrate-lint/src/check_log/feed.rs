//! Lines with a prefix → lines without, and where each came from.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::pending::MARK;
use super::prefix::{LinePrefix, Memory, Piece, strip_all};
use crate::source::LineOrigin;
use crate::work;

/// Parts of a line are joined up to this size.
const MAX_PARTS: usize = 1024 * 1024;

/// How many lines wait for what may continue one of them.
const N_WAITING: usize = 64;

#[derive(Debug)]
pub(super) struct Feed {
    prefixes: Vec<LinePrefix>,
    /// Lines without prefixes, with their line feeds.
    pub lines: Vec<u8>,
    /// Where each of [`Feed::lines`] comes from.
    pub origins: VecDeque<LineOrigin>,
    /// Bytes of a line whose end has not come yet.
    tail: Vec<u8>,
    /// Lines of each stream whose parts have not all come.
    parts: [(Vec<u8>, LineOrigin); 2],
    /// Lines that later ones may continue, in their order.
    waiting: VecDeque<Waiting>,
    line: usize,
    offset: usize,
    memory: Memory,
}

/// A line that a later one of its stream may continue.
#[derive(Debug)]
struct Waiting {
    stream: [u8; 3],
    text: Vec<u8>,
    origin: LineOrigin,
}

impl Feed {
    /// Nothing to do where there is no prefix to take off.
    pub(super) fn new(prefixes: &[LinePrefix]) -> Option<Self> {
        (!prefixes.is_empty()).then(|| Self::of(prefixes.to_vec()))
    }

    fn of(prefixes: Vec<LinePrefix>) -> Self {
        let none = || (Vec::new(), LineOrigin { line: 0, column: 1, offset: 0 });
        Self {
            // `pod container ` until a header says otherwise.
            memory: Memory {
                n_words: if prefixes.contains(&LinePrefix::Stern) { 2 } else { 0 },
                ..Memory::default()
            },
            prefixes,
            lines: Vec::new(),
            origins: VecDeque::new(),
            tail: Vec::new(),
            parts: [none(), none()],
            waiting: VecDeque::new(),
            line: 1,
            offset: 0,
        }
    }

    /// Takes bytes of the stream.
    pub(super) fn push(&mut self, mut bytes: &[u8], at_end: bool) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            let (line, rest) = bytes.split_at(end);
            bytes = &rest[1..];
            if self.tail.is_empty() {
                self.line(line);
            } else {
                let mut whole = std::mem::take(&mut self.tail);
                whole.extend_from_slice(line);
                self.line(&whole);
                whole.clear();
                self.tail = whole;
            }
        }
        self.tail.extend_from_slice(bytes);
        if at_end && self.offset == 0 && self.tail == MARK {
            self.tail.clear();
        }
        // A line that does not end goes through in pieces, so that memory stays bounded.
        if self.tail.len() > MAX_PARTS || (at_end && !self.tail.is_empty()) {
            let whole = std::mem::take(&mut self.tail);
            self.line(&whole);
            // That line had no line feed of its own.
            self.offset -= 1;
            self.line -= usize::from(!at_end);
        }
        if at_end {
            self.pass_on(0);
            for stream in 0..self.parts.len() {
                if !self.parts[stream].0.is_empty() {
                    self.flush(stream);
                }
            }
        }
    }

    fn line(&mut self, line: &[u8]) {
        work::count(1 + line.len() / 8);
        let marked = (self.offset == 0).then(|| line.strip_prefix(MARK)).flatten();
        self.offset += marked.map_or(0, |_| MARK.len());
        let line = marked.unwrap_or(line);
        self.memory.is_one = false;
        let stripped = strip_all(&self.prefixes, line, &mut self.memory);
        let origin = LineOrigin {
            line: self.line,
            column: stripped.n_prefix + 1,
            offset: self.offset + stripped.n_prefix,
        };
        self.line += 1;
        self.offset += line.len() + 1;
        if let Some(piece) = stripped.piece {
            self.wait(piece, &stripped.content, origin);
            return;
        }
        self.pass_on(0);
        let (parts, first) = &mut self.parts[stripped.stream.min(1)];
        // A line of the stream is one line; what was unwrapped may hold several.
        let is_one = matches!(stripped.content, Cow::Borrowed(_))
            || self.memory.is_one
            || memchr::memchr(b'\n', &stripped.content).is_none();
        if parts.is_empty() && !stripped.is_partial && is_one {
            self.lines.extend_from_slice(&stripped.content);
            self.lines.push(b'\n');
            self.origins.push_back(origin);
        } else {
            if parts.is_empty() {
                *first = origin;
            }
            parts.extend_from_slice(&stripped.content);
            if !stripped.is_partial || parts.len() > MAX_PARTS {
                self.flush(stripped.stream.min(1));
            }
        }
        if let Cow::Owned(spare) = stripped.content {
            self.memory.spare = spare;
        }
    }

    /// Keeps a line until the next one of its stream, or adds to the one that it continues.
    fn wait(&mut self, piece: Piece, text: &[u8], origin: LineOrigin) {
        let Piece { stream, continues } = piece;
        let last = self.waiting.iter_mut().rev().find(|line| line.stream == stream);
        match last {
            Some(last) if continues && last.text.len() + text.len() <= MAX_PARTS => {
                last.text.extend_from_slice(text);
            }
            _ => {
                self.waiting.push_back(Waiting { stream, text: text.to_vec(), origin });
                while let Some(first) = self.waiting.front()
                    && self.waiting.iter().skip(1).any(|line| line.stream == first.stream)
                {
                    self.pass_on(self.waiting.len() - 1);
                }
                self.pass_on(N_WAITING);
            }
        }
    }

    /// Hands on the first lines that wait, but for as many as are to be left.
    fn pass_on(&mut self, n_left: usize) {
        while self.waiting.len() > n_left {
            let Some(line) = self.waiting.pop_front() else { return };
            self.lines.extend_from_slice(&line.text);
            self.lines.push(b'\n');
            self.origins.push_back(line.origin);
        }
    }

    fn flush(&mut self, stream: usize) {
        let (parts, first) = &mut self.parts[stream];
        // A record may hold several lines, which then come from one.
        let n_lines = memchr::memchr_iter(b'\n', parts).count() + 1;
        self.lines.append(parts);
        self.lines.push(b'\n');
        self.origins.extend(std::iter::repeat_n(*first, n_lines));
    }
}
