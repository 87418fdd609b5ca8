//! Values that have to be awaited: as a pair they would make a future that is `Send` one that is not, because the macro
//! keeps borrows of its own over the `.await`. They get a `let` of their own before the statement.

use crate::call::{Expr, LogCall, Shape};
use crate::finding::Edit;
use crate::tokens;

/// The statements that go before a call.
pub(super) struct Hoisted<'a> {
    call: &'a LogCall,
    source: &'a str,
    statements: Vec<String>,
    names: Vec<String>,
    /// Some value can be named by no statement.
    is_refused: bool,
}

impl<'a> Hoisted<'a> {
    /// None yet.
    pub(super) fn of(call: &'a LogCall, source: &'a str) -> Self {
        Self { call, source, statements: Vec::new(), names: Vec::new(), is_refused: false }
    }

    /// Names the value before the statement; gives its text with the name in place of the expression.
    pub(super) fn named(&mut self, expr: &Expr, text: &str, words: &[String]) -> String {
        let name = words.join("_");
        let is_free = |name: &str| {
            !self.names.iter().any(|other| other == name)
                && syn::parse_str::<syn::Ident>(name).is_ok()
                && !self.is_used(name)
        };
        let candidates = [name.clone(), format!("{name}_value"), format!("logged_{name}")];
        let free = candidates.into_iter().find(|name| is_free(name));
        let Some(name) = free.filter(|_| is_owned(&expr.shape) && self.is_statement()) else {
            self.is_refused = true;
            return text.to_owned();
        };
        self.statements.push(format!("let {name} = {};", expr.text));
        let text = text.replacen(&expr.text, &name, 1);
        self.names.push(name);
        text
    }

    /// The edits of the call with the statements before it.
    pub(super) fn before(self, edits: impl FnOnce() -> Option<Vec<Edit>>) -> Option<Vec<Edit>> {
        if self.is_refused {
            return None;
        }
        let mut edits = edits()?;
        if !self.statements.is_empty() {
            let start = self.call.span.start;
            let line = self.source[..start].rfind('\n').map_or(0, |end| end + 1);
            let newline = if self.source[..line].ends_with("\r\n") { "\r\n" } else { "\n" };
            let separator = format!("{newline}{}", &self.source[line..start]);
            let text: String =
                self.statements.iter().map(|one| format!("{one}{separator}")).collect();
            // Two edits at one place are none for some tools.
            match edits.first_mut().filter(|first| first.span.start == start) {
                Some(first) => first.text.insert_str(0, &text),
                None => edits.insert(0, Edit { span: start..start, text }),
            }
        }
        Some(edits)
    }

    /// The name means something else from here to the end of the block.
    fn is_used(&self, name: &str) -> bool {
        let start = self.call.span.start;
        let text = &self.source[start..tokens::block_end(self.source, start)];
        let is_variable = |at: usize| !text[..at].trim_end().ends_with('.');
        tokens::identifiers(text).any(|(at, word)| word == name && is_variable(at))
            || ["}", ":"].iter().any(|end| text.contains(&format!("{{{name}{end}")))
    }

    /// The call is a statement on a line of its own, without attributes.
    fn is_statement(&self) -> bool {
        let span = &self.call.span;
        let ends = self.call.statement.as_ref().is_some_and(|statement| statement.end > span.end);
        let before = &self.source[..span.start];
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let is_alone = before[line..].trim().is_empty();
        let after = before.trim_end().chars().next_back();
        // Behind `=>` or an attribute there is no room for another statement; behind a comment there is.
        let has_comment =
            before[..line].trim_end().lines().next_back().is_some_and(|line| line.contains("//"));
        ends && is_alone && (has_comment || matches!(after, Some('{' | '}' | ';')))
    }
}

/// What is awaited is no guard, which would live longer, and the result can borrow nothing that ends with the statement.
fn is_owned(shape: &Shape) -> bool {
    const GUARDS: &[&str] =
        &["acquire", "borrow", "borrow_and_update", "get", "get_mut", "lock", "read", "write"];
    match shape {
        Shape::Try(inner) | Shape::Reference(inner) | Shape::Group(inner) => is_owned(inner),
        Shape::Method(base, name, _) => {
            let keeps = ["unwrap", "expect", "unwrap_or", "unwrap_or_default", "unwrap_or_else"];
            let counts = ["len", "is_empty", "is_some", "is_none", "is_ok", "is_err", "to_string"];
            keeps.contains(&name.as_str()) && is_owned(base) || counts.contains(&name.as_str())
        }
        Shape::Await(inner) => {
            let name = match &**inner {
                Shape::Method(_, name, _) => name.as_str(),
                Shape::Call(path, _) => path.last().map_or("", String::as_str),
                Shape::Ident(_) => "",
                _ => return false,
            };
            !GUARDS.contains(&name) && !name.ends_with("_lock") && !name.ends_with("_owned")
        }
        _ => false,
    }
}
