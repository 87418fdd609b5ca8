//! What others put in front of a program's lines: container runtimes, `kubectl logs`, Docker, stern, journald, CI systems.
//!
//! A line without the prefix goes through as it is, and is then judged like any other.

mod docker;
mod journald;
mod wrapped;

use std::borrow::Cow;

use super::bytes::Pattern;
use super::text;

const DATE: Pattern = Pattern::new(b"0000-00-");
const TIME: Pattern = Pattern::new(b"00:00:00");

/// Who has put something in front of each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LinePrefix {
    /// Files of containerd and CRI-O: `2026-03-04T05:06:07.089012345Z stderr F `; parts of lines (`P`) are joined.
    Cri,
    /// `kubectl logs` with `--timestamps`, `--prefix` or both: `[pod/web/app] 2026-03-04T05:06:07.089012345Z `.
    Kubectl,
    /// Docker's JSON files, `docker logs --timestamps`, and Compose's `web-1  | `.
    Docker,
    /// stern: `web app `, with a time stamp and colours or without; its `-o json`.
    Stern,
    /// `journalctl` and syslog files: `Mar 04 05:06:07 node kubelet[259]: `; its `-o json`.
    Journald,
    /// Logs of GitHub Actions: `2026-03-04T05:06:07.0890123Z `, also with the job's and the step's name.
    Github,
    /// Logs of GitLab's runners: `2026-03-04T05:06:07.089012Z 01O `; what comes after `01O+` continues the line before.
    Gitlab,
    /// Colours of a terminal.
    Ansi,
    /// Whatever of these is in front of a line, also several.
    Auto,
}

/// How component-base's JSON begins, and nothing that others put around a line.
const OBJECT: &[u8] = b"{\"ts\":";

/// As many prefixes as a line may have.
const MOST: usize = 6;

/// What is kept from line to line.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// How many words stern has put in front of the last header, for lines of blocks.
    pub n_words: usize,
    /// Room for a line that has to be written anew.
    pub spare: Vec<u8>,
    /// The line that was written into it last is known to be one.
    pub is_one: bool,
}

/// A line without its prefix.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stripped<'a> {
    pub content: Cow<'a, [u8]>,
    /// Bytes of the prefix.
    pub n_prefix: usize,
    /// The next line of the same stream continues this one.
    pub is_partial: bool,
    /// 0 for the standard output, 1 for the standard error.
    pub stream: usize,
    /// Of GitLab's lines, whose next one says whether they go on.
    pub piece: Option<Piece>,
}

/// A line, or a further part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// `01O`.
    pub stream: [u8; 3],
    /// It continues the last line of its stream.
    pub continues: bool,
}

/// Takes prefixes off a line without its line feed, one after the other.
pub(super) fn strip_all<'a>(
    prefixes: &[LinePrefix],
    line: &'a [u8],
    memory: &mut Memory,
) -> Stripped<'a> {
    let mut stripped = Stripped::whole(line, 0);
    for prefix in prefixes {
        // What is in the middle of a line has no prefix.
        if stripped.continues() {
            break;
        }
        stripped = match prefix {
            LinePrefix::Auto => auto(stripped, memory),
            prefix => stripped.then(|line| prefix.strip(line, memory)),
        };
    }
    stripped
}

/// Takes off what is recognised, until the line begins like an entry.
fn auto<'a>(mut stripped: Stripped<'a>, memory: &mut Memory) -> Stripped<'a> {
    const ALL: [LinePrefix; 7] = [
        LinePrefix::Ansi,
        LinePrefix::Cri,
        LinePrefix::Gitlab,
        LinePrefix::Github,
        LinePrefix::Kubectl,
        LinePrefix::Docker,
        LinePrefix::Journald,
    ];
    for _ in 0..MOST {
        if text::looks_like_header(&stripped.content) || stripped.content.starts_with(OBJECT) {
            memory.n_words = 0;
            return stripped;
        }
        let before = stripped.n_prefix;
        for prefix in ALL {
            if stripped.n_prefix == before {
                stripped = stripped.then(|line| prefix.strip(line, memory));
            }
        }
        if stripped.continues() {
            return stripped;
        }
        if stripped.n_prefix == before
            && let Some(content) = wrapped::stern(&stripped.content)
        {
            stripped.n_prefix += 1;
            stripped.content = Cow::Owned(content);
        }
        if stripped.n_prefix == before {
            break;
        }
    }
    match stripped.content.first() {
        Some(b'{') => stripped,
        _ => stripped.then(|line| Stripped::whole(line, stern(line, &mut memory.n_words))),
    }
}

impl<'a> Stripped<'a> {
    fn whole(line: &'a [u8], n_prefix: usize) -> Self {
        let content = Cow::Borrowed(&line[n_prefix..]);
        Self { content, n_prefix, is_partial: false, stream: 1, piece: None }
    }

    fn continues(&self) -> bool {
        self.piece.is_some_and(|piece| piece.continues)
    }

    /// Takes more off what is left.
    fn then(self, strip: impl for<'b> FnOnce(&'b [u8]) -> Stripped<'b>) -> Self {
        let Self { content, n_prefix, is_partial, stream, piece } = self;
        let (content, more) = match content {
            Cow::Borrowed(line) => {
                let more = strip(line);
                (more.content, (more.n_prefix, more.is_partial, more.stream, more.piece))
            }
            Cow::Owned(mut line) => {
                let more = strip(&line);
                let figures = (more.n_prefix, more.is_partial, more.stream, more.piece);
                match more.content {
                    // What is left of it, without a prefix.
                    Cow::Borrowed(rest) => {
                        let n_before = line.len() - rest.len();
                        line.drain(..n_before);
                        (Cow::Owned(line), figures)
                    }
                    Cow::Owned(content) => (Cow::Owned(content), figures),
                }
            }
        };
        let (n_more, is_more_partial, more_stream, more_piece) = more;
        Self {
            content,
            n_prefix: n_prefix + n_more,
            is_partial: is_partial || is_more_partial,
            stream: stream.min(more_stream),
            piece: piece.or(more_piece),
        }
    }
}

impl LinePrefix {
    /// Takes the prefix off a line without its line feed.
    ///
    pub(super) fn strip<'a>(self, line: &'a [u8], memory: &mut Memory) -> Stripped<'a> {
        let whole = |n_prefix: usize| Stripped::whole(line, n_prefix);
        let unwrapped = |content: Vec<u8>| Stripped { content: Cow::Owned(content), ..whole(1) };
        match self {
            Self::Cri => cri(line).unwrap_or_else(|| whole(0)),
            Self::Kubectl => {
                let n_pod = match line.starts_with(b"[") {
                    true => memchr::memmem::find(line, b"] ").map_or(0, |end| end + 2),
                    false => 0,
                };
                whole(n_pod + timestamp(&line[n_pod..]).unwrap_or(0))
            }
            Self::Docker => docker::json(line, memory).unwrap_or_else(|| {
                let name = memchr::memmem::find(&line[..line.len().min(80)], b" | ");
                // A line of JSON or in quotes has it inside of a text.
                let name = name.filter(|at| memchr::memchr2(b'"', b'{', &line[..*at]).is_none());
                let n_name = name.map_or(0, |at| at + 3);
                whole(n_name + timestamp(&line[n_name..]).unwrap_or(0))
            }),
            Self::Github => whole(github(line)),
            Self::Gitlab => gitlab(line).unwrap_or_else(|| whole(0)),
            Self::Journald => match wrapped::journald(line) {
                Some(content) => unwrapped(content),
                None => whole(journald::prefix(line)),
            },
            Self::Ansi => {
                let plain = without_colours(line);
                let n_prefix = line.len() - plain.len();
                Stripped { content: plain, n_prefix, ..whole(0) }
            }
            Self::Auto => auto(whole(0), memory),
            Self::Stern => {
                if let Some(content) = wrapped::stern(line) {
                    return unwrapped(content);
                }
                let plain = without_colours(line);
                let n_removed = line.len() - plain.len();
                let n_prefix = stern(&plain, &mut memory.n_words);
                let content = match plain {
                    Cow::Borrowed(plain) => Cow::Borrowed(&plain[n_prefix..]),
                    Cow::Owned(plain) => Cow::Owned(plain[n_prefix..].to_vec()),
                };
                Stripped { content, n_prefix: n_prefix + n_removed, ..whole(0) }
            }
        }
    }
}

fn cri(line: &[u8]) -> Option<Stripped<'_>> {
    let time = timestamp(line)?;
    let rest = &line[time..];
    let stream = if rest.starts_with(b"stdout ") { 0 } else { 1 };
    if stream == 1 && !rest.starts_with(b"stderr ") {
        return None;
    }
    // Tags are separated by colons, and the first says whether the line is whole.
    let tags = &rest[7..];
    let end = memchr::memchr(b' ', tags).unwrap_or(tags.len());
    let is_partial = match tags.get(..end)?.split(|byte| *byte == b':').next()? {
        b"F" => false,
        b"P" => true,
        _ => return None,
    };
    let n_prefix = (time + 7 + end + 1).min(line.len());
    Some(Stripped { is_partial, stream, ..Stripped::whole(line, n_prefix) })
}

fn gitlab(line: &[u8]) -> Option<Stripped<'_>> {
    let time = timestamp(line)?;
    let (stream, rest) = line[time..].split_first_chunk::<3>()?;
    let continues = match rest.first() {
        Some(b'+') => true,
        None | Some(b' ') => false,
        Some(_) => return None,
    };
    let is_number = stream[..2].iter().all(u8::is_ascii_hexdigit);
    let piece = Piece { stream: *stream, continues };
    let n_prefix = (time + stream.len() + 1).min(line.len());
    (is_number && matches!(stream[2], b'O' | b'E'))
        .then(|| Stripped { piece: Some(piece), ..Stripped::whole(line, n_prefix) })
}

/// Length of the time of a CI system's line, with the job and the step of `gh run view --log` before it.
fn github(line: &[u8]) -> usize {
    let names = memchr::memchr_iter(b'\t', &line[..line.len().min(300)]).nth(1);
    let starts = [Some(0), names.map(|tab| tab + 1)];
    let after_mark = |start: usize| match line[start..].starts_with("\u{feff}".as_bytes()) {
        true => start + "\u{feff}".len(),
        false => start,
    };
    let ends = starts.into_iter().flatten().map(after_mark);
    ends.filter_map(|start| Some(start + timestamp(&line[start..])?)).next().unwrap_or(0)
}

/// Length of an RFC 3339 time and the space or tab after it.
fn timestamp(line: &[u8]) -> Option<usize> {
    let end = memchr::memchr2(b' ', b'\t', &line[..line.len().min(40)])?;
    let time = &line[..end];
    let is_time = time.len() >= 20
        && DATE.fits(time, 0)
        && time.get(10) == Some(&b'T')
        && TIME.fits(time, 11);
    is_time.then_some(end + 1)
}

/// Length of the words in front of a header or an object, or of as many words as the last header had.
fn stern(line: &[u8], n_words: &mut usize) -> usize {
    if text::is_notice(line) {
        return 0;
    }
    let ends: Vec<usize> = memchr::memchr_iter(b' ', line).take(4).map(|space| space + 1).collect();
    let starts = std::iter::once(0).chain(ends.iter().copied()).enumerate();
    let header = starts
        .clone()
        .find(|(_, at)| line[*at..].starts_with(b"{") || text::looks_like_header(&line[*at..]));
    match header {
        Some((count, at)) => {
            *n_words = count;
            at
        }
        None => starts.clone().nth(*n_words).map_or(0, |(_, at)| at),
    }
}

/// Without `ESC [ … m` and `ESC [ K`.
fn without_colours(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(0x1b, line).is_none() {
        return Cow::Borrowed(line);
    }
    let mut plain = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memmem::find(rest, b"\x1b[") {
        let codes = &rest[at + 2..];
        let length =
            codes.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
        // `ESC [ K`, which ends a line of grep's, goes with its colours.
        let is_colour = match codes.get(length) {
            Some(b'm') => true,
            Some(b'K') => length == 0,
            _ => false,
        };
        plain.extend_from_slice(&rest[..at]);
        if !is_colour {
            plain.extend_from_slice(b"\x1b[");
        }
        rest = if is_colour { &codes[length + 1..] } else { codes };
    }
    plain.extend_from_slice(rest);
    Cow::Owned(plain)
}
