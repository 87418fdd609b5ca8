//! What a message says once its values have left, where it is something else than it said.

use super::super::key::Kind;
use super::super::keys::Key;
use super::super::lexicon::{self, Class};
use super::super::message::Hint;
use super::super::{RewriteValue, value, words};
use super::{Draft, Reasons};
use crate::call::Piece;
use crate::safety::Reason;

/// What has an error for its object.
const TAKES_ERROR: &str = "caught encountered experienced faced gave got hit met produced raised received reported \
    returned saw threw";

/// How large, long or old something is.
const MEASURES: &str = "away big broad deep early far heavy high large larger late long longer old older short slower \
    faster smaller tall thick wide young younger";

/// How far something has come.
const PROGRESS: &str = "complete done free full idle ready through";

impl Draft<'_> {
    pub(super) fn otherwise(&self, reasons: &mut Reasons) {
        let text = &self.stripped.text;
        let hints = &self.stripped.hints;
        let last = text.rsplit(' ').next().unwrap_or_default().to_lowercase();
        // `encryption is enabled: {enabled}` says that it is, also where it is not.
        let is_state = last.ends_with("ed") || lexicon::is(Class::Adjective, &last);
        let is_denied = |(hint, key): (&Hint, &Key)| {
            hint.is_after_colon && key.words.last().is_some_and(|word| *word == last)
        };
        let mut named = hints.iter().zip(&self.keys).filter(|pair| is_denied(*pair));
        let is_said_so = named.any(|(_, key)| is_state || asserts(text, &key.words));
        reasons.add(Reason::ObjectLost, is_said_so);
        // `pruned, forced: {}` of whether there is a lock, `snapshot exists: {is_there}`.
        let is_said = is_state || last == "exists" || words::is_third_person(&last);
        let is_flag = |(hint, value): (&Hint, &RewriteValue<'_>)| {
            let is_flag = value.name.as_ref().is_some_and(|name| name.kind == Kind::Flag);
            is_flag && hint.is_after_colon && !hint.is_explicit
        };
        reasons.add(Reason::ObjectLost, is_said && hints.iter().zip(&self.values).any(is_flag));
        // `rebuilding encountered: {error}`: what was encountered is the error.
        let has_error = self.error.is_some();
        reasons.add(Reason::ObjectLost, has_error && words::has(TAKES_ERROR, &last));
        // `connect to {}: {error}, try the next`: that it failed was said by the error in the middle.
        let says_failure = || text.split(|c: char| !c.is_alphanumeric()).any(words::says_failure);
        reasons.add(Reason::ObjectLost, self.goes_on_after_error() && !says_failure());
        // `When loading the shelf: {error}` says when, and the error what.
        let first = text.split(' ').next().unwrap_or_default();
        let is_when = words::has("after before if once when while", first) && !text.contains(',');
        reasons.add(Reason::NoPhrase, has_error && is_when);
        reasons.add(Reason::SentenceUnchecked, self.has_torn_tag());
        let is_measured = |pair: &[Piece]| is_measured(pair, text);
        reasons.add(Reason::ObjectLost, self.pieces.windows(2).any(is_measured));
        reasons.add(Reason::ListLeft, self.leaves_label_of_row());
        reasons.add(Reason::ObjectLost, self.pieces.windows(2).any(|pair| self.ends_halfway(pair)));
        reasons.add(Reason::SentenceUnchecked, self.pieces.windows(3).any(|row| self.tears(row)));
    }

    /// `label does not end with {suffix}`, `…, so the next one will be {next}`: the other half of the verb is gone.
    fn ends_halfway(&self, pair: &[Piece]) -> bool {
        const WITH: &str = "begin begins end ended ends start starts";
        let [Piece::Text(text), Piece::Hole(_)] = pair else { return false };
        let before = text.trim_end_matches(|c: char| !c.is_alphanumeric());
        let mut words = before.rsplit(' ');
        let (Some(last), Some(verb)) = (words.next(), words.next()) else { return false };
        let is_half = last == "with" && words::has(WITH, verb)
            || last == "be" && words::has("will would", verb) && self.stripped.text.contains(',');
        is_half && !self.stripped.text.contains(&format!("{verb} {last}"))
    }

    /// `depot: shelf {} (inner), shelf 53 (outer)`: what one of the brackets was said of is gone.
    fn tears(&self, row: &[Piece]) -> bool {
        let [Piece::Text(before), Piece::Hole(_), Piece::Text(after)] = row else { return false };
        let Some((inside, _)) = after.strip_prefix(" (").and_then(|rest| rest.split_once(')'))
        else {
            return false;
        };
        let bracket = format!("({inside})");
        let last = before.trim_end().rsplit(' ').next().unwrap_or_default().to_lowercase();
        let text = self.stripped.text.to_lowercase();
        let is_one_of_several = text.matches('(').count() > 1 && !inside.contains(' ');
        is_one_of_several
            && !last.is_empty()
            && text.contains(&bracket.to_lowercase())
            && !text.contains(&format!("{last} {}", bracket.to_lowercase()))
    }

    /// `total trays: {}, number of lost trays: {}`: a label of a row is left without its value.
    fn leaves_label_of_row(&self) -> bool {
        let labels = self.pieces.windows(2).filter_map(|pair| {
            let [Piece::Text(text), Piece::Hole(_)] = pair else { return None };
            text.trim_end().strip_suffix([':', '='])
        });
        // What no sign is before may be the message, or lead on to the value.
        let is_left = |label: &str| {
            label.rsplit_once([',', ';', '(', '[', '\n']).is_some_and(|(_, label)| {
                let label = label.trim();
                label.contains(' ') && self.stripped.text.contains(label)
            })
        };
        // `no room: available: {}` ends with one that says nothing alone.
        let last = self.stripped.text.rsplit_once(": ").map(|(_, last)| last.to_lowercase());
        let last = last.filter(|last| !last.contains(' ') && self.error.is_none());
        let ends = |label: &str| {
            let label = label.rsplit_once(':').map(|(_, label)| label.trim().to_lowercase());
            label.is_some() && label == last
        };
        labels.clone().any(ends) || labels.clone().count() > 1 && labels.clone().any(is_left)
    }

    /// Words follow the error.
    fn goes_on_after_error(&self) -> bool {
        let Some(error) = self.error.and_then(|error| self.values.get(error)) else { return false };
        let is_error = |piece: &Piece| match piece {
            Piece::Hole(hole) => value(self.call, hole).is_ok_and(|it| it.text == error.text),
            Piece::Text(_) => false,
        };
        let has_words = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(char::is_alphabetic));
        let at = self.pieces.iter().rposition(is_error);
        at.is_some_and(|at| self.pieces[at..].iter().any(has_words))
    }

    /// `<model name={}>: skipped`: its end is gone. The head of an arrow is none.
    fn has_torn_tag(&self) -> bool {
        let n_open = |text: &str| {
            let n_of = |sign: char| text.matches(sign).count();
            n_of('<').saturating_sub(n_of('>'))
        };
        let written = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Hole(_) => None,
        });
        n_open(&self.stripped.text) > n_open(&written.collect::<String>())
    }
}

/// `disk {}% full`, `node {} minutes old`: without the number it is full, or old.
fn is_measured(pair: &[Piece], text: &str) -> bool {
    let [Piece::Hole(_), Piece::Text(after)] = pair else { return false };
    let mut rest = after.trim_start();
    let is_percent = rest.starts_with('%');
    rest = rest.trim_start_matches('%').trim_start();
    let mut next = rest.split_ascii_whitespace();
    let mut word = next.next().unwrap_or_default();
    let has_unit = !is_percent && words::is_unit(word);
    let is_progress = is_percent || matches!(word, "percent" | "pct");
    if has_unit || is_progress && !is_percent {
        word = next.next().unwrap_or_default();
    }
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let is_left = text.split(' ').any(|left| left.eq_ignore_ascii_case(&word));
    is_progress && is_left && (words::has(PROGRESS, &word) || word.ends_with("ed"))
        || has_unit && words::has(MEASURES, &word)
}

/// `the rack can move: {can_move}`, `this is the last shift: {is_last_shift}`: that it is so is said by the value alone.
fn asserts(text: &str, key: &[String]) -> bool {
    let said: Vec<&str> = text.split(' ').collect();
    let is_asked = said.iter().any(|word| words::has("if when whether", word));
    let is_verb = |word: &&str| {
        let says = words::is_auxiliary(word) || words::is_copula(word) || words::is_modal(word);
        says && word.contains(char::is_lowercase) && !words::has("had has have", word)
    };
    let Some(verb) = said.iter().rposition(is_verb).filter(|_| !is_asked) else { return false };
    let rest: Vec<String> = said[verb + 1..].iter().map(|word| word.to_lowercase()).collect();
    let is_said = |word: &String| word == said[verb] || rest.contains(word);
    !rest.iter().any(|word| words::is_preposition(word))
        && key.iter().all(|word| is_said(word) || words::has("are can is should was", word))
}

/// `{count} rows > limit {limit}`: which one is the larger is lost; in brackets it is not what the sentence says.
pub(super) fn is_compared(pieces: &[Piece]) -> bool {
    let mut depth = 0_usize;
    let mut holes = 0_usize;
    let n_holes = pieces.iter().filter(|piece| matches!(piece, Piece::Hole(_))).count();
    // `hash mismatch: {} != {}` says it in words.
    let says_so = pieces.iter().any(|piece| match piece {
        Piece::Text(text) => text.split(' ').any(|word| {
            let word = word.to_lowercase();
            [
                "conflict",
                "differ",
                "inconsist",
                "invalid",
                "mismatch",
                "not",
                "unequal",
                "unexpected",
                "wrong",
            ]
            .iter()
            .any(|begin| word.starts_with(begin))
        }),
        Piece::Hole(_) => false,
    });
    !says_so
        && pieces.iter().any(|piece| match piece {
            Piece::Hole(_) => {
                holes += 1;
                false
            }
            Piece::Text(text) => text.split_whitespace().any(|word| {
                depth = (depth + word.matches(['(', '[']).count())
                    .saturating_sub(word.matches([')', ']']).count());
                let is_sign = matches!(word, ">" | "<" | ">=" | "<=" | "==" | "!=");
                is_sign && depth == 0 && holes > 0 && holes < n_holes
            }),
        })
}
