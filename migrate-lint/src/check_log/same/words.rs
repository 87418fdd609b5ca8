//! The values that a message of before held, looked for in the entry that is structured now.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::fit::{self, Fault};
use super::waiting::Waiting;
use crate::{rewrite, work};

/// Keys whose names are searched for words of the old message.
const N_KEYS: usize = 1000;

/// Words of `Option` and `Result` as `Debug` prints them; a value is what is inside.
const WRAPPERS: [&str; 4] = ["Some", "None", "Ok", "Err"];

/// What the new entry lacks of the old one's values; none where the two are hardly the same statement.
pub(super) fn faults(old: &Waiting, new: &Waiting, vary: &[String]) -> Option<Vec<Fault>> {
    if !old.has_severity_of(new) {
        return None;
    }
    let before = atoms(&old.message);
    let now = atoms(&new.message);
    let rest = unmatched(&before, &now)?;
    let known = Known::of(new, vary);
    let mut faults = fit::faults(old, new, vary);
    for word in rest {
        if !known.has(word) {
            faults.push(Fault::Text(word.to_owned()));
        }
    }
    Some(faults)
}

/// The words of the old message that are not part of the new one; none where less than half of the new one's are there.
fn unmatched<'a>(before: &[&'a str], now: &[&str]) -> Option<Vec<&'a str>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, word) in before.iter().enumerate() {
        places.entry(word.to_lowercase()).or_default().push(place);
    }
    let mut rest = Vec::new();
    let (mut at, mut n_found) = (0, 0);
    for word in now {
        let places = places.get(&word.to_lowercase()).map_or(&[][..], Vec::as_slice);
        if let Some(place) = places.get(places.partition_point(|place| *place < at)) {
            rest.extend(&before[at..*place]);
            at = place + 1;
            n_found += 1;
        }
    }
    rest.extend(&before[at..]);
    let is_like = n_found * 2 >= now.len() && n_found > 0;
    is_like.then_some(rest)
}

/// What an entry says besides its message.
struct Known {
    words: HashSet<String>,
    /// In order.
    numbers: Vec<f64>,
    keys: Vec<String>,
    /// Values that are other ones in each run, by their shapes.
    shapes: HashSet<String>,
}

impl Known {
    fn of(entry: &Waiting, vary: &[String]) -> Self {
        let mut known = Self {
            words: HashSet::new(),
            numbers: Vec::new(),
            keys: Vec::new(),
            shapes: HashSet::new(),
        };
        for word in atoms(&entry.message) {
            known.words.insert(word.to_lowercase());
        }
        for (key, value) in &entry.pairs {
            if known.keys.len() < N_KEYS {
                known.keys.push(key.to_lowercase());
            }
            let text = text_of(value);
            for word in atoms(&text) {
                known.words.insert(word.to_lowercase());
                known.numbers.extend(word.parse().ok().filter(|number: &f64| number.is_finite()));
                if vary.contains(key) {
                    known.shapes.insert(shape(word));
                }
            }
        }
        known.numbers.sort_by(f64::total_cmp);
        known
    }

    fn has(&self, word: &str) -> bool {
        work::count(1 + self.keys.len());
        let lower = word.to_lowercase();
        self.words.contains(&lower)
            || WRAPPERS.contains(&word)
            || self.keys.iter().any(|key| key.contains(&lower))
            || self.has_number(word)
            || self.shapes.contains(&shape(word))
            || rewrite::is_function_word(word)
    }

    /// The same number with fewer digits, another base, or a unit that its key may say.
    fn has_number(&self, word: &str) -> bool {
        if let Some(digits) = word.strip_prefix("0x") {
            return u64::from_str_radix(digits, 16)
                .is_ok_and(|number| self.has_number_within(number as f64, 0.0));
        }
        let number = word.trim_end_matches(|c: char| c.is_alphabetic());
        let Ok(value) = number.parse::<f64>() else { return false };
        let n_digits = number.split_once('.').map_or(0, |(_, digits)| digits.len());
        let half = 0.5001 / 10_f64.powi(i32::try_from(n_digits).unwrap_or(i32::MAX));
        self.has_number_within(value, if n_digits == 0 { 0.0 } else { half })
    }

    fn has_number_within(&self, value: f64, distance: f64) -> bool {
        let next = self.numbers.partition_point(|known| *known < value - distance);
        self.numbers.get(next).is_some_and(|known| (known - value).abs() <= distance)
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Words, names, numbers and addresses of a text: `default/web` has two, `web-0` and `1.5s` are one.
fn atoms(text: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let trimmed = |word: &'_ str| {
        let end = word.trim_end_matches(['.', '-']).len();
        let start = word.len() - word.trim_start_matches(['.', '-']).len();
        // The sign of a number stays.
        let is_negative = start == 1
            && word.starts_with('-')
            && word[1..].starts_with(|c: char| c.is_ascii_digit());
        if is_negative { 0..end } else { start..end }
    };
    text.split(|c| !is_part(c))
        .filter_map(|word| word.get(trimmed(word)))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Digits in a row are one.
fn shape(word: &str) -> String {
    let mut shape = String::new();
    for c in word.chars() {
        let c = if c.is_ascii_digit() || c == '.' { '0' } else { c };
        if c != '0' || !shape.ends_with('0') {
            shape.push(c);
        }
    }
    shape
}
