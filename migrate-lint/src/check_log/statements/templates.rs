//! The statements of a file whose messages have holes, found by how their messages begin, or by a text in them.

use std::cmp::Reverse;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;

use crate::catalog::Statement;

/// A beginning that tells statements apart has so many bytes.
const BEGINNING: usize = 4;

/// Of statements without any text, which every message fits, so many before and after its line are asked for their file.
const NEAR: usize = 8;

/// The statements of a file, so that a message is compared with few of them.
#[derive(Debug)]
pub(super) struct Templates {
    /// Sorted by how they begin; first those that do not tell it.
    all: Vec<Template>,
    /// The longest text of each that has no beginning; all that are found in a message are compared.
    texts: Option<AhoCorasick>,
    /// Which statements have each text.
    with_text: Vec<Vec<usize>>,
    /// Those without any text, by their lines.
    without_text: Vec<usize>,
    /// So many have no beginning.
    n_without_beginning: usize,
}

#[derive(Debug)]
struct Template {
    /// The text in front of the first hole.
    start: Box<[u8]>,
    /// Texts between holes.
    between: Vec<Finder<'static>>,
    /// The text after the last hole.
    end: Box<[u8]>,
    /// Bytes of all of it.
    n_text: usize,
    line: usize,
    /// Its place in the catalog.
    index: usize,
}

impl Templates {
    /// Of these statements, which are of one file.
    pub(super) fn new(statements: &[Statement], of_file: Vec<usize>) -> Self {
        let template = |index: usize| {
            let statement = &statements[index];
            let (start, rest) = statement.message.split_once("{}").unwrap_or_default();
            let (between, end) = match rest.rsplit_once("{}") {
                Some((between, end)) => (between.split("{}").collect(), end),
                None => (Vec::new(), rest),
            };
            let between = between.into_iter().map(|piece| Finder::new(piece).into_owned());
            let (start, end, between) =
                (start.as_bytes().into(), end.as_bytes().into(), between.collect());
            let (n_text, line) = (statement.n_text(), statement.line);
            Template { start, between, end, n_text, line, index }
        };
        let mut all: Vec<Template> = of_file.into_iter().map(template).collect();
        let has_beginning = |template: &Template| template.start.len() >= BEGINNING;
        all.sort_by(|a, b| {
            (has_beginning(a), &a.start, a.index).cmp(&(has_beginning(b), &b.start, b.index))
        });
        let n_without_beginning = all.partition_point(|template| !has_beginning(template));
        let (mut without_text, mut texts) = (Vec::new(), Vec::<&[u8]>::new());
        let mut with_text: Vec<Vec<usize>> = Vec::new();
        for (place, template) in all[..n_without_beginning].iter().enumerate() {
            let text = template.longest();
            match texts.iter().position(|known| *known == text) {
                _ if text.is_empty() => without_text.push(place),
                Some(known) => with_text[known].push(place),
                None => {
                    texts.push(text);
                    with_text.push(vec![place]);
                }
            }
        }
        without_text.sort_by_key(|place| all[*place].line);
        // Texts begin with a space mostly, for which it would stop everywhere.
        let search = || {
            let kind = MatchKind::Standard;
            AhoCorasick::builder().match_kind(kind).prefilter(false).build(&texts)
        };
        let texts = if texts.is_empty() { None } else { search().ok() };
        Self { texts, with_text, without_text, n_without_beginning, all }
    }

    /// The one at this line that such a message can come from, else that with most text of its own, and of several the nearest.
    pub(super) fn find(
        &self,
        message: &[u8],
        line: usize,
        is_of_file: impl Fn(&usize) -> bool,
    ) -> Option<usize> {
        let rank = |template: &Template| {
            let is_here = template.line == line && template.n_text > 0;
            let distance = template.line.abs_diff(line);
            (is_here, template.n_text, Reverse(distance), Reverse(template.index))
        };
        let mut best: Option<&Template> = None;
        self.each_candidate(message, line, |template| {
            let is_better = best.is_none_or(|best| rank(template) > rank(best));
            if is_better && template.fits(message) && is_of_file(&template.index) {
                best = Some(template);
            }
        });
        best.map(|template| template.index)
    }

    /// Calls `f` with the templates that a message may be of; those without any text come nearest first.
    fn each_candidate<'a>(&'a self, message: &[u8], line: usize, mut f: impl FnMut(&'a Template)) {
        self.each_that_begins(message, &mut f);
        let with_text = |text: usize| self.with_text[text].iter().map(|place| &self.all[*place]);
        match &self.texts {
            Some(texts) => {
                let found = texts.find_overlapping_iter(message);
                found.flat_map(|found| with_text(found.pattern().as_usize())).for_each(&mut f);
            }
            // There are none, or more than a search can hold.
            None => (0..self.with_text.len()).flat_map(with_text).for_each(&mut f),
        }
        let after = self.without_text.partition_point(|place| self.all[*place].line < line);
        let (before, after) = self.without_text.split_at(after);
        let nearest = after.iter().take(NEAR).chain(before.iter().rev().take(NEAR));
        nearest.for_each(|place| f(&self.all[*place]));
    }

    /// Calls `f` with the templates that begin as the message does.
    fn each_that_begins<'a>(&'a self, message: &[u8], f: &mut impl FnMut(&'a Template)) {
        let mut candidates = &self.all[self.n_without_beginning..];
        let mut depth = 0;
        loop {
            // What ends here comes first.
            let n_ended = candidates.partition_point(|template| template.start.len() <= depth);
            candidates[..n_ended].iter().for_each(&mut *f);
            candidates = &candidates[n_ended..];
            let ([first, ..], [.., last]) = (candidates, candidates) else { return };
            // They are sorted: what the first and the last have in common all have.
            let pairs = first.start.iter().zip(&last.start).skip(depth);
            let n_common = pairs.take_while(|(first, last)| first == last).count();
            if n_common > 0 {
                let common = depth..depth + n_common;
                if message.get(common.clone()) != first.start.get(common) {
                    return;
                }
                depth += n_common;
                continue;
            }
            let Some(byte) = message.get(depth) else { return };
            let from = candidates.partition_point(|template| template.start[depth] < *byte);
            candidates = &candidates[from..];
            let n_same = candidates.partition_point(|template| template.start[depth] == *byte);
            candidates = &candidates[..n_same];
            depth += 1;
        }
    }
}

impl Template {
    /// The longest of its texts.
    fn longest(&self) -> &[u8] {
        let between = self.between.iter().map(Finder::needle);
        let all = between.chain([&*self.start, &*self.end]);
        all.max_by_key(|text| text.len()).unwrap_or_default()
    }

    /// Whether a message can be of it.
    fn fits(&self, message: &[u8]) -> bool {
        let Some(mut rest) = message.strip_prefix(&*self.start) else { return false };
        for piece in &self.between {
            let Some(at) = piece.find(rest) else { return false };
            rest = &rest[at + piece.needle().len()..];
        }
        rest.ends_with(&self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file's templates in any number cost a message only those that begin as it does.
    #[test]
    fn few_templates_are_compared() {
        let statement = |line: usize, message: String| Statement {
            file: "a.rs".to_owned(),
            line,
            message,
            ..Statement::default()
        };
        let mut statements: Vec<Statement> =
            (0..10_000).map(|n| statement(n, format!("cannot read file {n:04} of {{}}"))).collect();
        statements.push(statement(10_000, "cannot {}".to_owned()));
        statements.extend((10_001..20_000).map(|n| statement(n, format!("{{}} step {n} of {{}}"))));
        statements.extend((20_000..30_000).map(|n| statement(n, "{}".to_owned())));
        let templates = Templates::new(&statements, (0..statements.len()).collect());
        let check = |message: &str, line: usize, expected: Option<usize>, most: usize| {
            let mut n_compared = 0;
            templates.each_candidate(message.as_bytes(), line, |_| n_compared += 1);
            assert!(n_compared <= most, "{message}: {n_compared}");
            assert_eq!(templates.find(message.as_bytes(), line, |_| true), expected, "{message}");
        };
        let few = 2 * NEAR + 2;
        check("cannot read file 0042 of web", 7, Some(42), few);
        check("cannot read file x", 7, Some(10_000), few);
        check("web: step 10042 of 20000", 7, Some(10_042), few);
        check("cannot", 20_005, Some(20_005), few);
        check("can read file 0042 of web", 7, Some(20_000), few);
    }
}
