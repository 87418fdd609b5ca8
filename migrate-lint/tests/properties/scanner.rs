//! The scanner takes any bytes, and what it names lies in the file.

use migrate_lint::internal::call::{Expr, LogCall, MessageForm, Piece, Span};
use migrate_lint::internal::scan::{self, CrateFacts, Scanned};
use migrate_lint::internal::source::Source;

use super::ensure;

/// No panic; every range lies in the file, on boundaries of characters, and in what it is a part of.
pub fn places_are_right(bytes: &[u8]) -> Result<(), String> {
    let text = Source::from_bytes(bytes.to_vec()).text;
    let scanned = scan::source(&text, &CrateFacts::default());
    let places = Places { text: &text };
    ensure(scanned.source.text == text, || "the scanner keeps another text".to_owned())?;
    places.check(&scanned).map_err(|why| format!("{why}\n{text}"))
}

struct Places<'a> {
    text: &'a str,
}

impl Places<'_> {
    fn check(&self, scanned: &Scanned) -> Result<(), String> {
        let starts: Vec<usize> = scanned.calls.iter().map(|call| call.span.start).collect();
        ensure(starts.is_sorted(), || format!("calls are not in order: {starts:?}"))?;
        for call in &scanned.calls {
            self.call(call).map_err(|why| format!("{why}\nof {call:?}"))?;
        }
        for comment in &scanned.comments {
            self.within(&comment.span, &(0..self.text.len()))?;
            let text = &self.text[comment.span.clone()];
            ensure(text.contains(&comment.text), || format!("{text:?}: {:?}", comment.text))?;
        }
        let facts = &scanned.facts;
        let whole = 0..self.text.len();
        for function in &facts.functions {
            self.within(&function.span, &whole)?;
            self.within(&function.signature, &whole)?;
            let loggers = function.loggers.iter().map(|(_, span)| span);
            let instrument = function.instruments.iter().map(|one| &one.span);
            for span in loggers.chain(&function.closures).chain(&function.scopes).chain(instrument)
            {
                self.within(span, &whole)?;
            }
        }
        for (left, right) in facts.guards_across_await.iter().chain(&facts.entered_spans) {
            self.within(left, &whole)?;
            self.within(right, &whole)?;
        }
        for call in &facts.logger_calls {
            self.within(&call.span, &whole)?;
            for (_, span) in &call.keys {
                self.within(span, &call.span)?;
            }
        }
        Ok(())
    }

    fn call(&self, call: &LogCall) -> Result<(), String> {
        self.within(&call.span, &(0..self.text.len()))?;
        self.within(&call.path_span, &call.span)?;
        self.within(&call.args_span, &call.span)?;
        let args = &call.args_span;
        let statement = call.statement.clone().unwrap_or_else(|| call.span.clone());
        self.within(&call.span, &statement)?;
        self.within(&statement, &(0..self.text.len()))?;
        for prefix in &call.prefix {
            self.within(&prefix.span, args)?;
            self.expression(&prefix.value, &prefix.span)?;
        }
        for pair in &call.pairs {
            self.within(&pair.span, args)?;
            self.within(&pair.key_span, &pair.span)?;
            if let Some(value) = &pair.value {
                self.expression(value, &pair.span)?;
            }
        }
        if let Some(message) = &call.message {
            self.within(&message.span, args)?;
            match &message.form {
                MessageForm::Literal { pieces, .. } => {
                    for piece in pieces {
                        if let Piece::Hole(hole) = piece
                            && let Some(span) = &hole.span
                        {
                            self.within(span, &message.span)?;
                        }
                    }
                }
                MessageForm::Expr(expression) => self.expression(expression, &message.span)?,
                MessageForm::Constant(_) | MessageForm::Macro(_) => {}
            }
        }
        for argument in &call.format_args {
            self.within(&argument.span, args)?;
            self.expression(&argument.value, &argument.span)?;
        }
        call.comments.iter().try_for_each(|span| self.within(span, args))
    }

    fn expression(&self, expression: &Expr, around: &Span) -> Result<(), String> {
        self.within(&expression.span, around)?;
        let text = &self.text[expression.span.clone()];
        ensure(text == expression.text, || format!("{text:?} is called {:?}", expression.text))
    }

    fn within(&self, span: &Span, around: &Span) -> Result<(), String> {
        let is_right = around.start <= span.start
            && span.end <= around.end
            && self.text.get(span.clone()).is_some();
        ensure(is_right, || format!("{span:?} is no part of {around:?}"))
    }
}
