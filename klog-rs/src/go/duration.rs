//! Durations as Go reads and prints them.

use std::{fmt, str::FromStr, time::Duration};

use super::number;

/// A duration of whole nanoseconds, as Go's `time.Duration`: at most 292 years either way.
///
/// ```
/// let duration: klog::config::GoDuration = "1m30.5s".parse()?;
/// assert_eq!(duration.nanoseconds(), 90_500_000_000);
/// assert_eq!(duration.to_string(), "1m30.5s");
/// # Ok::<(), klog::config::ParseDurationError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoDuration(i64);

impl GoDuration {
    /// A duration of `nanoseconds`.
    ///
    /// ```
    /// assert_eq!(klog::config::GoDuration::from_nanoseconds(1_500).to_string(), "1.5µs");
    /// ```
    pub const fn from_nanoseconds(nanoseconds: i64) -> Self {
        GoDuration(nanoseconds)
    }

    /// A duration of `seconds`; beyond 292 years it stays there.
    ///
    /// ```
    /// assert_eq!(klog::config::GoDuration::from_secs(90).to_string(), "1m30s");
    /// ```
    pub const fn from_secs(seconds: i64) -> Self {
        GoDuration(seconds.saturating_mul(1_000_000_000))
    }

    /// Its nanoseconds.
    ///
    /// ```
    /// assert_eq!(klog::config::GoDuration::from_secs(-1).nanoseconds(), -1_000_000_000);
    /// ```
    pub const fn nanoseconds(self) -> i64 {
        self.0
    }

    /// The duration, zero if it is negative.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// assert_eq!(klog::config::GoDuration::from_secs(5).to_std(), Duration::from_secs(5));
    /// assert_eq!(klog::config::GoDuration::from_secs(-5).to_std(), Duration::ZERO);
    /// ```
    pub fn to_std(self) -> Duration {
        Duration::from_nanos(u64::try_from(self.0).unwrap_or(0))
    }
}

/// Why a text is no duration, in Go's words.
///
/// ```
/// let error = "5".parse::<klog::config::GoDuration>().unwrap_err();
/// assert_eq!(error.to_string(), r#"time: missing unit in duration "5""#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseDurationError(String);

impl fmt::Display for ParseDurationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ParseDurationError {}

impl FromStr for GoDuration {
    type Err = ParseDurationError;

    /// Reads what Go's `time.ParseDuration` reads: `300ms`, `-1.5h`, `2h45m`, `0`.
    fn from_str(text: &str) -> Result<Self, ParseDurationError> {
        let invalid = || ParseDurationError(format!("time: invalid duration {}", quote(text)));
        let (negative, mut rest) = match text.as_bytes() {
            [b'-', ..] => (true, &text[1..]),
            [b'+', ..] => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "0" {
            return Ok(GoDuration(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let end = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
            let (whole, after) = rest.split_at(end);
            let (fraction, after) = match after.strip_prefix('.') {
                Some(after) => after.split_at(
                    after.find(|char: char| !char.is_ascii_digit()).unwrap_or(after.len()),
                ),
                None => ("", after),
            };
            if whole.is_empty() && fraction.is_empty() {
                return Err(invalid());
            }
            let end = after
                .find(|char: char| char == '.' || char.is_ascii_digit())
                .unwrap_or(after.len());
            let (unit, after) = after.split_at(end);
            if unit.is_empty() {
                return Err(ParseDurationError(format!(
                    "time: missing unit in duration {}",
                    quote(text)
                )));
            }
            let Some(scale) = scale(unit) else {
                let (unit, text) = (quote(unit), quote(text));
                return Err(ParseDurationError(format!(
                    "time: unknown unit {unit} in duration {text}"
                )));
            };
            let whole: u64 =
                if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
            let part = whole.checked_mul(scale).ok_or_else(invalid)?;
            total = total
                .checked_add(part)
                .and_then(|total| total.checked_add(scaled_fraction(fraction, scale)))
                .filter(|total| *total <= 1 << 63)
                .ok_or_else(invalid)?;
            rest = after;
        }
        if negative {
            Ok(GoDuration(0_i64.wrapping_sub_unsigned(total)))
        } else {
            i64::try_from(total).map(GoDuration).map_err(|_| invalid())
        }
    }
}

fn scale(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// `0.fraction × scale`, cut off. In floating point and with as many digits as Go takes: `0.3333333333333333333h` is 20
/// minutes there, and one nanosecond less in exact arithmetic.
fn scaled_fraction(fraction: &str, scale: u64) -> u64 {
    let (mut value, mut power) = (0_u64, 1_f64);
    for digit in fraction.bytes() {
        let next = value.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
        if value > i64::MAX as u64 / 10 || next > 1 << 63 {
            break;
        }
        value = next;
        power *= 10.0;
    }
    (value as f64 * (scale as f64 / power)) as u64
}

/// Quotes as Go's package `time` does, which knows no escapes but these.
fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            ' '..='\x7f' => quoted.push(char),
            _ => {
                for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                    quoted.push_str(&format!("\\x{byte:02x}"));
                }
            }
        }
    }
    quoted.push('"');
    quoted
}

impl fmt::Display for GoDuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        number::duration(self.0, &mut text);
        formatter.write_str(&String::from_utf8_lossy(&text))
    }
}
