//! Statements in front of a call, which compute what cannot be a pair of it: what a print always evaluates and a log call
//! only when it is enabled, and what has to be awaited, which as a pair would make a future that is `Send` one that is not,
//! because the macro keeps borrows of its own over the `.await`.

use super::{Stays, evaluation};
use crate::call::{Expr, LogCall};
use crate::dialect::{Dialect, Level};
use crate::finding::Edit;
use crate::tokens;

/// The statements that go before a call.
pub(super) struct Hoisted<'a> {
    call: &'a LogCall,
    source: &'a str,
    /// The question that is asked before they run; a print asks none.
    condition: Option<String>,
    statements: Vec<String>,
    names: Vec<String>,
    /// Some value does something when it goes: a guard, a value of a type that is not known.
    is_scoped: bool,
    /// Some value can be named by no statement.
    is_refused: bool,
}

impl<'a> Hoisted<'a> {
    /// None yet. `path` is what precedes a macro's name.
    pub(super) fn of(call: &'a LogCall, source: &'a str, dialect: &Dialect, path: &str) -> Self {
        let is_print = call.dialect.prints;
        let condition = if is_print { None } else { enabled(call, dialect, path) };
        let is_refused = condition.is_none() && !is_print;
        let (statements, names) = (Vec::new(), Vec::new());
        Self { call, source, condition, statements, names, is_scoped: false, is_refused }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// There is no statement for some value.
    pub(super) fn refuse(&mut self) {
        self.is_refused = true;
    }

    /// Computes a value before the call, and gives the name that it has from then on.
    pub(super) fn named(&mut self, expr: &Expr, words: &[String]) -> String {
        let name = words.join("_");
        let is_free = |name: &str| {
            !self.names.iter().any(|other| other == name)
                && syn::parse_str::<syn::Ident>(name).is_ok()
                && !self.is_used(name)
        };
        let candidates = [name.clone(), format!("{name}_value"), format!("logged_{name}")];
        let free = candidates.into_iter().find(|name| is_free(name));
        let value = evaluation::statement_value(expr).filter(|_| self.is_statement());
        let (Some(name), Some(value)) = (free, value) else {
            self.is_refused = true;
            self.statements.push(String::new());
            return expr.text.clone();
        };
        self.is_scoped |= !evaluation::goes_quietly(&expr.shape);
        self.statements.push(format!("let {name} = {value};"));
        self.names.push(name.clone());
        name
    }

    /// The edits of the call with the statements before it.
    pub(super) fn before(
        self,
        edits: impl FnOnce() -> Result<Vec<Edit>, Stays>,
    ) -> Result<Vec<Edit>, Stays> {
        if self.statements.is_empty() {
            return edits();
        }
        if self.is_refused {
            return Err(Stays::Order);
        }
        let mut edits = edits()?;
        let span = &self.call.span;
        let line = tokens::line_start(self.source, span.start);
        let newline = if self.source[..line].ends_with("\r\n") { "\r\n" } else { "\n" };
        let indent = &self.source[line..span.start];
        let step = if indent.contains('\t') { "\t" } else { "    " };
        let end = self.call.statement.as_ref().ok_or(Stays::Order)?.end;
        // Values go where the statement ended: with the block around it, or with one of their own.
        // A macro's bracket ends no block.
        let rest = self.source[end..].trim_start();
        let is_last = rest.starts_with('}')
            && self.source.len() - rest.len() + 1 >= self.call.place.block_end;
        let opening = match &self.condition {
            Some(condition) => Some(format!("if {condition} {{")),
            None => (self.is_scoped && !is_last).then(|| "{".to_owned()),
        };
        let inner = if opening.is_some() { step } else { "" };
        let mut text = String::new();
        if let Some(opening) = &opening {
            text += &format!("{opening}{newline}{indent}{inner}");
            for edit in &mut edits {
                edit.text = edit.text.replace('\n', &format!("\n{inner}"));
            }
        }
        for statement in &self.statements {
            text += &format!("{statement}{newline}{indent}{inner}");
        }
        // Two edits at one place are none for some tools.
        match edits.iter_mut().find(|edit| edit.span.start == span.start) {
            Some(first) => first.text.insert_str(0, &text),
            None => edits.push(Edit { span: span.start..span.start, text }),
        }
        if opening.is_some() {
            edits.push(Edit { span: end..end, text: format!("{newline}{indent}}}") });
        }
        edits.sort_by_key(|edit| edit.span.start);
        Ok(edits)
    }

    /// The name means something else from here to the end of the block.
    fn is_used(&self, name: &str) -> bool {
        let rest = self.call.span.start..self.call.place.block_end;
        self.source.get(rest).is_none_or(|rest| tokens::may_name(rest, name))
    }

    /// The call is a statement on a line of its own, without attributes.
    fn is_statement(&self) -> bool {
        let span = &self.call.span;
        let ends = self.call.statement.as_ref().is_some_and(|statement| statement.end > span.end);
        let before = &self.source[..span.start];
        let line = tokens::line_start(before, before.len());
        let is_alone = before[line..].trim().is_empty();
        let after = before.trim_end().chars().next_back();
        // After `=>` or an attribute there is no room for another statement; after a comment there is.
        let has_comment =
            before[..line].trim_end().lines().next_back().is_some_and(|line| line.contains("//"));
        ends && is_alone && (has_comment || matches!(after, Some('{' | '}' | ';')))
    }
}

/// Asks whether the call would be enabled; `None` where its macros have no such question.
fn enabled(call: &LogCall, dialect: &Dialect, path: &str) -> Option<String> {
    // Nothing names the library.
    if path.is_empty() {
        return None;
    }
    let level = match call.level? {
        Level::Trace => "Trace",
        Level::Debug => "Debug",
        Level::Info => "Info",
        Level::Warn => "Warn",
        Level::Error => "Error",
        Level::Fatal => return None,
    };
    let target = call.prefix.iter().find(|prefix| prefix.name == "target");
    if call.prefix.iter().any(|prefix| prefix.name != "target")
        || target.is_some_and(|target| !evaluation::is_quiet(&target.value))
    {
        return None;
    }
    let target =
        target.map_or_else(String::new, |target| format!("target: {}, ", target.value.text));
    Some(dialect.form?.enabled?(path, &target, level))
}
