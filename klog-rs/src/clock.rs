//! Time of an entry, in the forms of both formats.
//!
//! The date and time down to the second are kept per thread, so that the usual line costs one reading of the clock and
//! six digits.

use std::cell::Cell;

use crate::{
    civil::Civil,
    encode::number,
    raw::{append, system_time},
    zone,
};

/// Where times come from.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub enum Clock {
    /// The system's clock, shown in the system's time zone (the variable `TZ`, else `/etc/localtime`), as Go does.
    #[default]
    System,
    /// Always the same time, for tests.
    Fixed {
        /// Nanoseconds since 1970-01-01T00:00:00Z.
        nanos: i64,
        /// Seconds east of UTC.
        offset: i32,
    },
}

impl Clock {
    #[inline]
    pub(crate) fn now(self) -> Stamp {
        match self {
            Clock::System => {
                let (second, nanos) = system_time();
                Stamp { second, nanos, offset: None }
            }
            Clock::Fixed { nanos, offset } => fixed(nanos, offset),
        }
    }
}

#[cold]
fn fixed(nanos: i64, offset: i32) -> Stamp {
    Stamp {
        second: nanos.div_euclid(1_000_000_000),
        nanos: nanos.rem_euclid(1_000_000_000) as u32,
        offset: Some(offset),
    }
}

/// Time of an entry.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    second: i64,
    /// Below 1,000,000,000.
    nanos: u32,
    /// Seconds east of UTC; `None` is the system's zone.
    offset: Option<i32>,
}

/// `0304 05:06:07.`
type Prefix = [u8; 14];

/// `I0304 05:06:07.089012   12345 `
type Header = [u8; 30];

thread_local! {
    /// The header of the last second, the second and the process id in it.
    static HEADER: Cell<Header> = const { Cell::new([0; 30]) };
    static HEADER_SECOND: Cell<i64> = const { Cell::new(i64::MIN) };
    static HEADER_PID: Cell<u64> = const { Cell::new(0) };
    /// The last second of the milliseconds, and its digits.
    static SECOND: Cell<u64> = const { Cell::new(0) };
    static SECOND_DIGITS: Cell<[u8; 10]> = const { Cell::new([b'0'; 10]) };
}

impl Stamp {
    /// Nanoseconds since 1970-01-01T00:00:00Z, until the year 2262.
    pub fn nanos(self) -> i64 {
        match self.second.checked_mul(1_000_000_000) {
            Some(second) => second.saturating_add(i64::from(self.nanos)),
            None => self.nanos_at_the_ends(),
        }
    }

    /// The product of the first second alone is too small, and the last ones are too late.
    #[cold]
    fn nanos_at_the_ends(self) -> i64 {
        let nanos = i128::from(self.second) * 1_000_000_000 + i128::from(self.nanos);
        nanos.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    /// Appends `I0304 05:06:07.089012   12345 `.
    #[inline]
    pub(crate) fn header(self, severity: u8, pid: u64, out: &mut Vec<u8>) {
        if self.offset.is_some() {
            append(out, &self.new_header(pid));
        } else {
            if HEADER_SECOND.get() != self.second || HEADER_PID.get() != pid {
                HEADER.set(self.new_header(pid));
                HEADER_SECOND.set(self.second);
                HEADER_PID.set(pid);
            }
            append(out, &HEADER.get());
        }
        let micros = self.nanos / 1_000;
        if let Some(header) = out.last_chunk_mut::<30>() {
            header[0] = severity;
            let (high, rest) = (micros / 10_000, micros % 10_000);
            [header[15], header[16]] = two_digits(high);
            [header[17], header[18]] = two_digits(rest / 100);
            [header[19], header[20]] = two_digits(rest % 100);
        }
    }

    /// The header of this second; severity and microseconds are left out.
    #[cold]
    #[inline(never)]
    fn new_header(self, pid: u64) -> Header {
        let mut header = [b' '; 30];
        let offset = self.offset.unwrap_or_else(|| zone::offset(self.second));
        header[1..15].copy_from_slice(&prefix(self.second, offset));
        header[22..29].copy_from_slice(&pid.to_ne_bytes()[..7]);
        header
    }

    /// Appends `{"ts":` and milliseconds since 1970 as Go prints `float64(nanoseconds) / 1e6`: `1772600767089.0122`.
    #[inline]
    pub(crate) fn milliseconds(self, out: &mut Vec<u8>) {
        // From 2006 to 2039 a float holds nanoseconds in steps of 256 and milliseconds in steps of 1/4096.
        if !(1_152_921_505..2_199_023_255).contains(&self.second) {
            append(out, b"{\"ts\":");
            return number::plain_float(self.nanos() as f64 / 1e6, out);
        }
        let (whole, fraction) = self.rounded_milliseconds();
        let (second, rest) = (whole / 1_000, (whole % 1_000) as u32);
        let [a, b] = two_digits(rest / 10);
        let c = b'0' + (rest % 10) as u8;
        let (decimals, n_bytes) = decimals(fraction);
        if SECOND.get() != second {
            SECOND_DIGITS.set(ten_digits(second));
            SECOND.set(second);
        }
        append(out, (b"{\"ts\":", &SECOND_DIGITS.get(), &[a, b, c], &decimals));
        out.truncate(out.len() - (decimals.len() - n_bytes));
    }

    /// Milliseconds and 1/4096 of one, rounded as the conversion to a float and its division by a million are: each to
    /// the nearest that a float can hold, and from the middle to the even one.
    #[inline]
    fn rounded_milliseconds(self) -> (u64, u32) {
        let nanos = self.second as u64 * 1_000_000_000 + u64::from(self.nanos);
        let nanos = (nanos + 127 + (nanos >> 8 & 1)) & !255;
        let steps = nanos % 1_000_000 * 4_096;
        let (fraction, rest) = (steps / 1_000_000, steps % 1_000_000);
        let fraction = fraction + u64::from(rest * 2 + (fraction & 1) > 1_000_000);
        (nanos / 1_000_000 + fraction / 4_096, (fraction % 4_096) as u32)
    }
}

/// The shortest decimals that no other multiple of 1/4096 is as near to, with the point and how many bytes they are:
/// `.0122`, and nothing for 0.
#[inline]
fn decimals(fraction: u32) -> ([u8; 5], usize) {
    // Three digits do where they are nearer than half a step; fewer are three that end in zeros, and four always do.
    let three = (fraction * 1_000 + 2_048) / 4_096;
    let is_near = (three * 4_096).abs_diff(fraction * 1_000) * 2 < 1_000 && three < 1_000;
    let four = if is_near { three * 10 } else { (fraction * 10_000 + 2_048) / 4_096 };
    let ([a, b], [c, d]) = (two_digits(four / 100), two_digits(four % 100));
    // Zeros at the end are left out, and the point where all four are.
    let n_zeros =
        (u32::from_be_bytes([a, b, c, d]) ^ u32::from_be_bytes(*b"0000")).trailing_zeros() / 8;
    let n_bytes = if n_zeros == 4 { 0 } else { 5 - n_zeros as usize };
    ([b'.', a, b, c, d], n_bytes)
}

/// `07` of 7; for numbers below 100.
#[inline]
fn two_digits(value: u32) -> [u8; 2] {
    static DIGITS: [[u8; 2]; 100] = {
        let mut digits = [[b'0'; 2]; 100];
        let mut value = 0;
        while value < 100 {
            digits[value] = [b'0' + value as u8 / 10, b'0' + value as u8 % 10];
            value += 1;
        }
        digits
    };
    DIGITS.get(value as usize).copied().unwrap_or_default()
}

/// The ten digits of a second after 2001.
#[cold]
fn ten_digits(mut second: u64) -> [u8; 10] {
    let mut bytes = [b'0'; 10];
    for digit in bytes.iter_mut().rev() {
        *digit = b'0' + (second % 10) as u8;
        second /= 10;
    }
    bytes
}

#[cold]
fn prefix(second: i64, offset: i32) -> Prefix {
    let time = Civil::at(second + i64::from(offset));
    let two = |value: u8| [b'0' + value / 10, b'0' + value % 10];
    let ([m1, m2], [d1, d2]) = (two(time.month), two(time.day));
    let ([h1, h2], [n1, n2], [s1, s2]) = (two(time.hour), two(time.minute), two(time.second));
    [m1, m2, d1, d2, b' ', h1, h2, b':', n1, n2, b':', s1, s2, b'.']
}
