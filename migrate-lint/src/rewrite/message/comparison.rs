//! What compares two values with a sign, said in words: `epoch {} < {}` → `epoch is less than current epoch`.

use super::line::Line;
use super::tag::Tag;
use crate::rewrite::words;

/// What each sign says of one value beside the other.
const SAID: &[(&str, &str)] = &[
    ("!=", "does not match"),
    ("==", "equals"),
    ("<", "is less than"),
    ("<=", "is at most"),
    (">", "is greater than"),
    (">=", "is at least"),
];

impl Line<'_> {
    /// Puts words in the places of signs between values; says whether each value beside one has a name.
    pub(super) fn comparisons(&mut self) -> bool {
        (0..self.len()).all(|at| self.comparison(at))
    }

    fn comparison(&mut self, at: usize) -> bool {
        let Some((sign, end)) = self.comparing(at) else { return true };
        let Some((_, said)) = SAID.iter().find(|(known, _)| *known == sign) else { return true };
        let Some(first) = self.left(at).filter(|first| self.hole(*first).is_some()) else {
            return true;
        };
        let Some(next) = self.right(end) else { return true };
        let label = self.leading_noun(first);
        if !self.is_called(first, label) {
            return false;
        }
        // `!= expected {}`, `!= batch_id: {}`.
        let words_after: Vec<usize> = std::iter::successors(Some(next), |at| self.right(*at))
            .take_while(|at| self.word(*at).is_some())
            .collect();
        let after = words_after.last().map_or(Some(next), |last| self.right(*last));
        let sign_after = after.filter(|after| matches!(self.separator(*after), Some(":" | "=")));
        let second = match sign_after {
            Some(sign) => self.right(sign),
            None => after,
        };
        let Some(second) = second.filter(|second| self.hole(*second).is_some()) else {
            return false;
        };
        let is_plural = label
            .and_then(|label| self.word(label))
            .is_some_and(|label| !label.contains('_') && words::singular(label).is_some());
        let said = match (is_plural, sign.as_str()) {
            (true, "!=") => "do not match",
            (true, _) => return false,
            _ => said,
        };
        if words_after.is_empty() && (is_plural || !self.is_called(second, None)) {
            if sign != "!=" {
                return false;
            }
            self.remove_hole(second);
        } else if !words_after.is_empty() {
            self.remove_hole(second);
        }
        sign_after.into_iter().for_each(|sign| self.remove(sign));
        self.put_word(at, said.to_owned());
        self.tags[at] = Tag::Verb;
        (at + 1..=end).for_each(|at| self.remove(at));
        true
    }

    /// The sign at a place that compares, and where it ends.
    fn comparing(&self, at: usize) -> Option<(String, usize)> {
        let sign = self.separator(at).or_else(|| self.word(at))?;
        match sign {
            "!=" | "==" => Some((sign.to_owned(), at)),
            "<" | ">" if self.separator(at + 1) == Some("=") => Some((format!("{sign}="), at + 1)),
            "<" | ">" => Some((sign.to_owned(), at)),
            _ => None,
        }
    }

    /// The noun that leads to a value, with or without a sign.
    fn leading_noun(&mut self, hole: usize) -> Option<usize> {
        let before = self.left(hole)?;
        let noun = match self.separator(before) {
            Some(":" | "=") => self.left(before)?,
            _ => before,
        };
        let is_noun = self.word(noun).is_some() && self.tag(noun) == Tag::Noun;
        if is_noun && noun != before {
            self.remove(before);
        }
        is_noun.then_some(noun)
    }

    /// Removes a value that a noun leads to, or puts its name there.
    fn is_called(&mut self, at: usize, noun: Option<usize>) -> bool {
        let Some(hole) = self.hole(at) else { return false };
        if noun.is_some() {
            self.remove_hole(at);
            return true;
        }
        let name = self.nouns[hole].clone();
        self.say(at, hole, &name)
    }

    fn remove_hole(&mut self, at: usize) {
        if let Some(hole) = self.hole(at) {
            self.hints[hole].is_placed = true;
            self.remove(at);
        }
    }
}
