//! Sizes as Kubernetes writes them: `512`, `1k`, `64Ki`, `1.5Mi`.

use std::{fmt, str::FromStr};

/// A whole number of bytes read from a Kubernetes quantity (`apimachinery/pkg/api/resource`).
///
/// Fractions are rounded away from zero. What does not fit becomes 2⁶³ − 1, or minus that. It is printed in bytes: the
/// spelling is not kept.
///
/// ```
/// let quantity: klog::config::Quantity = "1.5Ki".parse()?;
/// assert_eq!(quantity.bytes(), 1536);
/// assert_eq!("1K".parse::<klog::config::Quantity>().unwrap_err().to_string(), "unable to parse quantity's suffix");
/// # Ok::<(), klog::config::ParseQuantityError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

impl Quantity {
    /// A quantity of `bytes`.
    ///
    /// ```
    /// assert_eq!("2Ki".parse(), Ok(klog::config::Quantity::from_bytes(2048)));
    /// ```
    pub const fn from_bytes(bytes: i64) -> Self {
        Quantity(bytes)
    }

    /// Its bytes.
    ///
    /// ```
    /// assert_eq!(klog::config::Quantity::from_bytes(512).bytes(), 512);
    /// ```
    pub const fn bytes(self) -> i64 {
        self.0
    }
}

/// Why a text is no quantity, in Kubernetes' words.
///
/// ```
/// use klog::config::{ParseQuantityError, Quantity};
///
/// assert_eq!("1K".parse::<Quantity>(), Err(ParseQuantityError::Suffix));
/// assert_eq!("1 Ki".parse::<Quantity>(), Err(ParseQuantityError::Format));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseQuantityError {
    /// It does not look like a number with a suffix.
    Format,
    /// The suffix is unknown.
    Suffix,
}

impl fmt::Display for ParseQuantityError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ParseQuantityError::Format => {
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            ParseQuantityError::Suffix => "unable to parse quantity's suffix",
        })
    }
}

impl std::error::Error for ParseQuantityError {}

impl FromStr for Quantity {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        let (negative, rest) = match text.as_bytes() {
            [b'-', ..] => (true, &text[1..]),
            [b'+', ..] => (false, &text[1..]),
            _ => (false, text),
        };
        let end =
            rest.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(rest.len());
        let (number, suffix) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if number.is_empty()
            || fraction.contains('.')
            || whole.len() + fraction.len() == 0
            || !fits(suffix)
        {
            return Err(ParseQuantityError::Format);
        }
        let scale = scale(suffix).ok_or(ParseQuantityError::Suffix)?;
        let magnitude = i64::try_from(magnitude(whole, fraction, scale)).unwrap_or(i64::MAX);
        Ok(Quantity(if negative { -magnitude } else { magnitude }))
    }
}

/// `[eEinumkKMGTP]*[-+]?[0-9]*`
fn fits(suffix: &str) -> bool {
    let rest = suffix.trim_start_matches(|char| "eEinumkKMGTP".contains(char));
    rest.strip_prefix(['-', '+']).unwrap_or(rest).bytes().all(|byte| byte.is_ascii_digit())
}

/// What a suffix multiplies by.
#[derive(Clone, Copy)]
enum Scale {
    /// This power of ten.
    Decimal(i32),
    /// This power of two, at most 60.
    Binary(u32),
}

fn scale(suffix: &str) -> Option<Scale> {
    Some(match suffix {
        "" => Scale::Decimal(0),
        "n" => Scale::Decimal(-9),
        "u" => Scale::Decimal(-6),
        "m" => Scale::Decimal(-3),
        "k" => Scale::Decimal(3),
        "M" => Scale::Decimal(6),
        "G" => Scale::Decimal(9),
        "T" => Scale::Decimal(12),
        "P" => Scale::Decimal(15),
        "E" => Scale::Decimal(18),
        "Ki" => Scale::Binary(10),
        "Mi" => Scale::Binary(20),
        "Gi" => Scale::Binary(30),
        "Ti" => Scale::Binary(40),
        "Pi" => Scale::Binary(50),
        "Ei" => Scale::Binary(60),
        _ => Scale::Decimal(suffix.strip_prefix(['e', 'E'])?.parse().ok()?),
    })
}

/// `whole.fraction × scale`, rounded up, exact for any number of digits; at most `u128::MAX`.
fn magnitude(whole: &str, fraction: &str, scale: Scale) -> u128 {
    let (integer, is_rest) = match scale {
        Scale::Decimal(exponent) => shifted_point(whole, fraction, exponent),
        Scale::Binary(exponent) => multiplied(whole, fraction, 1 << exponent),
    };
    integer.saturating_add(u128::from(is_rest))
}

/// The integer before the point after moving it by `exponent` digits, and whether anything but zeros is left after it.
fn shifted_point(whole: &str, fraction: &str, exponent: i32) -> (u128, bool) {
    let mut digits = whole.bytes().chain(fraction.bytes());
    let mut integer = 0_u128;
    for _ in 0..whole.len() as i64 + i64::from(exponent) {
        let digit = digits.next();
        // Zeros that the exponent appends change nothing any more.
        if digit.is_none() && (integer == 0 || integer == u128::MAX) {
            break;
        }
        integer = push(integer, digit.unwrap_or(b'0'));
    }
    // A point left of the first digit leaves all of them after it.
    (integer, digits.any(|digit| digit != b'0'))
}

/// The integer part of a product, and whether it has a fraction: multiplication as on paper, from the last digit on.
fn multiplied(whole: &str, fraction: &str, factor: u128) -> (u128, bool) {
    let (mut carry, mut is_rest) = (0_u128, false);
    for digit in fraction.bytes().rev() {
        carry += u128::from(digit - b'0') * factor;
        is_rest |= carry % 10 != 0;
        carry /= 10;
    }
    let integer = whole.bytes().fold(0, push);
    (integer.saturating_mul(factor).saturating_add(carry), is_rest)
}

fn push(integer: u128, digit: u8) -> u128 {
    integer.saturating_mul(10).saturating_add(u128::from(digit - b'0'))
}

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
