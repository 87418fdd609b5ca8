//! A place in the text of a query, and what comes next there.

use super::{Name, Span, Unknown};

/// Reads a query's text from its begin to its end.
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
    /// `$x`, `${x}` and `[[x]]` are variables, also inside of strings.
    pub has_variables: bool,
    pub unknown: Vec<Unknown>,
}

/// The rest of a query is left alone; why is in [`Cursor::unknown`].
pub(super) struct Stop;

pub(super) type Read<T> = Result<T, Stop>;

impl<'a> Cursor<'a> {
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes over white space and comments.
    pub(super) fn space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    /// Takes this text, if it comes next after white space.
    pub(super) fn take(&mut self, token: &str) -> bool {
        self.space();
        let is_next = self.rest().starts_with(token);
        if is_next {
            self.at += token.len();
        }
        is_next
    }

    /// Takes this word, if it comes next and is a whole one.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.next_word() == word;
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    /// The word that comes next; empty when none does.
    pub(super) fn next_word(&mut self) -> &'a str {
        self.space();
        let rest = self.rest();
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return "";
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())]
    }

    /// A label's name, or a variable.
    pub(super) fn name(&mut self) -> Option<Name> {
        let word = self.next_word();
        let start = self.at;
        if word.is_empty() {
            let is_variable = self.variable();
            return is_variable.then(|| Name { name: String::new(), span: start..self.at });
        }
        self.at += word.len();
        // `app_$env` names a label that only the dashboard knows.
        let mut name = word.to_owned();
        while self.has_variables && self.rest().starts_with(['$', '[']) && self.variable() {
            self.at += self.rest().len()
                - self
                    .rest()
                    .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_')
                    .len();
            name.clear();
        }
        Some(Name { name, span: start..self.at })
    }

    /// Passes over a variable, if one comes next.
    pub(super) fn variable(&mut self) -> bool {
        let length = if self.has_variables { variable(self.rest()) } else { 0 };
        self.at += length;
        length > 0
    }

    /// `(a, b)`, as `by` and `on` have it.
    pub(super) fn names(&mut self) -> Read<Vec<Name>> {
        let mut names = Vec::new();
        if !self.take("(") {
            return self.stop("`(` is missing here");
        }
        while !self.take(")") {
            match self.name() {
                Some(name) => names.push(name),
                None => return self.stop("a label's name is missing here"),
            }
            self.take(",");
        }
        Ok(names)
    }

    /// Names what is left alone: from here to the end.
    pub(super) fn stop<T>(&mut self, what: &str) -> Read<T> {
        self.space();
        let span = self.at..self.text.len();
        self.note(span, what);
        Err(Stop)
    }

    pub(super) fn note(&mut self, span: Span, what: &str) {
        self.unknown.push(Unknown { span, what: what.to_owned() });
    }

    /// Passes over what is unknown, to the next stage, range or closing bracket outside of strings.
    pub(super) fn skip_stage(&mut self) {
        let mut depth = 0_usize;
        while let Some(c) = self.peek() {
            match c {
                '"' | '`' => {
                    if self.string().is_none() {
                        self.at = self.text.len();
                    }
                    continue;
                }
                '(' => depth += 1,
                ')' if depth > 0 => depth -= 1,
                '|' | '[' | ')' if depth == 0 => return,
                _ => {}
            }
            self.at += c.len_utf8();
        }
    }
}

/// Length of the variable at the start of a text, 0 when there is none.
pub(super) fn variable(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let word = |text: &str| text.find(|c| !is_part(c)).unwrap_or(text.len());
    let enclosed = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?;
        let name = word(inner);
        let end = inner.find(close)?;
        // `${x:csv}`, but neither `[[:alpha:]]` nor an expression's `[[a]b`.
        let is_variable = name > 0 && (end == name || inner[name..].starts_with([':', '.']));
        is_variable.then_some(open.len() + end + close.len())
    };
    enclosed("${", "}").or_else(|| enclosed("[[", "]]")).unwrap_or_else(|| {
        let name = text.strip_prefix('$').unwrap_or_default();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if is_name { word(name) + 1 } else { 0 }
    })
}
