//! The statements of a file whose messages have holes, found by how a message begins, then by how it ends, then by what
//! is between: a message is compared with few of them, however many there are and however alike.

mod between;
mod same;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use self::between::Between;
use self::same::Same;
use super::tree::{Side, Tree};
use crate::catalog::Statement;
use crate::work;

/// The statements of a file, by the text before the first hole and the one after the last.
#[derive(Debug)]
pub(super) struct Templates {
    by_start: Tree<Tree<Group>>,
}

/// Statements that begin alike and end alike.
#[derive(Debug, Default)]
struct Group {
    /// Bytes before the first hole.
    n_start: usize,
    /// Bytes after the last.
    n_end: usize,
    /// Those with one hole.
    plain: Option<Same>,
    /// Those with several.
    between: Between,
}

/// A statement that fits, and why it is better than another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    /// It is at the line that the entry shows, and has text of its own.
    is_here: bool,
    n_text: usize,
    distance: Reverse<usize>,
    index: Reverse<usize>,
}

impl Templates {
    /// Of these statements, which are of files with one name.
    pub(super) fn new(statements: &[Statement], of_file: Vec<usize>) -> Self {
        let mut by_message: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for index in of_file {
            by_message.entry(&statements[index].message).or_default().push(index);
        }
        let mut by_start: Tree<Tree<Group>> = Tree::new(Side::Start);
        for (message, indexes) in by_message {
            let (start, rest) = message.split_once("{}").unwrap_or_default();
            let (between, end) = match rest.rsplit_once("{}") {
                Some((between, end)) => (Some(between.split("{}")), end),
                None => (None, rest),
            };
            let by_end = by_start.entry(start.as_bytes());
            let by_end = by_end.get_or_insert_with(|| Tree::new(Side::End));
            let group = by_end.entry(end.as_bytes()).get_or_insert_default();
            (group.n_start, group.n_end) = (start.len(), end.len());
            let same = Same::new(statements, indexes);
            match between {
                None => group.plain = Some(same),
                Some(texts) => group.between.add(texts, same),
            }
        }
        for by_end in by_start.values_mut() {
            by_end.values_mut().for_each(|group| group.between.prepare());
        }
        Self { by_start }
    }

    /// The one at this line that such a message can come from, else that with most text of its own, and of several the nearest.
    pub(super) fn find(
        &self,
        message: &[u8],
        line: usize,
        is_of_file: impl Fn(&usize) -> bool,
    ) -> Option<usize> {
        let mut best: Option<Found> = None;
        let mut look = |same: &Same| best = best.max(same.nearest(line, &is_of_file));
        self.by_start.each(message, |by_end| {
            by_end.each(message, |group| {
                work::count(1);
                let end = message.len() - group.n_end;
                let Some(middle) = message.get(group.n_start..end) else { return };
                group.plain.iter().for_each(&mut look);
                group.between.each(middle, &mut look);
            });
        });
        best.map(|found| found.index.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates(messages: impl Iterator<Item = String>) -> (Vec<Statement>, Templates) {
        let statement = |(line, message)| Statement {
            file: "a.rs".to_owned(),
            line,
            message,
            ..Statement::default()
        };
        let statements: Vec<Statement> = (0..).zip(messages).map(statement).collect();
        let templates = Templates::new(&statements, (0..statements.len()).collect());
        (statements, templates)
    }

    /// A message costs as much among thousands of statements as among few, however alike they are.
    #[cfg(debug_assertions)]
    #[test]
    fn few_statements_are_compared() {
        const N: usize = 10_000;
        type Shape = fn(usize) -> String;
        let check = |shape: Shape, message: &str, line: usize, expected: Option<usize>| {
            let (_, templates) = templates((0..N).map(shape));
            let before = work::steps();
            let found = templates.find(message.as_bytes(), line, |_| true);
            let n_steps = work::steps() - before;
            assert_eq!(found, expected, "{message}");
            assert!(n_steps <= 8, "{message}: {n_steps} steps");
        };
        check(
            |n| format!("cannot read file {n:04} of {{}}"),
            "cannot read file 0042 of web",
            7,
            Some(42),
        );
        check(|n| format!("cannot read {{}} of {n:04}"), "cannot read file of 0042", 7, Some(42));
        check(
            |n| format!("no {{}} in step {n:04} of {{}}"),
            "no pod in step 0042 of 7",
            7,
            Some(42),
        );
        check(|n| format!("{{}} step {n:04} of {{}}"), "web: step 0042 of 20000", 7, Some(42));
        check(|n| format!("{{}} step {n:04} of {{}}"), "web: steps", 7, None);
        check(|_| "no {} of {}".to_owned(), "no pod of web", 42, Some(42));
        check(|_| "{}".to_owned(), "anything", N + 5, Some(N - 1));
        // The text is in the message again and again.
        let often = "no step 0042 of".repeat(1_000);
        check(|n| format!("no{{}} step {n:04} {{}}!"), &often, 7, None);
        check(|n| format!("no{{}} step {n:04} {{}}of"), &often, 7, Some(42));
    }

    /// The statement is the one that a look at all of them finds.
    #[test]
    fn the_best_statement_is_found() {
        let messages = [
            "{}",
            "{}{}",
            "no {}",
            "no {}",
            "no pod {}",
            "no {} of {}",
            "no {} of {}",
            "{} of {}",
            "{} of",
            "no pod {} of {}",
            "{}pod{}",
            "no {}d {}",
            "no {} {} {}",
            "n{}o",
            "{} of web",
            "no {} of web {}b",
        ];
        let shown = [
            "",
            "no",
            "no ",
            "no pod web",
            "no pod of web",
            "no pod of web b",
            "pod of",
            "nod o",
            "no web of of",
            "no pod pod of web web b",
        ];
        let (statements, templates) = templates(messages.into_iter().map(str::to_owned));
        for message in shown {
            for line in 0..messages.len() + 2 {
                let rank = |(index, it): &(usize, &Statement)| {
                    let (n_text, distance) = (it.n_text(), it.line.abs_diff(line));
                    (distance == 0 && n_text > 0, n_text, Reverse(distance), Reverse(*index))
                };
                let fitting =
                    statements.iter().enumerate().filter(|(_, it)| it.has_message(message));
                let expected = fitting.max_by_key(rank).map(|(index, _)| index);
                let found = templates.find(message.as_bytes(), line, |_| true);
                assert_eq!(found, expected, "{message:?} at {line}");
            }
        }
    }
}
