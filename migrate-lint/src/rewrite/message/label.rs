//! Labels of values: `len: {}`, `len={}`, `…, size {}`.

use super::line::Line;
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// Removes `label:` and `label=` before a value; says whether a separator stood there.
    pub(super) fn label(&mut self, at: usize, hole: usize) -> bool {
        let mut separated = false;
        let mut last_separator = String::new();
        while let Some(before) = self.left(at) {
            let Some(separator) = self.separator(before) else { break };
            if matches!(separator, "." | "!" | "?" | "...") {
                break;
            }
            // A new clause begins with the value: `, {} splits left`.
            let goes_on = self
                .right(at)
                .and_then(|next| self.word(next))
                .is_some_and(|word| words::is_content(word) && !words::is_verb(word));
            if goes_on && matches!(separator, "," | ";") && self.left(before).is_some() {
                break;
            }
            last_separator = separator.to_owned();
            // A comma or semicolon between clauses goes only if nothing but the value follows.
            self.remove(before);
            separated = true;
        }
        if !separated {
            return false;
        }
        // The clause before the separator.
        let (mut words, boundary) = self.clause_before(at);
        if words.is_empty() {
            return true;
        }
        let text = |line: &Self, words: &[usize]| {
            words.iter().filter_map(|at| line.word(*at)).map(str::to_owned).collect::<Vec<_>>()
        };
        let is_first = boundary.is_none() && !self.has_gap_before(words[0]);
        let after_comma = boundary.is_some_and(|place| {
            matches!(self.tokens[place], Some(Token::Separator(_) | Token::Open(_)))
        });
        let is_glued = words
            .last()
            .is_some_and(|last| !(last + 1..at).any(|at| self.tokens[at] == Some(Token::Space)));
        if last_separator == "=" && (is_glued || !is_first || words.len() == 1) {
            let label = words.split_off(words.len() - 1);
            self.take_label(&text(self, &label), hole);
            label.iter().for_each(|at| self.remove(*at));
            return true;
        }
        if !matches!(last_separator.as_str(), ":" | "::" | "-" | "->" | "=>" | "=" | "—" | "–")
        {
            return true;
        }
        self.hints[hole].is_after_colon = true;
        let all = text(self, &words);
        let content: Vec<&String> = all.iter().filter(|word| words::is_content(word)).collect();
        let last_is_role = content.last().is_some_and(|word| words::is_role(word));
        let is_named = content.iter().any(|word| self.is_named(hole, word));
        let has_verb = content
            .iter()
            .any(|word| words::is_verb(word) && (*word == "failed" || !self.is_named(hole, word)));
        let is_label = if is_first {
            // The first clause is the message, unless it only names its value and more follows.
            all.len() == 1 && is_named && self.has_words_after(at)
        } else if after_comma {
            !has_verb && (content.len() <= 2 || content.len() <= 4 && (is_named || last_is_role))
        } else {
            let says_its_name = |word: &&String| words::is_role(word) || self.is_named(hole, word);
            content.len() <= 2 && content.iter().all(says_its_name) && !has_verb
        };
        // `base:{}`, `origin_product: {}`: the last word is the label, whatever is before it.
        let last_names =
            all.last().is_some_and(|word| self.is_named(hole, word) || words::is_role(word));
        let is_identifier =
            all.last().is_some_and(|word| word.contains('_') && self.is_named(hole, word));
        if is_first && all.len() > 1 && (is_glued && last_names || is_identifier) {
            let label = words.split_off(words.len() - 1);
            self.take_label(&text(self, &label), hole);
            label.iter().for_each(|at| self.remove(*at));
            return true;
        }
        if is_label {
            self.take_label(&all, hole);
            words.iter().for_each(|at| self.remove(*at));
            if let Some(place) = boundary.filter(|_| after_comma)
                && matches!(self.separator(place), Some("," | ";" | "-" | "|" | ":"))
            {
                self.remove(place);
            }
        } else if let [word] = &content[..] {
            self.hints[hole].label = Some((*word).clone());
        } else if let Some(word) = content.last() {
            self.hints[hole].label = Some((*word).clone());
        }
        true
    }

    /// `…, size {}`, `{} id {}`: a clause that only names its value goes.
    pub(super) fn clause_label(&mut self, at: usize, hole: usize) -> bool {
        let (words, boundary) = self.clause_before(at);
        let Some(&first) = words.first() else { return false };
        if boundary.is_none() && !self.has_gap_before(first) {
            return false;
        }
        let all: Vec<String> =
            words.iter().filter_map(|at| self.word(*at)).map(str::to_owned).collect();
        let content: Vec<&String> = all.iter().filter(|word| words::is_content(word)).collect();
        if content.is_empty()
            || content.len() > 3
            || content.iter().any(|word| words::is_verb(word))
        {
            return false;
        }
        let is_named = content.len() == all.len()
            && content.iter().all(|word| words::is_role(word) || self.is_named(hole, word));
        let separator = boundary.filter(|place| self.separator(*place).is_some());
        let is_label = match separator {
            Some(_) => content.len() <= 2,
            None => is_named && content.len() <= 2,
        };
        let ends = self.right(at).is_none_or(|next| {
            self.word(next).is_none_or(|word| {
                !words::is_verb(word) && !words::is_content(word) || separator.is_none()
            })
        });
        if !is_label || !ends {
            return false;
        }
        self.take_label(&all, hole);
        words.iter().for_each(|at| self.remove(*at));
        if let Some(place) =
            separator.filter(|place| matches!(self.separator(*place), Some("," | ";" | "-" | "|")))
        {
            self.remove(place);
        }
        true
    }

    fn take_label(&mut self, label: &[String], hole: usize) {
        let words: Vec<&str> =
            label.iter().map(String::as_str).filter(|word| words::is_content(word)).collect();
        if !words.is_empty() {
            self.hints[hole].label = Some(words.join(" "));
            self.hints[hole].is_explicit = true;
        }
    }
}
