//! F1: what a careful programmer would write for this one line, and nothing else.

use std::{cell::RefCell, hint::black_box};

use crate::{Format, Stack, count, destination::deliver, pod, status};

/// The floor in a format.
pub fn stack(format: Format) -> Stack {
    let [w1, w2, w3]: [fn(); 3] = match format {
        Format::Text => [
            || text(MESSAGE, TEXT_CONTEXT, pair(), status(), count()),
            || text(MESSAGE, b"", pair(), status(), count()),
            || text(MESSAGE, b"", black_box(None), "", 0),
        ],
        Format::Json => [
            || json(MESSAGE, JSON_CONTEXT, pair(), status(), count()),
            || json(MESSAGE, b"", pair(), status(), count()),
            || json(MESSAGE, b"", black_box(None), "", 0),
        ],
    };
    Stack {
        name: "F1",
        formats: &[Format::Text, Format::Json],
        install: |_| {},
        in_context: |f| f(),
        w1,
        w2,
        w3,
        w4: || {
            black_box(());
        },
        w7: None,
        everyday: crate::everyday::FORMATTERS,
    }
}

const MESSAGE: &str = "\"Pod status updated\"";
const TEXT_CONTEXT: &[u8] =
    b" controller=\"deployment\" reconcileID=\"6d1f6a44-8a2c-4c61-9e2f-0f8b7a9d2c11\"";
const JSON_CONTEXT: &[u8] =
    b",\"controller\":\"deployment\",\"reconcileID\":\"6d1f6a44-8a2c-4c61-9e2f-0f8b7a9d2c11\"";

fn pair() -> Option<(&'static str, &'static str)> {
    let pod = pod();
    Some((pod.0, pod.1))
}

thread_local! {
    /// The line, the second of its prefix, and the prefix.
    static LINE: RefCell<Line> = const { RefCell::new(Line { bytes: [0; 512], len: 0, second: 0, prefix: [0; 15], digits: [0; 10] }) };
}

/// A line with a fixed cursor: there is room for this one line, and nobody asks whether there is.
struct Line {
    bytes: [u8; 512],
    len: usize,
    second: i64,
    prefix: [u8; 15],
    digits: [u8; 10],
}

impl Line {
    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        debug_assert!(self.len + bytes.len() <= self.bytes.len());
        // SAFETY: the line of W1, the longest, has less than 300 bytes.
        unsafe {
            let to = self.bytes.as_mut_ptr().add(self.len);
            to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        self.len += bytes.len();
    }

    /// Puts text that needs no escapes; others do not occur.
    #[inline(always)]
    fn text(&mut self, text: &str) {
        if plain(text.as_bytes()) {
            self.put(text.as_bytes());
        }
    }

    #[inline(always)]
    fn number(&mut self, number: u64) {
        self.put(itoa::Buffer::new().format(number).as_bytes());
    }

    /// Microseconds of the second.
    #[inline(always)]
    fn now(&mut self) -> u32 {
        let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `now` is a `timespec`.
        unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut now) };
        if now.tv_sec != self.second {
            self.second = now.tv_sec;
            self.prefix = *b"I1025 00:15:15.";
            self.digits.copy_from_slice(itoa::Buffer::new().format(self.second).as_bytes());
        }
        self.len = 0;
        now.tv_nsec as u32 / 1_000
    }
}

/// Eight bytes at a time; a rest is looked at together with bytes before it.
#[inline(always)]
fn plain(text: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 255;
    let odd = |word: u64| {
        let zero = |word: u64| word.wrapping_sub(ONES) & !word;
        (word.wrapping_sub(ONES * 0x20)
            | word.wrapping_add(ONES)
            | word
            | zero(word ^ (ONES * u64::from(b'"')))
            | zero(word ^ (ONES * u64::from(b'\\'))))
            & (ONES << 7)
            != 0
    };
    if let Some(last) = text.last_chunk::<8>() {
        let (words, _) = text.as_chunks::<8>();
        !words.iter().any(|word| odd(u64::from_le_bytes(*word))) && !odd(u64::from_le_bytes(*last))
    } else if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        let halves = u64::from(u32::from_le_bytes(*first)) << 32;
        !odd(halves | u64::from(u32::from_le_bytes(*last)))
    } else {
        text.iter().all(|byte| (0x20..0x7f).contains(byte) && *byte != b'"' && *byte != b'\\')
    }
}

/// Six digits by two.
#[inline(always)]
fn six_digits(value: u32) -> [u8; 6] {
    let two = |value: u32| [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
    let ([a, b], [c, d], [e, f]) = (two(value / 10_000), two(value / 100 % 100), two(value % 100));
    [a, b, c, d, e, f]
}

fn text(message: &str, context: &[u8], pod: Option<(&str, &str)>, status: &str, count: u64) {
    LINE.with_borrow_mut(|line| {
        let now = line.now();
        line.put(&{ line.prefix });
        line.put(&six_digits(now));
        line.put(b"   12345 log.rs:42] ");
        line.put(message.as_bytes());
        line.put(context);
        if let Some((namespace, name)) = pod {
            line.put(b" pod=\"");
            line.text(namespace);
            line.put(b"/");
            line.text(name);
            line.put(b"\" status=\"");
            line.text(status);
            line.put(b"\" count=");
            line.number(count);
        }
        line.put(b"\n");
        deliver(&line.bytes[..line.len]);
    });
}

fn json(message: &str, context: &[u8], pod: Option<(&str, &str)>, status: &str, count: u64) {
    LINE.with_borrow_mut(|line| {
        let now = line.now();
        line.put(b"{\"ts\":");
        line.put(&{ line.digits });
        let [a, b, c, d, e, f] = six_digits(now);
        line.put(&[a, b, c, b'.', d, e, f, b'1']);
        line.put(b",\"caller\":\"src/log.rs:42\",\"msg\":");
        line.put(message.as_bytes());
        line.put(context);
        line.put(b",\"v\":0");
        if let Some((namespace, name)) = pod {
            line.put(b",\"pod\":{\"name\":\"");
            line.text(name);
            line.put(b"\",\"namespace\":\"");
            line.text(namespace);
            line.put(b"\"},\"status\":\"");
            line.text(status);
            line.put(b"\",\"count\":");
            line.number(count);
        }
        line.put(b"}\n");
        deliver(&line.bytes[..line.len]);
    });
}
