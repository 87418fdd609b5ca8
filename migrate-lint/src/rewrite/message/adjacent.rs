//! What touches a value without a space between: it is a part of what is printed there.

use super::line::Line;
use super::tag::Tag;
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// `0x{:x}`, `http://{}/metrics`, `{}***`, `{}-th`, `region{}`.
    pub(super) fn adjacent(&mut self, at: usize, hole: usize) {
        if let Some(before) = at.checked_sub(1) {
            self.glued_before(before, at, hole);
        }
        // `{token}***` hides the rest, `{}#` says nothing.
        let mut after = at + 1;
        while self.token(after).is_some_and(|token| match token {
            Token::Word(word) => !word.contains(char::is_alphanumeric),
            Token::Separator(sign) => matches!(sign.as_str(), "*" | "~" | "#"),
            _ => false,
        }) {
            self.remove(after);
            after += 1;
        }
        // `{name}-controller`, `{dir}/config.toml`, `{name}::next`: the rest is a word of its own.
        let is_joint = matches!(self.separator(at + 1), Some("-" | "/" | "." | "::" | "@"));
        if let Some(word) = self.word(at + 2).filter(|_| is_joint) {
            let is_ordinal = words::is_ordinal_end(word);
            self.replace_by_space(at + 1);
            if is_ordinal {
                self.remove(at + 2);
            }
            self.hints[hole].is_missed = true;
        }
    }

    /// `worker-{}`, `task_{}`, `node#{}`: the noun stays, and whose number it is says the key.
    fn numbered_name(&mut self, before: usize, hole: usize) -> bool {
        let is_joint = matches!(self.separator(before), Some("-" | "#"));
        let place = if is_joint { before.wrapping_sub(1) } else { before };
        let Some(word) = self.word(place).map(str::to_owned) else { return false };
        let noun = word.trim_end_matches('_');
        let is_noun = noun.len() > 2
            && noun.chars().all(char::is_alphabetic)
            && self.tag(place) == Tag::Noun
            && (is_joint || noun.len() < word.len());
        if !is_noun {
            return false;
        }
        self.hints[hole].label = Some(noun.to_owned());
        self.hints[hole].is_glued = true;
        match is_joint {
            true => self.remove(before),
            false => self.put_word(place, noun.to_owned()),
        }
        true
    }

    fn glued_before(&mut self, before: usize, at: usize, hole: usize) {
        // `!{verb}`, `#{number}`.
        let begins = before
            .checked_sub(1)
            .is_none_or(|space| matches!(self.token(space), Some(Token::Space | Token::Open(_))));
        if begins
            && matches!(
                self.separator(before),
                Some("!" | "#" | "@" | "$" | "&" | "~" | "*" | "+" | "^")
            )
        {
            self.remove(before);
            return;
        }
        if self.numbered_name(before, hole) {
            return;
        }
        let Some(word) = self.word(before) else { return };
        if matches!(word, "0x" | "0X" | "0b" | "0o" | "v" | "~" | "$") {
            let is_radix = word.starts_with('0');
            self.remove(before);
            // It is in the value.
            if is_radix {
                self.was_word[before] = None;
            }
        } else if word.ends_with("://") {
            self.remove(before);
            let mut after = at + 1;
            while matches!(self.token(after), Some(Token::Word(_) | Token::Separator(_)))
                && self.separator(after).is_none_or(|separator| separator == "/")
            {
                self.remove(after);
                after += 1;
            }
            self.hints[hole].is_missed = true;
        } else {
            // `region{}`: the value is a part of a word.
            self.hints[hole].is_missed = true;
        }
    }
}
