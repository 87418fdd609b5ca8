//! Time of an entry, in the forms of both formats.
//!
//! The date and time down to the second are kept per thread, so that the usual line costs one reading of the clock and
//! six digits.

use std::{cell::Cell, thread::LocalKey};

use super::{civil::Civil, zone};
use crate::{
    go::number,
    raw::{Cursor, Pieces, Prefix16, Short8, system_time},
};

/// The source of the times of entries.
///
/// ```
/// use klog::{Format, Output, encode::Clock, sink::Stream};
///
/// let output = Output::new(Format::Text, Stream::stdout());
/// let output = output.with_clock(Clock::Fixed { nanos: 1_772_600_767_089_012_000, offset: 0 });
/// klog::info!(logger: output.logger(), "Started");
/// // I0304 05:06:07.089012       1 main.rs:5] "Started"
/// ```
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
///
/// ```
/// use klog::encode::Line;
///
/// fn seconds(line: &Line<'_>) -> i64 {
///     line.time().nanos() / 1_000_000_000
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    second: i64,
    /// Below 1,000,000,000.
    nanos: u32,
    /// Seconds east of UTC; `None` is the system's zone.
    offset: Option<i32>,
}

/// What changes with the second only, in sixteen bytes of which the last may be of no account.
type OfSecond = [u8; 16];

thread_local! {
    /// The last second of a header, and `0304 05:06:07.` in the system's zone; none is the first second that there is.
    static PREFIX_SECOND: Cell<i64> = const { Cell::new(i64::MIN) };
    static PREFIX: Cell<OfSecond> = const { Cell::new([b' '; 16]) };
    /// The last second of the milliseconds, which need no zone, and `{"ts":1772600767`.
    static TS_SECOND: Cell<i64> = const { Cell::new(i64::MIN) };
    static TS: Cell<OfSecond> = const { Cell::new([b' '; 16]) };
}

impl Stamp {
    /// Nanoseconds since 1970-01-01T00:00:00Z, until the year 2262.
    ///
    /// ```
    /// fn millis(time: klog::encode::Stamp) -> i64 {
    ///     time.nanos() / 1_000_000
    /// }
    /// ```
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

    /// Puts `I0304 05:06:07.089012   12345 `.
    #[inline(always)]
    pub(crate) fn header(self, severity: u8, pid: u64, to: &mut Cursor<'_>) {
        let prefix = match self.offset {
            None => self
                .kept(&PREFIX_SECOND, &PREFIX, || prefix(self.second, zone::offset(self.second))),
            Some(offset) => prefix(self.second, offset),
        };
        let micros = self.nanos / 1_000;
        let (high, rest) = (micros / 10_000, micros % 10_000);
        let ([a, b], [c, d], [e, f]) =
            (two_digits(high), two_digits(rest / 100), two_digits(rest % 100));
        let [p, q, r, s, t, u, v, _] = pid.to_ne_bytes();
        let pid = [b' ', p, q, r, s, t, u, v];
        put(to, (&[severity], Prefix16::<14>(&prefix), &[a, b, c, d, e, f], &pid, b" "));
    }

    /// What the thread has kept of this second, or makes of it now.
    #[inline(always)]
    fn kept(
        self,
        second: &'static LocalKey<Cell<i64>>,
        kept: &'static LocalKey<Cell<OfSecond>>,
        make: impl FnOnce() -> OfSecond,
    ) -> OfSecond {
        if second.get() != self.second {
            kept.set(make());
            second.set(self.second);
        }
        kept.get()
    }

    /// Puts `{"ts":` and milliseconds since 1970 as Go prints `float64(nanoseconds) / 1e6`: `1772600767089.0122`.
    #[inline(always)]
    pub(crate) fn milliseconds(self, to: &mut Cursor<'_>) {
        let (millis, fraction) = rounded_milliseconds(self.nanos);
        // From 2006 to 2039 a float holds nanoseconds in steps of 256 and milliseconds in steps of 1/4096.
        if !(1_152_921_505..2_199_023_255).contains(&self.second) || millis >= 1_000 {
            return to.with(|out| self.unusual_milliseconds(out));
        }
        let ts = self.kept(&TS_SECOND, &TS, || ts(self.second));
        let whole = (Prefix16::<16>(&ts), &three_digits(millis));
        // Two branches, so that what follows has its place before these digits are known.
        match thousandths(fraction) {
            None => put(to, (whole, b".", &ten_thousandths(fraction))),
            Some(thousandths) => {
                let [a, b, c] = three_digits(thousandths);
                let len = match [a, b, c] {
                    [b'0', b'0', b'0'] => 0,
                    [_, b'0', b'0'] => 2,
                    [_, _, b'0'] => 3,
                    _ => 4,
                };
                put(to, (whole, Short8 { bytes: [b'.', a, b, c, 0, 0, 0, 0], len }));
            }
        }
    }

    /// The same by the rules, not by their outcome: for years that are not these, and for the end of a second.
    #[cold]
    #[inline(never)]
    fn unusual_milliseconds(self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"ts\":");
        number::plain_float(self.nanos() as f64 / 1e6, out);
    }
}

/// Puts pieces none of which can be wrong, even where there is no room.
#[inline(always)]
fn put(to: &mut Cursor<'_>, pieces: impl Pieces) {
    #[cold]
    #[inline(never)]
    fn make_room(out: &mut Vec<u8>) {
        out.reserve(512);
    }
    if !to.put(pieces) {
        to.with(make_room);
        let _ = to.put(pieces);
    }
}

/// Milliseconds of a second, up to 1,000, and 1/4096 of one, rounded as the conversion of nanoseconds since 1970 to a
/// float and its division by a million are: each to the nearest that a float can hold, and from the middle to the even one.
///
/// A second has a multiple of 512 nanoseconds, so that its own steps of 256 are those of the whole number. There are
/// 15,625/16,384 of such steps in 1/4096 of a millisecond, and none is in the middle between two of those.
#[inline(always)]
fn rounded_milliseconds(nanos: u32) -> (u32, u32) {
    let steps = (nanos + 127 + (nanos >> 8 & 1)) >> 8;
    let rounded = ((u64::from(steps) << 14) + 15_625 / 2) / 15_625;
    ((rounded >> 12) as u32, (rounded & 4_095) as u32)
}

/// The thousandths that are nearer to this many 1/4096 than to any other number of them, as a quarter of all have.
#[inline]
fn thousandths(fraction: u32) -> Option<u32> {
    let (nearest, rest) = ((fraction * 1_000 + 2_048) / 4_096, (fraction * 1_000 + 2_048) % 4_096);
    (rest.abs_diff(2_048) * 2 < 1_000).then_some(nearest)
}

/// The digits of the nearest ten-thousandths, which always tell one 1/4096 from another. The last is no zero where
/// [`thousandths`] do not.
#[inline]
fn ten_thousandths(fraction: u32) -> [u8; 4] {
    let nearest = (fraction * 10_000 + 2_048) / 4_096;
    let ([a, b], [c, d]) = (two_digits(nearest / 100), two_digits(nearest % 100));
    [a, b, c, d]
}

/// `042` of 42; for numbers below 1,000.
#[inline]
fn three_digits(value: u32) -> [u8; 3] {
    let [a, b] = two_digits(value / 10);
    [a, b, b'0' + (value % 10) as u8]
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

/// `{"ts":` and the ten digits of a second after 2001; of others nothing is asked.
#[cold]
#[inline(never)]
fn ts(second: i64) -> OfSecond {
    let mut ts = *b"{\"ts\":0000000000";
    let mut rest = second.unsigned_abs();
    for digit in ts[6..].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    ts
}

#[cold]
#[inline(never)]
fn prefix(second: i64, offset: i32) -> OfSecond {
    let time = Civil::at(second + i64::from(offset));
    let two = |value: u8| [b'0' + value / 10, b'0' + value % 10];
    let ([m1, m2], [d1, d2]) = (two(time.month), two(time.day));
    let ([h1, h2], [n1, n2], [s1, s2]) = (two(time.hour), two(time.minute), two(time.second));
    [m1, m2, d1, d2, b' ', h1, h2, b':', n1, n2, b':', s1, s2, b'.', b' ', b' ']
}
