//! What encloses values: quotes and brackets.

use super::line::Line;
use super::tag::Tag;
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// Quotes around values go.
    pub(super) fn quotes(&mut self) {
        self.fences();
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

    /// ```` ```\n$ {}\n``` ````: the fence around a command, and its prompt.
    fn fences(&mut self) {
        let is_fence = |line: &Self, at: usize| {
            (at..at + 3).all(|at| line.token(at) == Some(&Token::Quote('`')))
        };
        let mut open = None;
        let mut at = 0;
        while at + 3 <= self.len() {
            if !is_fence(self, at) {
                at += 1;
                continue;
            }
            if let Some(start) = open.replace(at)
                && let Some(hole) = (start..at).find(|at| self.hole(*at).is_some())
            {
                open = None;
                for at in [start..start + 3, at..at + 3].into_iter().flatten() {
                    self.remove(at);
                }
                if let Some(prompt) = self.left(hole).filter(|prompt| {
                    *prompt > start
                        && (self.word(*prompt) == Some("$") || self.separator(*prompt) == Some("$"))
                }) {
                    self.remove(prompt);
                }
            }
            at += 3;
        }
    }

    /// `[rail_id]={}`: the brackets around the label say nothing.
    pub(super) fn bracketed_labels(&mut self) {
        for at in 0..self.len() {
            if !matches!(self.token(at), Some(Token::Open('['))) {
                continue;
            }
            let Some(word) = self.right(at).filter(|word| self.word(*word).is_some()) else {
                continue;
            };
            let close = self.right(word);
            let sign = close.and_then(|close| self.right(close));
            let is_label = matches!(close.and_then(|at| self.token(at)), Some(Token::Close(']')))
                && sign.is_some_and(|sign| {
                    self.separator(sign) == Some("=")
                        && self.right(sign).is_some_and(|next| self.hole(next).is_some())
                });
            if is_label {
                self.remove(at);
                close.into_iter().for_each(|close| self.remove(close));
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
            // `pool[{}].grow()` is one name.
            let goes_on = self.written.get(end + 1).is_some_and(|next| match next {
                Token::Word(word) => word.starts_with('.'),
                Token::Separator(sign) => sign == ".",
                _ => false,
            });
            if !goes_on {
                self.replace_by_space(start);
            }
            return;
        }
        // `({} lids, unlocked)`: what is counted goes with the number, what is said stays.
        let has_hole =
            |line: &Self, (from, to): (usize, usize)| (from..to).any(|at| line.hole(at).is_some());
        let (values, words): (Vec<_>, Vec<_>) =
            clauses.into_iter().partition(|clause| has_hole(self, *clause));
        let is_counted = |line: &Self, (from, to): (usize, usize)| {
            let mut left = (from..to).filter(|at| !line.is_left_or_space(*at));
            left.next().is_some_and(|at| line.hole(at).is_some())
                && left.all(|at| line.word(at).is_some() && line.hole(at).is_none())
        };
        if words.is_empty()
            || !values.iter().all(|clause| serves(self, clause))
            || !values.iter().any(|clause| is_counted(self, *clause))
        {
            return;
        }
        for (from, to) in values {
            self.labels_of(from, to);
            (from..to).for_each(|at| self.remove(at));
        }
        for comma in start + 1..end {
            let is_lone = matches!(self.separator(comma), Some("," | ";" | "|"))
                && (self.left(comma) == Some(start)
                    || self.right(comma).is_none_or(|next| next == end)
                    || self.right(comma).is_some_and(|next| self.separator(next).is_some()));
            if is_lone {
                self.remove(comma);
            }
        }
    }

    /// `container({})`: the noun in front names what is in the bracket.
    fn label_of_bracket(&mut self, start: usize, end: usize) {
        let Some(hole) = (start..end).find_map(|at| self.hole(at)) else { return };
        self.hints[hole].is_bracketed = true;
        let phrase: Vec<usize> = self.phrase_before(start);
        // `BoundedText({n})`: how long it may be, and no text.
        let is_of_type =
            start.checked_sub(1).and_then(|before| self.word(before)).is_some_and(|word| {
                words::split(word).len() > 1 && word.starts_with(char::is_uppercase)
            });
        const AMOUNTS: &str = "bits bound bytes cap capacity count len length limit max min n num precision scale size width x";
        if is_of_type && matches!(&self.names[hole][..], [.., name] if words::has(AMOUNTS, name)) {
            return;
        }
        if let Some(nouns) = self.nouns_ending(&phrase) {
            self.hints[hole].label = Some(nouns);
        }
    }

    /// `cap={}×{}={}`: the label is that of the result.
    fn result_of_formula(&self, from: usize, to: usize) -> Option<usize> {
        let holes: Vec<usize> = (from..to).filter(|at| self.hole(*at).is_some()).collect();
        let [first, .., last] = holes[..] else { return None };
        let is_equal = |at: &usize| self.separator(*at) == Some("=");
        let has_words = (first..last)
            .any(|at| self.word(at).is_some_and(|word| word.chars().any(char::is_alphabetic)));
        (holes.len() > 2
            && !has_words
            && self.left(last).is_some_and(|sign| is_equal(&sign))
            && (first..last).filter(is_equal).count() == 1
            && self.left(first).is_some_and(|sign| is_equal(&sign)))
        .then_some(last)
    }

    /// Notes the labels of a clause that goes as a whole.
    fn labels_of(&mut self, from: usize, to: usize) {
        let result = self.result_of_formula(from, to).and_then(|at| self.hole(at));
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
                        let hole = result.unwrap_or(hole);
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
