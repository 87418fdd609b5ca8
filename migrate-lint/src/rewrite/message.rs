//! The message without its values, and without what stood in it for their sake only.

use super::{
    tokens::{Part, Token, join, tokens},
    words,
};

/// What the message says of one value.
#[derive(Clone, Debug, Default)]
pub(super) struct Hint {
    /// The word or words that named it: `len` in `len: {}`, `pod` in `pod {}`.
    pub(super) label: Option<String>,
    /// The label was explicit (`len:`, `len=`) and has left the message.
    pub(super) is_explicit: bool,
    /// The value stood behind a colon or `=`.
    pub(super) is_after_colon: bool,
    /// The word behind it: `replicas` in `{} replicas`.
    pub(super) noun_after: Option<String>,
    /// The unit behind it: `ms` in `{}ms`.
    pub(super) unit: Option<String>,
    /// It was the subject of the sentence, the object of a verb: the message says less without it.
    pub(super) is_missed: bool,
}

/// A message without values.
#[derive(Clone, Debug)]
pub(super) struct Stripped {
    /// The rest; empty when only values were in it.
    pub(super) text: String,
    /// By value.
    pub(super) hints: Vec<Hint>,
    /// The first value was the subject of what is left: `is ready`.
    pub(super) lacks_subject: bool,
}

/// Takes the values out. `names` holds the words of each value's own name, `function` the name of the function around.
pub(super) fn strip(parts: &[Part], names: &[Vec<String>], function: Option<&str>) -> Stripped {
    let tokens = tokens(parts);
    // `[{}]: could not listen` has a tag, `{} is ready` a subject.
    let first = tokens.iter().position(|token| matches!(token, Token::Hole(_)));
    let mut behind = tokens[first.map_or(0, |first| first + 1)..].iter();
    let is_tag = matches!(
        behind.find(|token| **token != Token::Space),
        Some(Token::Close(_) | Token::Separator(_))
    );
    let mut line = Line {
        was_hole: tokens.iter().map(|token| matches!(token, Token::Hole(_))).collect(),
        tokens: tokens.into_iter().map(Some).collect(),
        hints: vec![Hint::default(); names.len()],
        names,
    };
    line.quotes();
    line.function_prefix(function);
    line.brackets();
    line.holes();
    let lacks_subject = line.tidy() && !is_tag;
    let kept: Vec<Token> = line.tokens.into_iter().flatten().collect();
    Stripped { text: polish(&join(&kept)), hints: line.hints, lacks_subject }
}

struct Line<'a> {
    /// `None` has left the message.
    tokens: Vec<Option<Token>>,
    /// Where values stood.
    was_hole: Vec<bool>,
    hints: Vec<Hint>,
    names: &'a [Vec<String>],
}

impl Line<'_> {
    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at)? {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn separator(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at)? {
            Some(Token::Separator(separator)) => Some(separator),
            _ => None,
        }
    }

    fn hole(&self, at: usize) -> Option<usize> {
        match self.tokens.get(at)? {
            Some(Token::Hole(hole)) => Some(*hole),
            _ => None,
        }
    }

    /// The next token to the left that is no space.
    fn left(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|at| !matches!(self.tokens[*at], None | Some(Token::Space)))
    }

    /// The next token to the right that is no space.
    fn right(&self, at: usize) -> Option<usize> {
        (at + 1..self.tokens.len())
            .find(|at| !matches!(self.tokens[*at], None | Some(Token::Space)))
    }

    fn remove(&mut self, at: usize) {
        self.tokens[at] = None;
    }

    /// Removes a token that stood for white space's sake too.
    fn replace_by_space(&mut self, at: usize) {
        self.tokens[at] = Some(Token::Space);
    }

    /// Quotes around values go.
    fn quotes(&mut self) {
        let mut open: Option<(usize, char)> = None;
        for at in 0..self.tokens.len() {
            let Some(Token::Quote(quote)) = self.tokens[at] else { continue };
            match open {
                Some((start, char)) if char == quote => {
                    if (start..at).any(|at| self.hole(at).is_some()) {
                        self.remove(start);
                        self.remove(at);
                    }
                    open = None;
                }
                _ => open = Some((at, quote)),
            }
        }
    }

    /// `my_function: got {}` → `got {}`.
    fn function_prefix(&mut self, function: Option<&str>) {
        let Some(function) = function else { return };
        let first = (0..self.tokens.len())
            .find(|at| !matches!(self.tokens[*at], None | Some(Token::Space)));
        let Some(first) = first else { return };
        let name = function.rsplit("::").next().unwrap_or(function);
        let is_name = self
            .word(first)
            .is_some_and(|word| word.trim_end_matches("()").rsplit("::").next() == Some(name));
        let Some(next) = self.right(first).filter(|_| is_name) else { return };
        if self.separator(next).is_some_and(|separator| {
            matches!(separator, ":" | "::" | "-" | "—" | "->" | "=>" | "..." | ".")
        }) {
            self.remove(first);
            self.remove(next);
        }
    }

    /// Brackets that hold values and their labels only go with them.
    fn brackets(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for at in 0..self.tokens.len() {
            match &self.tokens[at] {
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
            let has_hole_or_nothing = has_hole || n_words == 0;
            has_hole_or_nothing && n_words <= 2
        };
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

    /// Notes the labels of a clause that goes as a whole.
    fn labels_of(&mut self, from: usize, to: usize) {
        let mut label: Vec<String> = Vec::new();
        let mut last = None;
        for at in from..to {
            match self.tokens[at].clone() {
                Some(Token::Word(word)) => {
                    if words::is_unit(&word) {
                        continue;
                    }
                    label.push(word);
                }
                Some(Token::Hole(hole)) => {
                    let words: Vec<String> =
                        label.drain(..).filter(|word| words::is_content(word)).collect();
                    if !words.is_empty() {
                        self.hints[hole].label = Some(words.join(" "));
                        self.hints[hole].is_explicit = true;
                    }
                    last = Some(hole);
                }
                _ => {}
            }
        }
        if let Some(hole) = last.filter(|_| !label.is_empty()) {
            self.hints[hole].noun_after = Some(label.join(" "));
        }
    }

    fn holes(&mut self) {
        for at in 0..self.tokens.len() {
            if let Some(hole) = self.hole(at) {
                self.unit(at, hole);
                let separated = self.label(at, hole);
                self.dangling(at, hole, separated);
                self.tokens[at] = None;
            }
        }
    }

    /// `{}ms`, `{} bytes`, `{}%`.
    fn unit(&mut self, at: usize, hole: usize) {
        // `0x{:x}`.
        if let Some(before) = at.checked_sub(1)
            && matches!(self.word(before), Some("0x" | "0X" | "0b" | "0o" | "v" | "~" | "$"))
        {
            self.remove(before);
        }
        let glued = at + 1;
        if self.separator(glued) == Some("%") {
            self.hints[hole].unit = Some("percent".into());
            self.remove(glued);
            return;
        }
        if let Some(word) = self.word(glued).map(str::to_owned) {
            if words::is_unit(&word) || word.len() <= 2 {
                self.hints[hole].unit = Some(word);
                self.remove(glued);
            }
            return;
        }
        let Some(next) = self.right(at) else { return };
        let Some(word) = self.word(next).map(str::to_owned) else { return };
        if words::is_unit(&word) {
            // "5 seconds timeout" keeps a noun, "256 M but" does not.
            self.hints[hole].unit = Some(word);
            self.remove(next);
            if let Some(of) = self.right(next).filter(|of| self.word(*of) == Some("of")) {
                self.remove(of);
            }
        } else if !words::is_verb(&word) && words::is_content(&word) {
            self.hints[hole].noun_after = Some(word);
        }
    }

    /// Removes `label:` and `label=` before a value; says whether a separator stood there.
    fn label(&mut self, at: usize, hole: usize) -> bool {
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

    /// The words before a place, up to what is no word or to a value that has left, and the place of that.
    fn clause_before(&self, at: usize) -> (Vec<usize>, Option<usize>) {
        let mut words: Vec<usize> = Vec::new();
        let mut boundary = self.left(at);
        while let Some(place) = boundary {
            if self.word(place).is_none() || self.is_gap(place, words.last().copied().unwrap_or(at))
            {
                break;
            }
            words.push(place);
            boundary = self.left(place);
        }
        words.reverse();
        (words, boundary)
    }

    /// Whether the word is part of the value's own name.
    fn is_named(&self, hole: usize, word: &str) -> bool {
        words::split(word)
            .iter()
            .all(|part| self.names[hole].iter().any(|name| words::are_similar(name, part)))
    }

    fn take_label(&mut self, label: &[String], hole: usize) {
        let words: Vec<&str> =
            label.iter().map(String::as_str).filter(|word| words::is_content(word)).collect();
        if !words.is_empty() {
            self.hints[hole].label = Some(words.join(" "));
            self.hints[hole].is_explicit = true;
        }
    }

    /// A value that has left stood between these tokens.
    fn is_gap(&self, left: usize, right: usize) -> bool {
        self.was_hole[left + 1..right].contains(&true)
    }

    fn has_gap_before(&self, at: usize) -> bool {
        self.was_hole[..at].contains(&true)
    }

    fn has_words_after(&self, at: usize) -> bool {
        (at + 1..self.tokens.len())
            .filter_map(|at| self.word(at))
            .filter(|word| words::is_content(word) && !words::is_role(word))
            .count()
            >= 2
    }

    /// Removes words that only led to the value.
    fn dangling(&mut self, at: usize, hole: usize, separated: bool) {
        let next = self.right(at);
        let ends = match next {
            None => true,
            Some(next) => match &self.tokens[next] {
                Some(Token::Word(word)) => {
                    words::is_preposition(word)
                        || words::is_conjunction(word)
                        || words::is_verb(word)
                }
                Some(Token::Open(_)) => true,
                _ => true,
            },
        };
        let mut removed = false;
        let mut after_copula = false;
        while let Some(before) = self.left(at) {
            if self.is_gap(before, at) {
                break;
            }
            let Some(word) = self.word(before).map(str::to_owned) else { break };
            let goes = if words::is_determiner(&word) || words::is_preposition(&word) {
                ends
            } else if words::is_conjunction(&word) {
                ends && !separated
            } else if words::is_copula(&word) {
                after_copula =
                    next.is_none_or(|next| !matches!(self.tokens[next], Some(Token::Word(_))));
                after_copula
            } else {
                // `located at {}`, `failed with error {}`.
                (removed || ends) && words::is_placing(&word)
                    || self.is_error_word(before, &word, hole)
            };
            if !goes {
                let is_content = words::is_content(&word) && !self.hints[hole].is_explicit;
                if is_content
                    && (!separated && !removed || after_copula)
                    && self.clause_label(at, hole)
                {
                    continue;
                }
                if !separated && !removed && is_content {
                    if words::is_verb(&word) || self.follows_to(before) {
                        self.hints[hole].is_missed = true;
                    } else {
                        self.hints[hole].label = Some(word);
                    }
                }
                break;
            }
            removed = true;
            self.remove(before);
        }
        if self.left(at).is_none() && !removed {
            // The value comes first.
            if let Some(word) = next.and_then(|next| self.word(next))
                && (words::is_content(word) || words::is_auxiliary(word))
            {
                self.hints[hole].is_missed = true;
            }
        }
    }

    /// `with error {}`: the word says what the key says.
    fn is_error_word(&self, at: usize, word: &str, hole: usize) -> bool {
        let is_error = self.names[hole].first().is_some_and(|name| name == "err");
        let follows = |words: &[&str]| {
            self.left(at)
                .and_then(|before| self.word(before))
                .is_some_and(|word| words.contains(&word))
        };
        is_error
            && matches!(word, "error" | "err" | "Error")
            && follows(&["with", "to", "by", "of", "an", "the"])
    }

    /// `…, size {}`, `{} id {}`: a clause that only names its value goes.
    fn clause_label(&mut self, at: usize, hole: usize) -> bool {
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

    /// `to delete {}`, `cannot find {}`: the word is a verb.
    fn follows_to(&self, at: usize) -> bool {
        self.left(at).and_then(|before| self.word(before)).is_some_and(|word| {
            matches!(
                word.to_lowercase().as_str(),
                "to" | "not" | "cannot" | "can't" | "couldn't" | "can" | "will" | "could"
            )
        })
    }

    /// Removes what is left of punctuation; says whether the sentence has lost its subject.
    fn tidy(&mut self) -> bool {
        // Empty brackets.
        let mut at = 0;
        while at < self.tokens.len() {
            if let Some(Token::Open(_)) = self.tokens[at]
                && let Some(next) = self.right(at)
                && let Some(Token::Close(_)) = self.tokens[next]
                // Those that the author wrote empty stay.
                && self.was_hole[at..next].contains(&true)
            {
                self.remove(at);
                self.remove(next);
                at = 0;
                continue;
            }
            at += 1;
        }
        // Separators without words on both sides.
        loop {
            let mut changed = false;
            for at in 0..self.tokens.len() {
                let Some(separator) = self.separator(at).map(str::to_owned) else { continue };
                let left_ends = self
                    .left(at)
                    .is_none_or(|left| matches!(self.tokens[left], Some(Token::Open(_))));
                let right_ends = self.right(at).is_none_or(|right| {
                    matches!(self.tokens[right], Some(Token::Separator(_)))
                        || matches!(self.tokens[right], Some(Token::Close(_)))
                });
                let is_final = matches!(separator.as_str(), "." | "!" | "?" | "...");
                let is_at_end = self.right(at).is_none();
                if left_ends || right_ends && (is_at_end || !is_final) {
                    self.replace_by_space(at);
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        // Conjunctions at the ends.
        while let Some(last) = self.left(self.tokens.len()) {
            match self.word(last) {
                Some(word)
                    if words::is_determiner(word) || matches!(word, "and" | "or" | "but") =>
                {
                    self.remove(last);
                }
                _ => break,
            }
        }
        let first = (0..self.tokens.len())
            .find(|at| !matches!(self.tokens[*at], None | Some(Token::Space)));
        let Some(first) = first else { return false };
        if !self.has_gap_before(first) {
            return false;
        }
        match self.word(first).map(str::to_owned) {
            Some(word) if words::is_auxiliary(&word) => true,
            Some(word) if matches!(word.to_lowercase().as_str(), "and" | "or") => {
                self.remove(first);
                false
            }
            _ => false,
        }
    }
}

/// Trims, takes off final punctuation and begins with a capital letter.
pub(super) fn polish(text: &str) -> String {
    let text = text.trim_matches(|char: char| {
        char.is_whitespace()
            || matches!(char, ':' | ',' | ';' | '=' | '-' | '>' | '|' | '→' | '*' | '~')
    });
    let text = text.trim_end_matches(|char: char| {
        char.is_whitespace() || matches!(char, '.' | '!' | '…' | ':' | ',' | ';')
    });
    let first = text.split_whitespace().next().unwrap_or_default();
    let is_identifier = first.contains(['_', '/', '.', '(', '='])
        || first.contains("::")
        || first.chars().skip(1).any(char::is_uppercase);
    let mut chars = text.chars();
    match chars.next() {
        Some(letter) if !is_identifier => letter.to_uppercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}
