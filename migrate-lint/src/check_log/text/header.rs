//! The header of a line of klog's text: `I0304 05:06:07.089012   12345 main.rs:42] `.

use memchr::memchr;

use crate::call::Span;
use crate::check_log::bytes::{self, Pattern};
use crate::check_log::raw::Raw;
use crate::check_log::rules::Id;

/// Bytes before the file name: severity, date, time, process id and two spaces.
const FIXED: usize = 30;

const DATE: Pattern = Pattern::new(b"0000 00:");
const TIME: Pattern = Pattern::new(b"00:00.00");
const FRACTION: Pattern = Pattern::new(b".000000 ");
const PROCESS: Pattern = Pattern::new(b"0000000 ");
const HOUR: Pattern = Pattern::new(b" 00:00:0");

/// Whether a line begins like a header, good or bad: a capital letter, at least four digits and a space.
pub(in crate::check_log) fn looks_like_header(line: &[u8]) -> bool {
    let n_digits = line.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
    line.first().is_some_and(u8::is_ascii_uppercase)
        && (4..=8).contains(&n_digits)
        && line.get(1 + n_digits) == Some(&b' ')
}

/// Whether the part of a header that has a fixed width is here.
pub(super) fn is_header(line: &[u8]) -> bool {
    DATE.fits(line, 1)
        && TIME.fits(line, 9)
        && FRACTION.fits(line, 14)
        && matches!(line.first(), Some(b'I' | b'W' | b'E' | b'F'))
}

/// The bytes of a header up to its fraction.
#[inline]
fn second(line: &[u8]) -> Option<u128> {
    let bytes = u128::from_le_bytes(*line.first_chunk()?);
    Some(bytes & (u128::MAX >> 16))
}

/// Whether a header is that of the second before, which was right.
#[inline]
pub(super) fn is_same_second(line: &[u8], last: u128) -> bool {
    second(line) == Some(last) && FRACTION.fits(line, 14)
}

/// Reads the header; returns the place after its `] `.
pub(super) fn read(line: &[u8], raw: &mut Raw) -> Option<usize> {
    raw.severity = line[0];
    if second(line) != Some(raw.last_second) {
        times(line, raw);
    }
    if !process_id(line, raw) {
        return None;
    }
    place(line, raw)
}

fn times(line: &[u8], raw: &mut Raw) {
    let number = |at: usize| (line[at] & 15) * 10 + (line[at + 1] & 15);
    let (month, day, hour) = (number(1), number(3), number(6));
    let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_date || hour > 23 || number(9) > 59 || number(12) > 60 {
        let span = if is_date { 6..14 } else { 1..5 };
        let what = if is_date { "time" } else { "date" };
        raw.defect(Id::MalformedHeader, span, format!("there is no such {what}"));
    } else {
        raw.last_second = second(line).unwrap_or_default();
    }
}

/// Seven columns, digits to the right; all spaces for a process id of 0.
#[inline]
fn process_id(line: &[u8], raw: &mut Raw) -> bool {
    PROCESS.fits_padded(line, 22) || wrong_process_id(line, raw)
}

#[cold]
fn wrong_process_id(line: &[u8], raw: &mut Raw) -> bool {
    if line.len() < FIXED {
        raw.defect(Id::MalformedHeader, 0..line.len(), "the header ends after the time");
        return false;
    }
    let n_blanks = line[22..].iter().take_while(|byte| **byte == b' ').count();
    let n_digits = line[22 + n_blanks..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let span = 22..22 + n_blanks + n_digits;
    if n_digits == 0 {
        raw.defect(Id::MalformedHeader, span.start..line.len().min(30), "there is no process id");
    } else {
        let words = format!("the process id takes {} columns, not 7", n_blanks + n_digits);
        let help =
            "klog pads it with spaces on the left, and keeps the last 7 digits of a longer one";
        raw.defect_with_help(Id::MalformedHeader, span, words, help);
    }
    false
}

/// `main.rs:42] `; returns the place after it.
#[inline]
fn place(line: &[u8], raw: &mut Raw) -> Option<usize> {
    let colon = bytes::file_end(line, FIXED);
    let digits = line.get(colon + 1..).unwrap_or_default();
    let count = || digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let n_digits = bytes::n_digits(line, colon + 1).unwrap_or_else(count);
    let is_usual = colon > FIXED
        && line.get(colon) == Some(&b':')
        && n_digits > 0
        && digits.get(n_digits..n_digits + 2) == Some(b"] ");
    if !is_usual {
        return odd_place(line, raw);
    }
    raw.file = FIXED..colon;
    raw.line = bytes::number(&digits[..n_digits]);
    Some(colon + n_digits + 3)
}

/// The same where the file name is odd, or something is missing.
#[cold]
fn odd_place(line: &[u8], raw: &mut Raw) -> Option<usize> {
    let rest = &line[FIXED..];
    let mut from = 0;
    while let Some(found) = memchr(b']', &rest[from..]) {
        let close = from + found;
        from = close + 1;
        let n_digits = rest[..close].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = close - n_digits;
        if n_digits == 0 || digits == 0 || rest[digits - 1] != b':' {
            continue;
        }
        let file = FIXED..FIXED + digits - 1;
        check_file(line, &file, raw);
        raw.file = file;
        raw.line = bytes::number(&rest[digits..close]);
        let body = FIXED + close + 1;
        if line.get(body) != Some(&b' ') {
            let words = "there is no space after `]`";
            raw.defect(Id::MalformedHeader, body - 1..body, words);
            return None;
        }
        return Some(body + 1);
    }
    let end = memchr(b' ', rest).map_or(line.len(), |space| FIXED + space);
    let words = "there is no `file:line] ` after the process id";
    raw.defect(Id::MalformedHeader, FIXED.min(line.len())..end, words);
    None
}

fn check_file(line: &[u8], file: &Span, raw: &mut Raw) {
    let name = &line[file.clone()];
    let is_good = |byte: &u8| !matches!(byte, b':' | b'"' | 0..=b' ' | 0x7f);
    if name.is_empty() || !name.iter().all(is_good) {
        let what = match name.iter().find(|byte| !is_good(byte)) {
            None => "there is no file name",
            Some(b':') => "the file name contains a colon, which ends it for most readers",
            Some(b' ') => "the file name contains a space, which ends it for most readers",
            Some(_) => "the file name contains a character that ends it for most readers",
        };
        let help = "print the base name of the source file, never a module path or a drive";
        raw.defect_with_help(Id::BadFile, file.clone(), what, help);
    }
}

/// Says what is wrong with the first 22 bytes.
#[cold]
pub(super) fn reject(line: &[u8], raw: &mut Raw) {
    let n_digits = line.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
    if n_digits != 4 {
        let words = format!("the date has {n_digits} digits, not 4 (month and day)");
        return raw.defect(Id::MalformedHeader, 0..(1 + n_digits).min(line.len()), words);
    }
    if !HOUR.fits(line, 5) || !line.get(13).is_some_and(u8::is_ascii_digit) {
        let words = "the time is not hh:mm:ss.ffffff";
        return raw.defect(Id::MalformedHeader, 5..line.len().min(22), words);
    }
    let n_digits = match line.get(14) {
        Some(b'.') => line[15..].iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    if n_digits != 6 {
        let words = format!("the time has {n_digits} digits of fraction, not 6");
        let help = "most readers of klog's text accept microseconds only";
        return raw.defect_with_help(
            Id::FractionWidth,
            14..(15 + n_digits).min(line.len()),
            words,
            help,
        );
    }
    if !matches!(line[0], b'I' | b'W' | b'E' | b'F') {
        let words = format!("severity `{}` is none of I, W, E, F", char::from(line[0]));
        let help =
            "klog's text has no letter for debug or trace: they are information (I) at a V level";
        return raw.defect_with_help(Id::UnknownSeverity, 0..1, words, help);
    }
    raw.defect(Id::MalformedHeader, 0..line.len().min(22), "there is no space after the time");
}
