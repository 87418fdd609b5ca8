//! The words of all lines: letters and digits that follow each other.

use std::collections::HashMap;

use memchr::memmem::Finder;

use super::bits::Bits;

/// Each word once, with the lines that have it.
///
/// A text of letters and digits alone is in a line if it is in one of the line's words, so that a search reads the words and
/// not the lines.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// All words, one a line.
    text: String,
    lower: String,
    /// Where each word begins.
    starts: Vec<usize>,
    lines: Vec<Vec<usize>>,
}

/// Letters and digits that follow each other.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

impl Vocabulary {
    /// Takes the known text of lines, with their numbers.
    pub(super) fn new<'a>(texts: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let mut numbers = HashMap::<&str, usize>::new();
        let mut all = Self::default();
        for (line, text) in texts {
            for word in words(text) {
                let number = *numbers.entry(word).or_insert_with(|| {
                    all.starts.push(all.text.len());
                    all.text.push_str(word);
                    all.text.push('\n');
                    all.lines.push(Vec::new());
                    all.lines.len() - 1
                });
                if all.lines[number].last() != Some(&line) {
                    all.lines[number].push(line);
                }
            }
        }
        all.starts.push(all.text.len());
        all.lower = all.text.to_ascii_lowercase();
        all
    }

    /// Adds the lines with a word that holds this text of letters and digits.
    pub(super) fn find(&self, text: &str, bits: &mut Bits) {
        self.find_in(&self.text, text, bits);
    }

    /// The same, in whatever letters the word is written; the text is in lower case.
    pub(super) fn find_lower(&self, text: &str, bits: &mut Bits) {
        self.find_in(&self.lower, text, bits);
    }

    fn find_in(&self, all: &str, text: &str, bits: &mut Bits) {
        let finder = Finder::new(text);
        let mut at = 0;
        while let Some(found) = finder.find(&all.as_bytes()[at..]) {
            let number = self.starts.partition_point(|start| *start <= at + found) - 1;
            self.lines[number].iter().for_each(|line| bits.add(*line));
            at = self.starts[number + 1];
        }
    }
}
