//! Strings, numbers, durations and sizes.

use super::cursor::{Cursor, variable};
use super::{Part, Text, Value};

impl Cursor<'_> {
    /// A string that comes next; `None`, and no step, when none does or it has no end.
    pub(super) fn string(&mut self) -> Option<Text> {
        self.space();
        let start = self.at;
        let rest = self.rest();
        let (text, length) = match rest.chars().next()? {
            '`' => {
                let end = rest[1..].find('`')?;
                (rest[1..=end].to_owned(), end + 2)
            }
            '"' => quoted(rest)?,
            _ => return None,
        };
        self.at += length;
        let span = start..self.at;
        let parts = if self.has_variables { parts(&text) } else { vec![Part::Text(text)] };
        Some(Text { span, parts })
    }

    /// What a label is compared with.
    pub(super) fn value(&mut self) -> Option<Value> {
        if let Some(text) = self.string() {
            return Some(Value::Text(text));
        }
        if self.take_ip() {
            return Some(Value::Ip);
        }
        self.space();
        if self.variable() {
            self.number_tail();
            return Some(Value::Any);
        }
        let rest = self.rest();
        let sign = usize::from(rest.starts_with(['-', '+']));
        let digits = &rest[sign..];
        if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return None;
        }
        let start = self.at;
        self.at += sign;
        self.number_tail();
        let text = &self.text[start..self.at];
        Some(match text.parse::<f64>() {
            Ok(number) => Value::Number(number),
            Err(_) if text.ends_with(['b', 'B']) => Value::Bytes,
            Err(_) => Value::Duration,
        })
    }

    /// Passes over digits, units and exponents.
    fn number_tail(&mut self) {
        let rest = self.rest();
        let mut before = ' ';
        let end = rest.find(|c: char| {
            let is_exponent = matches!(c, '+' | '-') && matches!(before, 'e' | 'E');
            before = c;
            !(c.is_ascii_alphanumeric() || matches!(c, '.' | 'µ' | 'μ') || is_exponent)
        });
        self.at += end.unwrap_or(rest.len());
    }

    /// `ip("10.0.0.0/8")`.
    pub(super) fn take_ip(&mut self) -> bool {
        let start = self.at;
        if self.take_word("ip") && self.take("(") && self.string().is_some() && self.take(")") {
            return true;
        }
        self.at = start;
        false
    }
}

/// A string with escapes, and its length in the text.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, at + 1)),
            '\\' => {
                let (_, escape) = chars.next()?;
                let digits = |n: usize, radix: u32, skip: usize| -> Option<char> {
                    let digits = text.get(at + skip..at + skip + n)?;
                    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
                };
                let (c, n_more) = match escape {
                    'n' => (Some('\n'), 0),
                    't' => (Some('\t'), 0),
                    'r' => (Some('\r'), 0),
                    'a' => (Some('\x07'), 0),
                    'b' => (Some('\x08'), 0),
                    'f' => (Some('\x0c'), 0),
                    'v' => (Some('\x0b'), 0),
                    'x' => (digits(2, 16, 2), 2),
                    'u' => (digits(4, 16, 2), 4),
                    'U' => (digits(8, 16, 2), 8),
                    '0'..='7' => (digits(3, 8, 1), 2),
                    other => (Some(other), 0),
                };
                match c {
                    Some(c) => {
                        value.push(c);
                        for _ in 0..n_more {
                            chars.next();
                        }
                    }
                    None => value.push(escape),
                }
            }
            c => value.push(c),
        }
    }
    None
}

/// Takes a string apart at its variables.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut known = String::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let length = if matches!(c, '$' | '[') { variable(&text[at..]) } else { 0 };
        if length > 0 {
            if !known.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut known)));
            }
            if parts.last() != Some(&Part::Any) {
                parts.push(Part::Any);
            }
            at += length;
        } else {
            known.push(c);
            at += c.len_utf8();
        }
    }
    if !known.is_empty() || parts.is_empty() {
        parts.push(Part::Text(known));
    }
    parts
}
