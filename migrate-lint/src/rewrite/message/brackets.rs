//! What encloses values: quotes and brackets.

use super::line::Line;
use super::tag::Tag;
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// Quotes around values go.
    pub(super) fn quotes(&mut self) {
        let mut open: Option<(usize, char)> = None;
        for at in 0..self.len() {
            let Some(&Token::Quote(quote)) = self.token(at) else { continue };
            match open {
                Some((start, char)) if char == quote => {
                    if let Some(hole) = (start..at).find_map(|at| self.hole(at)) {
                        // `{} name` in quotes is one thing.
                        self.hints[hole].is_missed |= (start..at).any(|at| self.word(at).is_some());
                        self.remove(start);
                        self.remove(at);
                    }
                    open = None;
                }
                _ => open = Some((at, quote)),
            }
        }
    }

    /// Brackets that hold values and their labels only go with them.
    pub(super) fn brackets(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for at in 0..self.len() {
            match self.token(at) {
                Some(Token::Open(_)) => open.push(at),
                Some(Token::Close(_)) => {
                    if let Some(start) = open.pop() {
                        self.bracket(start, at);
                    }
                }
                _ => {}
            }
        }
    }

    fn bracket(&mut self, start: usize, end: usize) {
        if !(start..end).any(|at| self.hole(at).is_some()) {
            return;
        }
        // `at [{} -> {}]`, `files: [{}]`: what precedes the bracket leads to the values in it.
        let leads = self.left(start).is_some_and(|before| match self.token(before) {
            Some(Token::Word(word)) => words::is_preposition(word),
            Some(Token::Separator(separator)) => matches!(separator.as_str(), ":" | "="),
            _ => false,
        });
        let has_values_alone = (start + 1..end).all(|at| match self.token(at) {
            None | Some(Token::Space | Token::Hole(_)) => true,
            Some(Token::Separator(separator)) => separator != "...",
            _ => false,
        });
        if leads && has_values_alone {
            self.remove(start);
            self.remove(end);
            return;
        }
        let mut clauses: Vec<(usize, usize)> = Vec::new();
        let mut from = start + 1;
        for at in start + 1..=end {
            if at == end || matches!(self.separator(at), Some("," | ";" | "|")) {
                clauses.push((from, at));
                from = at + 1;
            }
        }
        let serves = |line: &Self, &(from, to): &(usize, usize)| {
            let has_hole = (from..to).any(|at| line.hole(at).is_some());
            let n_words = (from..to)
                .filter_map(|at| line.word(at))
                .filter(|word| words::is_content(word) && !words::is_unit(word))
                .count();
            let has_verb = (from..to).any(|at| matches!(line.tag(at), Tag::Verb | Tag::Auxiliary));
            let has_hole_or_nothing = has_hole || n_words == 0;
            has_hole_or_nothing && (n_words <= 2 || !has_verb)
        };
        if has_values_alone {
            self.label_of_bracket(start, end);
        }
        if clauses.iter().all(|clause| serves(self, clause)) {
            for (from, to) in clauses {
                self.labels_of(from, to);
            }
            for at in start..=end {
                self.remove(at);
            }
            self.replace_by_space(start);
        }
    }

    /// `container({})`: the noun in front names what is in the bracket.
    fn label_of_bracket(&mut self, start: usize, end: usize) {
        let Some(hole) = (start..end).find_map(|at| self.hole(at)) else { return };
        self.hints[hole].is_bracketed = true;
        let phrase: Vec<usize> = self.phrase_before(start);
        if let Some(nouns) = self.nouns_ending(&phrase) {
            self.hints[hole].label = Some(nouns);
        }
    }

    /// Notes the labels of a clause that goes as a whole.
    fn labels_of(&mut self, from: usize, to: usize) {
        let mut label: Vec<String> = Vec::new();
        let mut last: Option<usize> = None;
        let mut sign = None;
        for at in from..to {
            if let Some(separator) = self.separator(at) {
                sign = Some(separator.to_owned());
            }
            match self.token(at).cloned() {
                Some(Token::Word(word)) => {
                    match last {
                        // `({} bytes)`.
                        Some(hole) if words::is_unit(&word) && label.is_empty() => {
                            self.hints[hole].unit.get_or_insert(word);
                        }
                        _ if words::is_unit(&word)
                            || matches!(word.as_str(), "0x" | "0X" | "0b") => {}
                        _ => label.push(word),
                    }
                }
                Some(Token::Hole(hole)) => {
                    // `(next to shelf {})` says where.
                    let is_place =
                        label.iter().any(|word| words::is_preposition(word) && word != "of");
                    let words: Vec<String> =
                        label.drain(..).filter(|word| words::is_content(word)).collect();
                    if !words.is_empty() && !is_place {
                        self.hints[hole].label = Some(words.join(" "));
                        self.hints[hole].is_explicit = true;
                    }
                    let is_range =
                        matches!(sign.take().as_deref(), Some("..." | "-" | "–" | "->" | "→"));
                    self.hints[hole].is_range_end = is_range && last.is_some();
                    last = Some(hole);
                }
                _ => {}
            }
        }
        if let Some(hole) = last.filter(|_| !label.is_empty()) {
            self.hints[hole].noun_after = Some(label.join(" "));
        }
    }
}
