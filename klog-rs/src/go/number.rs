//! Numbers as Go prints them.

use crate::raw::append;

/// Appends a decimal integer.
#[inline]
pub(crate) fn integer(value: impl itoa::Integer, out: &mut Vec<u8>) {
    append(out, itoa::Buffer::new().format(value).as_bytes());
}

/// Calls `f` with the decimal digits of a number.
#[inline(always)]
pub(crate) fn with_digits<R>(value: u64, f: impl FnOnce(&[u8]) -> R) -> R {
    // Counters and levels mostly have one.
    if value < 10 {
        f(&[b'0' + value as u8])
    } else {
        f(itoa::Buffer::new().format(value).as_bytes())
    }
}

/// Appends a finite float as Go's `encoding/json`: shortest digits, exponents as `1e+21` and `1.5e-7`.
pub(crate) fn json_float(value: impl Float, out: &mut Vec<u8>) {
    let magnitude = value.magnitude();
    if magnitude != 0.0 && !(value.lower_limit()..value.upper_limit()).contains(&magnitude) {
        let (negative, digits, exponent) = value.digits();
        if negative {
            out.push(b'-');
        }
        let digits = digits.as_bytes();
        out.push(digits[0]);
        if digits.len() > 1 {
            out.push(b'.');
            out.extend_from_slice(&digits[1..]);
        }
        out.push(b'e');
        out.push(if exponent < 1 { b'-' } else { b'+' });
        integer((exponent - 1).unsigned_abs(), out);
    } else {
        plain_float(value, out);
    }
}

/// Appends a finite float with shortest digits and never an exponent, as zap prints it.
pub(crate) fn plain_float(value: impl Float, out: &mut Vec<u8>) {
    let (negative, digits, exponent) = value.digits();
    if negative {
        out.push(b'-');
    }
    let digits = digits.as_bytes();
    if exponent <= 0 {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', exponent.unsigned_abs() as usize));
        out.extend_from_slice(digits);
    } else if exponent as usize >= digits.len() {
        out.extend_from_slice(digits);
        out.extend(std::iter::repeat_n(b'0', exponent as usize - digits.len()));
    } else {
        out.extend_from_slice(&digits[..exponent as usize]);
        out.push(b'.');
        out.extend_from_slice(&digits[exponent as usize..]);
    }
}

/// Significant digits without trailing zeros, at most 17.
pub(crate) struct Digits {
    bytes: [u8; 24],
    len: usize,
}

impl Digits {
    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// `f32` or `f64`.
pub(crate) trait Float: Copy {
    /// Sign, shortest digits `d1d2…`, and the exponent `e` of `0.d1d2… × 10^e`; zero is digit `0` with exponent 1.
    fn digits(self) -> (bool, Digits, i32);
    fn magnitude(self) -> f64;
    /// Go's `encoding/json` switches to an exponent below this …
    fn lower_limit(self) -> f64;
    /// … and from this on; both in the float's own width.
    fn upper_limit(self) -> f64;
}

impl Float for f64 {
    fn digits(self) -> (bool, Digits, i32) {
        parse(zmij::Buffer::new().format_finite(self))
    }

    fn magnitude(self) -> f64 {
        self.abs()
    }

    fn lower_limit(self) -> f64 {
        1e-6
    }

    fn upper_limit(self) -> f64 {
        1e21
    }
}

impl Float for f32 {
    fn digits(self) -> (bool, Digits, i32) {
        parse(zmij::Buffer::new().format_finite(self))
    }

    fn magnitude(self) -> f64 {
        f64::from(self.abs())
    }

    fn lower_limit(self) -> f64 {
        f64::from(1e-6_f32)
    }

    fn upper_limit(self) -> f64 {
        f64::from(1e21_f32)
    }
}

/// Takes `-12.5`, `1e21`, `1.5e-7` apart.
fn parse(text: &str) -> (bool, Digits, i32) {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = Digits { bytes: [0; 24], len: 0 };
    let mut point = whole.len() as i32 + exponent;
    for byte in whole.bytes().chain(fraction.bytes()) {
        if digits.len == 0 && byte == b'0' {
            point -= 1;
        } else if digits.len < digits.bytes.len() {
            digits.bytes[digits.len] = byte;
            digits.len += 1;
        }
    }
    while digits.len > 0 && digits.bytes[digits.len - 1] == b'0' {
        digits.len -= 1;
    }
    if digits.len == 0 {
        digits.bytes[0] = b'0';
        digits.len = 1;
        point = 1;
    }
    (negative, digits, point)
}

/// Appends nanoseconds as Go's `time.Duration` prints itself: `0s`, `1.5µs`, `1m30s`, `25h3m4.005s`.
pub(crate) fn duration(nanos: i64, out: &mut Vec<u8>) {
    let mut rest = nanos.unsigned_abs();
    if nanos < 0 {
        out.push(b'-');
    }
    let fraction = |whole: u64, part: u64, unit: u64, suffix: &str, out: &mut Vec<u8>| {
        integer(whole, out);
        if part > 0 {
            out.push(b'.');
            let (mut part, mut scale) = (part, unit / 10);
            while part > 0 {
                out.push(b'0' + (part / scale) as u8);
                part %= scale;
                scale /= 10;
            }
        }
        out.extend_from_slice(suffix.as_bytes());
    };
    match rest {
        0 => out.extend_from_slice(b"0s"),
        1..=999 => fraction(rest, 0, 1, "ns", out),
        1_000..=999_999 => fraction(rest / 1_000, rest % 1_000, 1_000, "µs", out),
        1_000_000..=999_999_999 => {
            fraction(rest / 1_000_000, rest % 1_000_000, 1_000_000, "ms", out);
        }
        _ => {
            let hours = rest / 3_600_000_000_000;
            rest %= 3_600_000_000_000;
            let minutes = rest / 60_000_000_000;
            rest %= 60_000_000_000;
            if hours > 0 {
                integer(hours, out);
                out.push(b'h');
            }
            if hours > 0 || minutes > 0 {
                integer(minutes, out);
                out.push(b'm');
            }
            fraction(rest / 1_000_000_000, rest % 1_000_000_000, 1_000_000_000, "s", out);
        }
    }
}

/// Go's names of floats that are no numbers.
pub(crate) fn non_finite(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    }
}
