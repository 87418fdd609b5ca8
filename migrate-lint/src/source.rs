//! A file's text with the positions that reports and fixes need.
//!
//! Offsets are always those of the file on disk: the byte order mark is kept in [`Source::text`], and the lexer starts after it.
//! A file that is not UTF-8 is read with replacement characters, so that it can be shown, but [`Source::lossy`] forbids edits.

use std::io;
use std::path::Path;
use std::sync::OnceLock;

use crate::call::Span;

/// The text of a file and its line index.
#[derive(Debug, Default)]
pub struct Source {
    /// The whole file, with its byte order mark.
    pub text: String,
    /// The bytes were not UTF-8: positions are approximate, and the file must not be edited.
    pub lossy: bool,
    /// Byte offset at which each line starts, found when the first position is asked for: most files are never reported.
    line_starts: OnceLock<Vec<u32>>,
    /// Characters, and those of two units, before each block of bytes; counted when a long line is asked for.
    counts: OnceLock<Vec<(usize, usize)>>,
    /// Where each line of the text is in its file; empty when the text is the whole file.
    origins: Vec<LineOrigin>,
}

/// Where a line of an excerpt comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineOrigin {
    /// Line of the file, from 1.
    pub line: usize,
    /// Column of the line's first byte here, in characters, from 1.
    pub column: usize,
    /// Byte offset of the line's first byte here.
    pub offset: usize,
}

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Column in UTF-16 units, from 1, as editors and SARIF count.
    pub column_utf16: usize,
}

impl Source {
    /// Takes a text that is already in memory.
    pub fn new(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Takes some lines of a file that is too large to be kept; `origins` has an entry for each line of the text.
    pub fn excerpts(text: String, origins: Vec<LineOrigin>) -> Self {
        Self { text, lossy: true, origins, ..Self::default() }
    }

    /// Takes the bytes of a file.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::new(text),
            Err(error) => Self {
                text: String::from_utf8_lossy(error.as_bytes()).into_owned(),
                lossy: true,
                ..Self::default()
            },
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Any error of the file system; what the file holds is never one.
    pub fn read(path: &Path) -> io::Result<Self> {
        let bytes = crate::files::read(path)?;
        if u32::try_from(bytes.len()).is_err() {
            return Err(io::Error::other("larger than 4 GiB"));
        }
        Ok(Self::from_bytes(bytes))
    }

    /// Where a byte offset is; an offset after the end is at the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor_char_boundary(offset);
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start as usize <= offset).max(1);
        let start = starts[line - 1] as usize;
        let (n_chars, n_wide) = self.counted(start..offset);
        let n_marks = usize::from(offset > start && self.text[start..].starts_with('\u{feff}'));
        let n_chars = n_chars - n_marks;
        let (line, column) =
            self.origins.get(line - 1).map_or((line, 1), |origin| (origin.line, origin.column));
        Position { line, column: n_chars + column, column_utf16: n_chars + n_wide + column }
    }

    /// Characters of a range, and how many of them are two units of UTF-16.
    fn counted(&self, range: Span) -> (usize, usize) {
        const N_BYTES: usize = 1024;
        let of = |bytes: &[u8]| {
            let n_chars = bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
            let n_wide = bytes.iter().filter(|&&byte| byte >= 0xf0).count();
            (n_chars, n_wide)
        };
        let bytes = self.text.as_bytes();
        if range.len() <= 2 * N_BYTES {
            return of(&bytes[range]);
        }
        // A line that is as long as a file may have many findings: its blocks are counted once.
        let blocks = self.counts.get_or_init(|| {
            let add = |sum: &mut (usize, usize), block: &[u8]| {
                let before = *sum;
                let (n_chars, n_wide) = of(block);
                *sum = (sum.0 + n_chars, sum.1 + n_wide);
                Some(before)
            };
            bytes.chunks(N_BYTES).chain([&[][..]]).scan((0, 0), add).collect()
        });
        let upto = |at: usize| {
            let block = at / N_BYTES;
            let (n_chars, n_wide) = blocks.get(block).copied().unwrap_or_default();
            let rest = of(&bytes[block * N_BYTES..at]);
            (n_chars + rest.0, n_wide + rest.1)
        };
        let (end, start) = (upto(range.end), upto(range.start));
        (end.0 - start.0, end.1 - start.1)
    }

    /// The byte offset in the file of an offset in [`Source::text`].
    pub fn file_offset(&self, offset: usize) -> usize {
        let index = self.line_starts().partition_point(|&start| start as usize <= offset).max(1);
        match self.origins.get(index - 1) {
            Some(origin) => origin.offset + (offset - self.line_starts()[index - 1] as usize),
            None => offset,
        }
    }

    /// Number of lines; a last line without a line feed counts.
    pub fn n_lines(&self) -> usize {
        let starts = self.line_starts();
        let empty_tail = starts.last().is_some_and(|&start| start as usize == self.text.len());
        starts.len() - usize::from(empty_tail)
    }

    /// The bytes of a line (from 1) without its line ending; empty when there is no such line.
    pub fn line_span(&self, line: usize) -> Span {
        let starts = self.line_starts();
        let line = match self.origins.is_empty() {
            true => line,
            false => self.origins.partition_point(|origin| origin.line < line) + 1,
        };
        let Some(&start) = line.checked_sub(1).and_then(|index| starts.get(index)) else {
            return self.text.len()..self.text.len();
        };
        let start = start as usize;
        let end = starts.get(line).map_or(self.text.len(), |&next| next as usize);
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// The text of a range; empty where the range is none of this file.
    pub fn slice(&self, span: &Span) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(ends.map(|end| end as u32 + 1)).collect()
        })
    }

    fn floor_char_boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}
