//! Time of an entry, in the forms of both formats.
//!
//! The date and time down to the second are kept per thread, so that the usual line costs one reading of the clock and
//! six digits.

use std::{
    cell::Cell,
    sync::OnceLock,
    time::{SystemTime, UNIX_EPOCH},
};

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};

use crate::encode::number;

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
                let nanos = match SystemTime::now().duration_since(UNIX_EPOCH) {
                    // Until the year 2262.
                    Ok(since) => (since.as_secs() as i64)
                        .saturating_mul(1_000_000_000)
                        .saturating_add(i64::from(since.subsec_nanos())),
                    Err(before) => {
                        i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos)
                    }
                };
                Stamp { nanos, offset: None }
            }
            Clock::Fixed { nanos, offset } => Stamp { nanos, offset: Some(offset) },
        }
    }
}

/// Time of an entry.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub nanos: i64,
    /// Seconds east of UTC; `None` is the system's zone.
    offset: Option<i32>,
}

/// `0304 05:06:07.`
type Prefix = [u8; 14];

thread_local! {
    static LAST: Cell<(i64, Prefix)> = const { Cell::new((i64::MIN, [0; 14])) };
}

impl Stamp {
    /// Appends `0304 05:06:07.089012 `.
    #[inline]
    pub(crate) fn header(self, out: &mut Vec<u8>) {
        let second = self.nanos.div_euclid(1_000_000_000);
        let micros = (self.nanos.rem_euclid(1_000_000_000) / 1_000) as u32;
        let prefix = match self.offset {
            Some(offset) => prefix(second, offset),
            None => cached_prefix(second),
        };
        let mut bytes = [b' '; 21];
        bytes[..14].copy_from_slice(&prefix);
        let (high, low) = (micros / 1_000, micros % 1_000);
        bytes[14..17].copy_from_slice(&digits3(high));
        bytes[17..20].copy_from_slice(&digits3(low));
        out.extend_from_slice(&bytes);
    }

    /// Appends milliseconds since 1970 as Go prints `float64(nanoseconds) / 1e6`: `1772600767089.0122`.
    #[inline]
    pub(crate) fn milliseconds(self, out: &mut Vec<u8>) {
        let float = self.nanos as f64 / 1e6;
        // Between 2^40 and 2^41, which is from 2004 to 2039, a float holds 12 bits of the fraction.
        if (1_099_511_627_776.0..2_199_023_255_552.0).contains(&float) {
            let whole = float as u64;
            let fraction = ((float - whole as f64) * 4096.0) as u32;
            number::integer(whole, out);
            if fraction > 0 {
                decimals(fraction, out);
            }
        } else {
            number::plain_float(float, out);
        }
    }
}

/// Appends the shortest decimals that no other multiple of 1/4096 is as near to.
#[inline]
fn decimals(fraction: u32, out: &mut Vec<u8>) {
    let mut power = 10;
    for n_digits in 1..=4 {
        // The nearest decimal with this many digits, and whether it is nearer than half a step.
        let nearest = (fraction * power + 2048) / 4096;
        if (nearest * 4096).abs_diff(fraction * power) * 2 < power && nearest < power {
            let mut bytes = [b'.'; 5];
            let mut rest = nearest;
            for digit in (1..=n_digits).rev() {
                bytes[digit] = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            out.extend_from_slice(&bytes[..=n_digits]);
            return;
        }
        power *= 10;
    }
}

#[inline]
fn digits3(value: u32) -> [u8; 3] {
    [b'0' + (value / 100) as u8, b'0' + (value / 10 % 10) as u8, b'0' + (value % 10) as u8]
}

#[inline]
fn cached_prefix(second: i64) -> Prefix {
    LAST.try_with(|last| {
        let (cached, bytes) = last.get();
        if cached == second {
            return bytes;
        }
        let bytes = prefix(second, system_offset(second));
        last.set((second, bytes));
        bytes
    })
    .unwrap_or_else(|_| prefix(second, system_offset(second)))
}

/// Offset of the system's zone at this second.
#[cold]
fn system_offset(second: i64) -> i32 {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    let zone = ZONE.get_or_init(TimeZone::system);
    Timestamp::from_second(second).map_or(0, |time| zone.to_offset(time).seconds())
}

#[cold]
fn prefix(second: i64, offset: i32) -> Prefix {
    let time = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
    let time = Offset::from_seconds(offset).unwrap_or(Offset::UTC).to_datetime(time);
    let two = |value: i8| [b'0' + value as u8 / 10, b'0' + value as u8 % 10];
    let ([m1, m2], [d1, d2]) = (two(time.month()), two(time.day()));
    let ([h1, h2], [n1, n2], [s1, s2]) = (two(time.hour()), two(time.minute()), two(time.second()));
    [m1, m2, d1, d2, b' ', h1, h2, b':', n1, n2, b':', s1, s2, b'.']
}
