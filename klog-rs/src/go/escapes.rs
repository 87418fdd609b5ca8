//! What each format escapes, as rules for [`escape`](crate::raw::escape).

use super::isprint_table::{PRINTABLE, ROW_OF, ROWS};
use crate::raw::{Above, Escape, Rule};

/// Go's `strconv.IsPrint`.
pub(crate) fn is_printable(char: char) -> bool {
    let code = char as u32;
    if code < 0x80 { (0x20..0x7f).contains(&code) } else { is_printable_above(code) }
}

/// The same for what is above ASCII.
#[inline]
fn is_printable_above(code: u32) -> bool {
    // Rows of the first plane, and of emoji after them.
    let row = if code < 0x1_0000 { code } else { code.wrapping_sub(0x1_f000 - 0x1_0000) };
    match ROW_OF.get((row >> 6) as usize) {
        Some(row) if !(0x1_0000..0x1_f000).contains(&code) => {
            ROWS[usize::from(*row)] >> (code & 63) & 1 == 1
        }
        _ => {
            let end = PRINTABLE.partition_point(|&(first, _)| first <= code);
            PRINTABLE[..end].last().is_some_and(|&(_, last)| code <= last)
        }
    }
}

/// Characters above ASCII that are escaped in a block, since they control, reorder or hide text.
#[inline]
fn is_hostile(code: u32) -> bool {
    match code {
        0x80..=0x9f => true,
        // Zero-width and bidirectional controls, line and paragraph separators, byte order mark, tags.
        0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff => true,
        0xe_0000..=0xe_007f => true,
        _ => false,
    }
}

/// Go's `strconv.Quote`.
pub(super) struct Quote;

impl Rule for Quote {
    const ASCII: &'static [Escape; 128] = &GO;
    const DELETE: bool = true;
    const ABOVE: Above = Above::Unprintable;

    #[inline(always)]
    fn is_escaped(code: u32) -> bool {
        !is_printable_above(code)
    }
}

/// The same for a text that is quoted only if it has one line.
pub(super) struct QuoteLine;

impl Rule for QuoteLine {
    const ASCII: &'static [Escape; 128] = &GO;
    const DELETE: bool = true;
    const STOPS_AT_LINE_BREAK: bool = true;
    const ABOVE: Above = Above::Unprintable;

    #[inline(always)]
    fn is_escaped(code: u32) -> bool {
        !is_printable_above(code)
    }
}

/// Go's `strconv.QuoteToASCII`.
pub(super) struct QuoteAscii;

impl Rule for QuoteAscii {
    const ASCII: &'static [Escape; 128] = &GO;
    const DELETE: bool = true;
    const ABOVE: Above = Above::All;

    #[inline(always)]
    fn is_escaped(_: u32) -> bool {
        true
    }
}

/// The lines of a block: each gets a tab in front.
pub(super) struct Block;

impl Rule for Block {
    const ASCII: &'static [Escape; 128] = &BLOCK;
    const QUOTES: bool = false;
    const DELETE: bool = true;
    const ABOVE: Above = Above::Hostile;

    #[inline(always)]
    fn is_escaped(code: u32) -> bool {
        is_hostile(code)
    }
}

/// zap's JSON strings.
pub(super) struct Zap;

impl Rule for Zap {
    const ASCII: &'static [Escape; 128] = &ZAP;
    const ABOVE: Above = Above::Nothing;

    #[inline(always)]
    fn is_escaped(_: u32) -> bool {
        false
    }
}

/// JSON strings of Go's `encoding/json` without HTML escapes.
pub(super) struct Std;

impl Rule for Std {
    const ASCII: &'static [Escape; 128] = &STD;
    const ABOVE: Above = Above::Separators;

    #[inline(always)]
    fn is_escaped(code: u32) -> bool {
        matches!(code, 0x2028 | 0x2029)
    }
}

/// The same with HTML escapes.
pub(super) struct StdHtml;

impl Rule for StdHtml {
    const ASCII: &'static [Escape; 128] = &STD_HTML;
    const HTML: bool = true;
    const ABOVE: Above = Above::Separators;

    #[inline(always)]
    fn is_escaped(code: u32) -> bool {
        matches!(code, 0x2028 | 0x2029)
    }
}

/// JSON in which the HTML escapes are missing.
pub(super) struct Html;

impl Rule for Html {
    const ASCII: &'static [Escape; 128] = &HTML;
    const QUOTES: bool = false;
    const HTML: bool = true;
    const ABOVE: Above = Above::Nothing;

    #[inline(always)]
    fn is_escaped(_: u32) -> bool {
        false
    }
}

static GO: [Escape; 128] = {
    let mut table = letters(controls(b"\\x", 2), b"a\x07b\x08f\x0cn\nr\rt\tv\x0b\"\"\\\\");
    table[0x7f] = hex(b"\\x", 2, 0x7f);
    table
};

static BLOCK: [Escape; 128] = {
    let mut table = GO;
    table[b'"' as usize] = [0; 8];
    table[b'\\' as usize] = [0; 8];
    table[b'\t' as usize] = [0; 8];
    table[b'\n' as usize] = *b"\n\t\0\0\0\0\0\x02";
    table
};

static ZAP: [Escape; 128] = letters(controls(b"\\u", 4), b"n\nr\rt\t\"\"\\\\");

static STD: [Escape; 128] = letters(ZAP, b"b\x08f\x0c");

static STD_HTML: [Escape; 128] = with_html(STD);

static HTML: [Escape; 128] = with_html([[0; 8]; 128]);

/// A table in which controls are numbers.
const fn controls(prefix: &[u8; 2], n_digits: usize) -> [Escape; 128] {
    let mut table = [[0; 8]; 128];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = hex(prefix, n_digits, byte);
        byte += 1;
    }
    table
}

/// The table in which each second byte of `pairs` is `\` and the byte before it.
const fn letters(mut table: [Escape; 128], pairs: &[u8]) -> [Escape; 128] {
    let mut index = 0;
    while index < pairs.len() {
        table[pairs[index + 1] as usize] = [b'\\', pairs[index], 0, 0, 0, 0, 0, 2];
        index += 2;
    }
    table
}

const fn with_html(mut table: [Escape; 128]) -> [Escape; 128] {
    table[b'<' as usize] = hex(b"\\u", 4, b'<' as usize);
    table[b'>' as usize] = hex(b"\\u", 4, b'>' as usize);
    table[b'&' as usize] = hex(b"\\u", 4, b'&' as usize);
    table
}

const fn hex(prefix: &[u8; 2], n_digits: usize, value: usize) -> Escape {
    let mut escape = [prefix[0], prefix[1], 0, 0, 0, 0, 0, 2 + n_digits as u8];
    let mut digit = 0;
    while digit < n_digits {
        let value = value >> (4 * (n_digits - 1 - digit)) & 0xf;
        escape[2 + digit] = b"0123456789abcdef"[value];
        digit += 1;
    }
    escape
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "x86_64")]
    use crate::raw::escape_by_16;
    #[cfg(not(target_arch = "x86_64"))]
    use crate::raw::escape_bytewise as escape_by_16;
    use crate::raw::{escape, escape_bytewise};

    /// A character at a time, as the rules are written down.
    fn one_by_one<R: Rule>(text: &str) -> Option<String> {
        let mut out = String::new();
        for char in text.chars() {
            let code = char as u32;
            match R::ASCII.get(code as usize) {
                Some(_) if R::STOPS_AT_LINE_BREAK && char == '\n' => return None,
                Some([.., 0]) => out.push(char),
                Some(escape) => {
                    out.extend(escape[..escape[7].into()].iter().copied().map(char::from));
                }
                None if !R::is_escaped(code) => out.push(char),
                None if code < 0x1_0000 => out += &format!("\\u{code:04x}"),
                None => out += &format!("\\U{code:08x}"),
            }
        }
        Some(out)
    }

    #[track_caller]
    fn check<R: Rule>(text: &str) {
        let expected = one_by_one::<R>(text);
        for by in [escape::<R>, escape_by_16::<R>, escape_bytewise::<R>] {
            let mut out = b"before ".to_vec();
            out.shrink_to_fit();
            let is_done = by(text.as_bytes(), &mut out);
            assert_eq!(is_done, expected.is_some());
            if let Some(expected) = &expected
                && out[7..] != *expected.as_bytes()
            {
                let at = expected.bytes().zip(&out[7..]).take_while(|(one, other)| one == *other);
                let around = at.count().saturating_sub(20);
                let got = String::from_utf8_lossy(&out[7 + around..]).into_owned();
                let (expected, got) = (&expected[around..], got.chars().take(60));
                let expected: String = expected.chars().take(60).collect();
                panic!("{got:?} and not {expected:?}", got = got.collect::<String>());
            }
        }
    }

    fn check_all_rules(text: &str) {
        check::<Quote>(text);
        check::<QuoteLine>(text);
        check::<QuoteAscii>(text);
        check::<Block>(text);
        check::<Zap>(text);
        check::<Std>(text);
        check::<StdHtml>(text);
        check::<Html>(text);
    }

    /// All of Unicode in its order.
    #[test]
    fn a_run_at_a_time_is_a_character_at_a_time() {
        let all: String = ('\0'..=char::MAX).collect();
        check::<Quote>(&all);
        check::<Block>(&all);
        check::<StdHtml>(&all);
    }

    /// Characters of all kinds at every place of texts of every length about one block, and of mixtures.
    #[test]
    fn runs_end_where_they_should() {
        let kinds: Vec<char> = "az ~\"\\\n\t\r\0\x1b\x7f<>&=\u{80}\u{9f}\u{a0}\u{ad}éżß\u{378}\u{380}αβ\u{3a2}Жя\u{530}א\u{605}ب\u{61c}ف\u{6dd}ی\
            \u{7ff}\u{800}กท\u{1361}\u{200b}\u{2028}\u{2029}\u{202e}–„”…€\u{2060}\u{3000}、\u{3040}ぁひへし\u{3097}\u{3098}かプベー\u{30ff}\u{3100}\u{318f}中漢\
            \u{9fff}가힣\u{d7a4}\u{d7ff}\u{e000}\u{feff}，：\u{ffff}\u{10000}😀🚀\u{1f8ff}\u{20000}\u{e0001}\u{e0100}\u{10ffff}"
            .chars()
            .collect();
        for &kind in &kinds {
            for n_before in (0..4).chain(12..18).chain(58..82) {
                for n_after in [0, 1, 2, 15, 16, 17, 66] {
                    let (before, after) = ("a".repeat(n_before), "b".repeat(n_after));
                    check_all_rules(&format!("{before}{kind}{after}"));
                }
            }
        }
        let mut seed = 1_u64;
        let mut next = |n: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % n
        };
        for _ in 0..2_000 {
            let n_chars = next(200);
            let n_kinds = 1 + next(kinds.len());
            check_all_rules(&(0..n_chars).map(|_| kinds[next(n_kinds)]).collect::<String>());
        }
    }

    /// What is no text stays within its bounds; nothing is promised about what is written.
    #[test]
    fn bytes_that_are_no_text_do_no_harm() {
        for lead in [0x80, 0xbf, 0xc2, 0xe2, 0xf3, 0xff] {
            for len in 0..200 {
                let mut out = Vec::new();
                escape::<Quote>(&vec![lead; len], &mut out);
                escape::<QuoteAscii>(&vec![lead; len], &mut out);
                escape::<Block>(&vec![lead; len], &mut out);
            }
        }
    }
}
