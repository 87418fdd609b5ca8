//! Sizes as Kubernetes writes them: `512`, `1k`, `64Ki`, `1.5Mi`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A whole number of bytes read from a Kubernetes quantity (`apimachinery/pkg/api/resource`).
///
/// Fractions are rounded away from zero and what does not fit is the largest number that does.
///
/// ```
/// let quantity: klog::Quantity = "1.5Ki".parse()?;
/// assert_eq!(quantity.bytes(), 1536);
/// assert_eq!("1K".parse::<klog::Quantity>().unwrap_err().to_string(), "unable to parse quantity's suffix");
/// # Ok::<(), klog::ParseQuantityError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

impl Quantity {
    /// A quantity of `bytes`.
    pub const fn from_bytes(bytes: i64) -> Self {
        Quantity(bytes)
    }

    /// Its bytes.
    pub const fn bytes(self) -> i64 {
        self.0
    }
}

/// Why a text is no quantity, in Kubernetes' words.
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
        let (base, exponent) = scale(suffix).ok_or(ParseQuantityError::Suffix)?;
        let magnitude = magnitude(whole, fraction, base, exponent);
        Ok(Quantity(match (negative, magnitude) {
            (false, magnitude) => i64::try_from(magnitude).unwrap_or(i64::MAX),
            (true, magnitude) => i64::try_from(magnitude).map_or(i64::MIN, |magnitude| -magnitude),
        }))
    }
}

/// `[eEinumkKMGTP]*[-+]?[0-9]*`
fn fits(suffix: &str) -> bool {
    let rest = suffix.trim_start_matches(|char| "eEinumkKMGTP".contains(char));
    rest.strip_prefix(['-', '+']).unwrap_or(rest).bytes().all(|byte| byte.is_ascii_digit())
}

/// Base and exponent that a suffix stands for.
fn scale(suffix: &str) -> Option<(u128, i32)> {
    Some(match suffix {
        "" => (10, 0),
        "n" => (10, -9),
        "u" => (10, -6),
        "m" => (10, -3),
        "k" => (10, 3),
        "M" => (10, 6),
        "G" => (10, 9),
        "T" => (10, 12),
        "P" => (10, 15),
        "E" => (10, 18),
        "Ki" => (2, 10),
        "Mi" => (2, 20),
        "Gi" => (2, 30),
        "Ti" => (2, 40),
        "Pi" => (2, 50),
        "Ei" => (2, 60),
        _ => (10, suffix.strip_prefix(['e', 'E'])?.parse().ok()?),
    })
}

/// `whole.fraction × base^exponent`, rounded up, at most `u128::MAX`.
fn magnitude(whole: &str, fraction: &str, base: u128, exponent: i32) -> u128 {
    let mut digits = 0_u128;
    let (mut n_kept, mut is_rest) = (0_i32, false);
    // 30 digits are more than 64 bits need; a digit beyond counts only as "not zero".
    for (index, digit) in whole.bytes().chain(fraction.bytes()).enumerate() {
        if digits < 10_u128.pow(30) {
            digits = digits * 10 + u128::from(digit - b'0');
            n_kept = index as i32 + 1;
        } else {
            is_rest |= digit != b'0';
        }
    }
    if digits == 0 {
        return u128::from(is_rest);
    }
    let decimal = whole.len() as i32 - n_kept;
    let (numerator, denominator) = if base == 2 { (1_u128 << exponent, 1) } else { (1, 1) };
    let decimal = decimal.saturating_add(if base == 10 { exponent } else { 0 });
    let power = |exponent: u32| 10_u128.checked_pow(exponent);
    let (numerator, denominator) = if decimal >= 0 {
        (
            power(decimal.unsigned_abs()).and_then(|power| power.checked_mul(numerator)),
            Some(denominator),
        )
    } else {
        (Some(numerator), power(decimal.unsigned_abs()))
    };
    let Some(denominator) = denominator else { return 1 };
    match numerator.and_then(|numerator| digits.checked_mul(numerator)) {
        Some(product) => product.div_ceil(denominator).max(u128::from(is_rest)),
        // A product of this size is beyond 64 bits after any division that is left to do.
        None => (digits / denominator).saturating_mul(numerator.unwrap_or(u128::MAX)),
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Quantity;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a quantity like \"64Ki\", or bytes")
            }

            fn visit_i64<E: de::Error>(self, bytes: i64) -> Result<Quantity, E> {
                Ok(Quantity(bytes))
            }

            fn visit_u64<E: de::Error>(self, bytes: u64) -> Result<Quantity, E> {
                Ok(Quantity(i64::try_from(bytes).unwrap_or(i64::MAX)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Quantity, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
