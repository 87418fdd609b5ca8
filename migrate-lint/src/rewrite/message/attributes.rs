//! What distinguishes the thing that a sentence is about: `pool with UUID {} and name {} was opened`.

use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::words;

/// An attribute: the words that name it, and its value.
struct Attribute {
    words: Vec<usize>,
    hole: usize,
    /// `mode: {}`.
    is_signed: bool,
    /// What follows its value, and its unit.
    next: Option<usize>,
}

impl Line<'_> {
    /// Attributes leave with their values and the word that led to them, where the sentence is whole without them.
    pub(super) fn attributes(&mut self) {
        for at in 0..self.len() {
            let leads = self.word(at).is_some_and(|word| words::has("having with", word));
            let follows_thing = self.left(at).is_some_and(|before| {
                self.hole(before).is_some()
                    || self.word(before).is_some() && self.tag(before) == Tag::Noun
            });
            if leads && follows_thing && self.has_content_before(at) {
                self.attributes_after(at);
            }
        }
    }

    fn attributes_after(&mut self, lead: usize) {
        let mut attributes: Vec<Attribute> = Vec::new();
        let mut place = lead;
        loop {
            let Some(attribute) = self.attribute_after(place) else { return };
            let next = attribute.next;
            attributes.push(attribute);
            let Some(joint) = next.filter(|next| self.joins(*next)) else { break };
            // `with id {}, retrying`: the list ends here.
            if self.attribute_after(joint).is_none() {
                break;
            }
            place = joint;
        }
        let end = attributes.last().and_then(|attribute| attribute.next);
        let is_known = |class: Class| {
            let last = attributes[0].words.last().and_then(|last| self.word(*last));
            last.is_some_and(|last| is(class, last))
        };
        let ends = end.is_none_or(|end| {
            // No noun follows an id that it counts.
            let is_counted = self.word(end).is_some_and(words::is_unit)
                || !is_known(Class::Identity)
                    && matches!(self.tag(end), Tag::Noun | Tag::Adjective | Tag::Number);
            !is_counted
                && self.hole(end).is_none()
                && !matches!(self.separator(end), Some("/" | "=" | "->"))
        });
        // One property may be what is done: `created with mode {}`.
        let goes_on = end.is_some_and(|end| matches!(self.tag(end), Tag::Verb | Tag::Auxiliary));
        let leaves = attributes.len() > 1
            || is_known(Class::Identity)
            || goes_on && is_known(Class::Property) && attributes[0].words.len() == 1;
        if !ends || !leaves {
            return;
        }
        for attribute in &attributes {
            let name: Vec<&str> = attribute.words.iter().filter_map(|at| self.word(*at)).collect();
            let name = name.join(" ");
            self.hints[attribute.hole].label = Some(name);
            self.hints[attribute.hole].is_explicit = attribute.is_signed;
            self.hints[attribute.hole].is_after_colon = attribute.is_signed;
        }
        let last = end.unwrap_or(self.len());
        for at in lead..last {
            if !self.is_left_or_space(at) {
                self.remove(at);
                self.left_whole.push(at);
            }
        }
    }

    /// `UUID {}`, `pool UUID {}`.
    fn attribute_after(&self, place: usize) -> Option<Attribute> {
        let mut named: Vec<usize> = Vec::new();
        let mut at = self.right(place)?;
        // `, and`.
        if self.word(at) == Some("and") && self.separator(place).is_some() {
            at = self.right(at)?;
        }
        while self.word(at).is_some() {
            match self.tag(at) {
                Tag::Determiner if named.is_empty() => {}
                // `with unknown id {}` says what is wrong.
                Tag::Noun | Tag::Adjective if !self.word(at).is_some_and(words::says_failure) => {
                    named.push(at);
                }
                // `, wait type {}`.
                Tag::Verb if self.word(at).is_some_and(|word| is(Class::NounOrVerb, word)) => {
                    named.push(at);
                }
                _ => return None,
            }
            at = self.right(at)?;
        }
        // `with mode: {}`.
        let is_signed = matches!(self.separator(at), Some(":" | "="));
        if is_signed {
            at = self.right(at)?;
        }
        let hole = self.hole(at)?;
        let ends_in_noun = named.last().is_some_and(|last| self.tag(*last) == Tag::Noun);
        (ends_in_noun && named.len() < 4 && !self.is_error(hole)).then(|| Attribute {
            words: named,
            hole,
            is_signed,
            next: self.right(at),
        })
    }

    fn joins(&self, at: usize) -> bool {
        self.separator(at) == Some(",") || self.word(at) == Some("and")
    }
}
