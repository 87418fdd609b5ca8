//! A message in work: its tokens, which of them have left, and what is next to what.

use super::{Called, Hint, neighbours::Neighbours, row::Row, tag::Tag};
use crate::rewrite::{tokens::Token, words};

pub(super) struct Line<'a> {
    /// `None` has left the message.
    tokens: Row<Option<Token>>,
    neighbours: Neighbours,
    /// What they were.
    pub(super) written: Row<Token>,
    /// Their parts of speech.
    pub(super) tags: Row<Tag>,
    /// Which value was there.
    pub(super) value_at: Row<Option<usize>>,
    /// Where values were.
    pub(super) was_hole: Row<bool>,
    /// How many of them are before each place, and the end.
    n_holes_before: Row<usize>,
    /// The first of them or of the commas at each place or after it, else the end.
    next_hole_or_comma: Row<usize>,
    /// The words that were there.
    pub(super) was_word: Row<Option<String>>,
    /// Where commas and semicolons were.
    pub(super) was_comma: Row<bool>,
    /// Where colons were.
    pub(super) was_label: Row<bool>,
    /// Where separators and brackets were.
    pub(super) was_mark: Row<bool>,
    /// Words that only seem to dangle.
    pub(super) kept: Vec<usize>,
    /// Words that have left with their value as a whole: `with id {}`.
    pub(super) left_whole: Vec<usize>,
    /// A bracket of which the author wrote one half has left.
    pub(super) has_lost_bracket: bool,
    pub(super) hints: Vec<Hint>,
    pub(super) names: &'a [Vec<String>],
    pub(super) nouns: &'a [Vec<String>],
    /// Which values say how many there are.
    pub(super) counts: &'a [bool],
}

impl<'a> Line<'a> {
    /// A message before anything has left.
    pub(super) fn of(tokens: Vec<Token>, values: &Called<'a>) -> Self {
        let Called { names, nouns, counts } = *values;
        let tokens: Row<Token> = tokens.into_iter().collect();
        Self {
            tags: super::tag::tags(&tokens),
            value_at: tokens.map(|token| match token {
                Token::Hole(hole) => Some(*hole),
                _ => None,
            }),
            was_hole: tokens.map(|token| matches!(token, Token::Hole(_))),
            n_holes_before: n_holes_before(&tokens),
            next_hole_or_comma: next_hole_or_comma(&tokens),
            was_word: tokens.map(|token| match token {
                Token::Word(word) => Some(word.clone()),
                _ => None,
            }),
            was_comma: tokens.map(|token| is_separator(token, &[",", ";"])),
            was_label: tokens.map(|token| is_separator(token, &[":"])),
            was_mark: tokens.map(|token| {
                matches!(token, Token::Separator(_) | Token::Open(_) | Token::Close(_))
            }),
            neighbours: Neighbours::of(&tokens.map(|token| *token != Token::Space)),
            tokens: tokens.map(|token| Some(token.clone())),
            written: tokens,
            kept: Vec::new(),
            left_whole: Vec::new(),
            has_lost_bracket: false,
            hints: vec![Hint::default(); names.len()],
            names,
            nouns,
            counts,
        }
    }
}

fn n_holes_before(tokens: &Row<Token>) -> Row<usize> {
    let mut n_holes = 0;
    let counts = tokens.of(0..tokens.len()).map(|token| {
        n_holes += usize::from(matches!(token, Token::Hole(_)));
        n_holes
    });
    std::iter::once(0).chain(counts).collect()
}

fn next_hole_or_comma(tokens: &Row<Token>) -> Row<usize> {
    let mut next = tokens.len();
    let mut places: Vec<usize> = (0..=tokens.len()).collect();
    for at in (0..tokens.len()).rev() {
        if matches!(&tokens[at], Token::Hole(_)) || is_separator(&tokens[at], &[",", ";"]) {
            next = at;
        }
        places[at] = next;
    }
    places.into_iter().collect()
}

fn is_separator(token: &Token, signs: &[&str]) -> bool {
    matches!(token, Token::Separator(sign) if signs.contains(&sign.as_str()))
}

impl Line<'_> {
    pub(super) fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at)? {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    pub(super) fn tag(&self, at: usize) -> Tag {
        self.tags.get(at).copied().unwrap_or(Tag::Mark)
    }

    pub(super) fn separator(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at)? {
            Some(Token::Separator(separator)) => Some(separator),
            _ => None,
        }
    }

    pub(super) fn hole(&self, at: usize) -> Option<usize> {
        match self.tokens.get(at)? {
            Some(Token::Hole(hole)) => Some(*hole),
            _ => None,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// What is at a place; nothing where it has left the message.
    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)?.as_ref()
    }

    pub(super) fn is_left_or_space(&self, at: usize) -> bool {
        matches!(self.token(at), None | Some(Token::Space))
    }

    /// The next token to the left that is no space.
    pub(super) fn left(&self, at: usize) -> Option<usize> {
        self.neighbours.left(at)
    }

    /// The next token to the right that is no space.
    pub(super) fn right(&self, at: usize) -> Option<usize> {
        self.neighbours.right(at)
    }

    pub(super) fn remove(&mut self, at: usize) {
        self.tokens[at] = None;
        self.neighbours.leave(at);
    }

    /// Removes a token, also one that is white space only.
    pub(super) fn replace_by_space(&mut self, at: usize) {
        self.tokens[at] = Some(Token::Space);
        self.neighbours.leave(at);
    }

    /// Puts a word in the place of a token that is there.
    pub(super) fn put_word(&mut self, at: usize, word: String) {
        self.tokens[at] = Some(Token::Word(word));
    }

    /// The tokens that have not left.
    pub(super) fn into_tokens(self) -> Vec<Token> {
        self.tokens.into_items().flatten().collect()
    }

    /// The words before a place, up to what is no word or to a value that has left, and the place of that.
    pub(super) fn clause_before(&self, at: usize) -> (Vec<usize>, Option<usize>) {
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
    pub(super) fn is_named(&self, hole: usize, word: &str) -> bool {
        words::split(word)
            .iter()
            .all(|part| self.names[hole].iter().any(|name| words::are_similar(name, part)))
    }

    /// Whether an identifier ends in the value's own name: `self_id`, `id`.
    pub(super) fn ends_named(&self, hole: usize, word: &str) -> bool {
        words::split(word).last().is_some_and(|last| self.is_named(hole, last))
    }

    /// The value is the call's error.
    pub(super) fn is_error(&self, hole: usize) -> bool {
        self.names[hole].first().is_some_and(|name| name == "err")
    }

    /// A value that has left was between these tokens.
    pub(super) fn is_gap(&self, left: usize, right: usize) -> bool {
        self.n_holes_before[left + 1] < self.n_holes_before[right]
    }

    /// The same, of a value that is not the call's error.
    pub(super) fn is_gap_of_values(&self, left: usize, right: usize) -> bool {
        (left + 1..right).any(|at| {
            self.was_hole[at] && self.value_at[at].is_some_and(|value| !self.is_error(value))
        })
    }

    /// The same, and the words before it led to it: no comma came first.
    pub(super) fn leads_to_gap(&self, left: usize, right: usize) -> bool {
        let next = self.next_hole_or_comma[left + 1];
        next < right && self.was_hole[next]
    }

    /// What has left between a place and the next token that stays.
    pub(super) fn lost_after(&self, at: usize) -> std::ops::Range<usize> {
        at + 1..self.right(at).unwrap_or(self.tokens.len())
    }

    /// No word follows a place before the next mark.
    pub(super) fn ends_clause(&self, at: usize) -> bool {
        self.right(at).is_none_or(|next| self.word(next).is_none())
    }

    /// A value that has left was right before this place.
    pub(super) fn has_gap_directly_before(&self, at: usize) -> bool {
        let start = self.left(at).map_or(0, |left| left + 1);
        self.n_holes_before[start] < self.n_holes_before[at]
    }

    /// A value that has left, or whose name is in its place, was right before this place.
    pub(super) fn ends_in_value(&self, at: usize) -> bool {
        self.has_gap_directly_before(at) || self.left(at).is_some_and(|left| self.was_hole[left])
    }

    /// A value, or the bracket around it, is right before this place.
    pub(super) fn follows_value(&self, at: usize) -> bool {
        let touches =
            |at: &usize| !matches!(self.tokens[*at], Some(Token::Word(_) | Token::Separator(_)));
        (0..at).rev().take_while(touches).take(3).any(|at| self.was_hole[at])
    }

    pub(super) fn has_gap_before(&self, at: usize) -> bool {
        self.n_holes_before[at] > 0
    }

    pub(super) fn has_word_before(&self, at: usize) -> bool {
        (0..at).any(|at| self.word(at).is_some())
    }

    pub(super) fn has_words_after(&self, at: usize) -> bool {
        (at + 1..self.tokens.len())
            .filter_map(|at| self.word(at))
            .filter(|word| words::is_content(word) && !words::is_role(word))
            .count()
            >= 2
    }
}
