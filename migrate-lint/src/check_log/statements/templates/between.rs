//! Statements with several holes, which begin alike and end alike: distinguished by the texts between the holes.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::memmem::Finder;

use super::same::Same;
use crate::work;

/// So many are compared one by one.
const FEW: usize = 4;
/// Texts of so many bytes together are looked for by a table, one step for each byte of a message; it has a row of a
/// kilobyte at most for each byte of a text. Longer ones by a tree, whose steps are several times dearer.
const MAX_TABLE: usize = 1 << 14;

/// The statements, and a search for the longest text of each.
#[derive(Debug, Default)]
pub(super) struct Between {
    all: Vec<Template>,
    search: Option<AhoCorasick>,
    /// Which have each text that is looked for.
    with_text: Vec<Vec<usize>>,
    /// Those without any text between their holes.
    without_text: Vec<usize>,
}

#[derive(Debug)]
struct Template {
    texts: Vec<Finder<'static>>,
    same: Same,
}

/// Texts that were found in a message. Only the first few need no room.
#[derive(Default)]
struct Seen {
    first: [usize; 8],
    n_first: usize,
    others: Vec<bool>,
}

impl Between {
    pub(super) fn add<'a>(&mut self, texts: impl Iterator<Item = &'a str>, same: Same) {
        let texts = texts.map(|text| Finder::new(text).into_owned()).collect();
        self.all.push(Template { texts, same });
    }

    /// Makes the search when all have been added.
    pub(super) fn prepare(&mut self) {
        if self.all.len() <= FEW {
            return;
        }
        let mut numbers: HashMap<&[u8], usize> = HashMap::new();
        let mut texts: Vec<&[u8]> = Vec::new();
        for (place, template) in self.all.iter().enumerate() {
            let longest = template.longest();
            if longest.is_empty() {
                self.without_text.push(place);
                continue;
            }
            let number = *numbers.entry(longest).or_insert_with(|| {
                texts.push(longest);
                self.with_text.push(Vec::new());
                texts.len() - 1
            });
            self.with_text[number].push(place);
        }
        let n_bytes: usize = texts.iter().map(|text| text.len()).sum();
        let kind = (n_bytes <= MAX_TABLE).then_some(AhoCorasickKind::DFA);
        // Texts begin with a space mostly, for which a prefilter would stop everywhere.
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::Standard).kind(kind).prefilter(false);
        self.search = builder.build(&texts).ok();
    }

    /// Calls `f` with those that can have written what is between the beginning and the end of a message.
    pub(super) fn each<'a>(&'a self, middle: &[u8], mut f: impl FnMut(&'a Same)) {
        let mut compare = |template: &'a Template| {
            work::count(1);
            if template.fits(middle) {
                f(&template.same);
            }
        };
        let Some(search) = &self.search else {
            return self.all.iter().for_each(compare);
        };
        let mut seen = Seen::default();
        for found in search.find_overlapping_iter(middle) {
            let number = found.pattern().as_usize();
            if seen.is_new(number, self.with_text.len()) {
                self.with_text[number].iter().for_each(|place| compare(&self.all[*place]));
            }
        }
        self.without_text.iter().for_each(|place| compare(&self.all[*place]));
    }
}

impl Template {
    fn longest(&self) -> &[u8] {
        let texts = self.texts.iter().map(Finder::needle);
        texts.max_by_key(|text| text.len()).unwrap_or_default()
    }

    /// Whether the texts are there, one after the other.
    fn fits(&self, mut middle: &[u8]) -> bool {
        self.texts.iter().all(|text| {
            let found = text.find(middle);
            middle = found.map_or(&[], |at| &middle[at + text.needle().len()..]);
            found.is_some()
        })
    }
}

impl Seen {
    fn is_new(&mut self, number: usize, n_texts: usize) -> bool {
        if self.first[..self.n_first].contains(&number) {
            return false;
        }
        if let Some(room) = self.first.get_mut(self.n_first) {
            *room = number;
            self.n_first += 1;
            return true;
        }
        self.others.resize(n_texts, false);
        !std::mem::replace(&mut self.others[number], true)
    }
}
