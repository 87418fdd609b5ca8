//! The statements of a file whose messages have holes, found by how their messages begin.

use std::cmp::Reverse;

use memchr::memmem::Finder;

use crate::catalog::Statement;

/// Sorted by how they begin, so that only those are compared that begin as a message does.
#[derive(Debug)]
pub(super) struct Templates(Vec<Template>);

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
        let mut templates: Vec<Template> = of_file.into_iter().map(template).collect();
        templates.sort_by(|a, b| (&a.start, a.index).cmp(&(&b.start, b.index)));
        Self(templates)
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
        self.each_that_begins(message, |template| {
            let is_better = best.is_none_or(|best| rank(template) > rank(best));
            if is_better && template.fits(message) && is_of_file(&template.index) {
                best = Some(template);
            }
        });
        best.map(|template| template.index)
    }

    /// Calls `f` with the templates that begin as the message does.
    fn each_that_begins<'a>(&'a self, message: &[u8], mut f: impl FnMut(&'a Template)) {
        let mut candidates = self.0.as_slice();
        for depth in 0.. {
            // What ends here comes first; of the others the message's next byte leaves some.
            let n_ended = candidates.partition_point(|template| template.start.len() <= depth);
            candidates[..n_ended].iter().for_each(&mut f);
            candidates = &candidates[n_ended..];
            let (Some(byte), false) = (message.get(depth), candidates.is_empty()) else { return };
            if let [template] = candidates {
                if message.starts_with(&template.start) {
                    f(template);
                }
                return;
            }
            let first = candidates.partition_point(|template| template.start[depth] < *byte);
            candidates = &candidates[first..];
            let n_same = candidates.partition_point(|template| template.start[depth] == *byte);
            candidates = &candidates[..n_same];
        }
    }
}

impl Template {
    /// Whether a message, which begins as this does, goes on as it does.
    fn fits(&self, message: &[u8]) -> bool {
        let mut rest = &message[self.start.len()..];
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
        let templates = Templates::new(&statements, (0..statements.len()).collect());
        let check = |message: &str, line: usize, expected: Option<usize>, most: usize| {
            let mut n_compared = 0;
            templates.each_that_begins(message.as_bytes(), |_| n_compared += 1);
            assert!(n_compared <= most, "{message}: {n_compared}");
            assert_eq!(templates.find(message.as_bytes(), line, |_| true), expected, "{message}");
        };
        check("cannot read file 0042 of web", 7, Some(42), 2);
        check("cannot read file x", 7, Some(10_000), 1);
        check("cannot", 7, None, 0);
        check("can read file 0042 of web", 7, None, 0);
    }
}
