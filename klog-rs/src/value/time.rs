//! Points in time as values: Go's `time.Time`.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, tz::Offset};

use super::Value;

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
        let offset = format_offset(self.offset, "");
        let zone = if self.offset == 0 { "UTC" } else { &offset };
        self.write("%Y-%m-%d %H:%M:%S%.f", &format!(" {offset} {zone}"), out);
    }

    /// Appends RFC 3339 with as many decimals as needed: `2026-01-02T03:04:05.6Z`.
    pub(crate) fn rfc3339(self, out: &mut Vec<u8>) {
        let zone = if self.offset == 0 { "Z".to_owned() } else { format_offset(self.offset, ":") };
        self.write("%Y-%m-%dT%H:%M:%S%.f", &zone, out);
    }

    fn write(self, format: &str, zone: &str, out: &mut Vec<u8>) {
        let time = Timestamp::from_nanosecond(self.nanos).unwrap_or(if self.nanos < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        let offset = Offset::from_seconds(self.offset).unwrap_or(Offset::UTC);
        out.extend_from_slice(offset.to_datetime(time).strftime(format).to_string().as_bytes());
        out.extend_from_slice(zone.as_bytes());
    }
}

fn format_offset(seconds: i32, colon: &str) -> String {
    let (sign, minutes) = if seconds < 0 { ('-', -seconds / 60) } else { ('+', seconds / 60) };
    format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
}
