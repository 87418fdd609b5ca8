//! Points in time as values: Go's `time.Time`.

use std::{
    io::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

use super::Value;
use crate::time::Civil;

/// Nanoseconds since 1970 and the zone's offset in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instant {
    pub(crate) nanos: i128,
    pub(crate) offset: i32,
}

impl From<SystemTime> for Instant {
    fn from(time: SystemTime) -> Self {
        let nanos = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => after.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        };
        Instant { nanos, offset: 0 }
    }
}

impl Instant {
    pub(crate) fn value(self) -> Value<'static> {
        Value::Time { nanos: self.nanos, offset: self.offset }
    }

    /// Appends the form of Go's `Time.String`: `2026-01-02 03:04:05.6 +0000 UTC`.
    pub(crate) fn go(self, out: &mut Vec<u8>) {
        let instant = self.within_limits();
        instant.date_and_time(' ', out);
        out.push(b' ');
        instant.zone("", out);
        out.push(b' ');
        if instant.offset == 0 {
            out.extend_from_slice(b"UTC");
        } else {
            instant.zone("", out);
        }
    }

    /// Appends RFC 3339 with as many decimals as needed: `2026-01-02T03:04:05.6Z`.
    pub(crate) fn rfc3339(self, out: &mut Vec<u8>) {
        let instant = self.within_limits();
        instant.date_and_time('T', out);
        if instant.offset == 0 {
            out.push(b'Z');
        } else {
            instant.zone(":", out);
        }
    }

    /// The same, or what is next to it in the years -9999 to 9999 of every zone; an offset of 26 hours or more is none.
    fn within_limits(self) -> Self {
        const FIRST: i128 = -377_705_023_201_000_000_000;
        const LAST: i128 = 253_402_207_200_999_999_999;
        let offset = if self.offset.unsigned_abs() < 26 * 3_600 { self.offset } else { 0 };
        Instant { nanos: self.nanos.clamp(FIRST, LAST), offset }
    }

    fn date_and_time(self, between: char, out: &mut Vec<u8>) {
        let second = self.nanos.div_euclid(1_000_000_000) as i64;
        let Civil { year, month, day, hour, minute, second } =
            Civil::at(second + i64::from(self.offset));
        if year < 0 {
            out.push(b'-');
        }
        let year = year.unsigned_abs();
        // Writing to a vector does not fail.
        let _ =
            write!(out, "{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}");
        let fraction = self.nanos.rem_euclid(1_000_000_000);
        if fraction > 0 {
            let _ = write!(out, ".{fraction:09}");
            while out.last() == Some(&b'0') {
                out.pop();
            }
        }
    }

    /// Appends hours and minutes, as `+05:30` with a colon.
    fn zone(self, colon: &str, out: &mut Vec<u8>) {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs() / 60;
        let _ = write!(out, "{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60);
    }
}
