//! What is left of a sentence: its ends and its punctuation.

use super::line::Line;
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// `my_function: got {}` → `got {}`.
    pub(super) fn function_prefix(&mut self, function: Option<&str>) {
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

    /// Removes what is left of punctuation; says whether the sentence has lost its subject.
    pub(super) fn tidy(&mut self) -> bool {
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
pub(in crate::rewrite) fn polish(text: &str) -> String {
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
