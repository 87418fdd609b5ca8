//! The value expressions of a statement, in a form that two ways of writing them share.

use std::collections::BTreeSet;

use migrate_lint::internal::call::{Expr, HoleArgument, LogCall, MessageForm, Piece, Shape};
use migrate_lint::internal::scan::{self, CrateFacts};

use crate::fixed::File;

/// Values without white space and borrows. One value that is shown twice counts once.
#[derive(Debug, Default)]
pub(crate) struct Values {
    pub(crate) list: BTreeSet<String>,
    /// Arguments of `kobj`, which stands for name and namespace.
    pub(crate) objects: BTreeSet<String>,
    /// Names that a `let` before the statement gives to what had to be evaluated there.
    pub(crate) hoisted: BTreeSet<String>,
}

/// The values of a call that a fix has written, with those that precede it.
pub(crate) fn of_fixed(file: &File, call: &LogCall) -> Values {
    let mut values = of(call);
    hoisted(file, call, &mut values);
    values
}

/// The values of a call.
pub(crate) fn of(call: &LogCall) -> Values {
    let mut values = Values::default();
    collect(call, &mut values);
    values
}

fn collect(call: &LogCall, values: &mut Values) {
    if let Some(message) = &call.message {
        match &message.form {
            MessageForm::Literal { pieces, .. } => pieces.iter().for_each(|piece| {
                if let Piece::Hole(hole) = piece
                    && let HoleArgument::Capture(name) = &hole.argument
                {
                    add(name, values);
                }
            }),
            MessageForm::Expr(value) => expression(value, values),
            MessageForm::Constant(_) | MessageForm::Macro(_) => {}
        }
    }
    call.format_args.iter().for_each(|argument| expression(&argument.value, values));
    call.pairs
        .iter()
        .filter_map(|pair| pair.value.as_ref())
        .for_each(|value| expression(value, values));
    let errors = call.prefix.iter().filter(|prefix| prefix.name == "err");
    errors.for_each(|prefix| expression(&prefix.value, values));
}

fn expression(value: &Expr, values: &mut Values) {
    let inside =
        || value.text.split_once('(').and_then(|(_, rest)| rest.trim_end().strip_suffix(')'));
    match &value.shape {
        // `format_args!("{base:#x}")` has a placeholder of its own.
        Shape::MacroCall(path, _)
            if path.last().is_some_and(|name| name == "format_args" || name == "format") =>
        {
            let source = format!("fn f() {{ println!({}) }}", inside().unwrap_or_default());
            let scanned = scan::source(&source, &CrateFacts::default());
            if let Some(call) = scanned.calls.first() {
                collect(call, values);
            }
        }
        Shape::Call(path, _) if path.last().is_some_and(|name| name == "kref") => {
            for part in inside().unwrap_or_default().split(',') {
                add(part, values);
            }
        }
        Shape::Call(path, _) if path.last().is_some_and(|name| name == "kobj") => {
            let object = normal(inside().unwrap_or_default());
            values.objects.insert(object.clone());
            values.list.insert(object);
        }
        _ => add(&value.text, values),
    }
}

fn add(text: &str, values: &mut Values) {
    values.list.insert(normal(text));
}

/// What is left of a value without `.to_string()`, `.clone()` and the like.
pub(crate) fn inner(value: &str) -> &str {
    let methods = [".to_string()", ".clone()", ".to_owned()", ".to_vec()"];
    methods.iter().find_map(|method| value.strip_suffix(method)).unwrap_or(value)
}

/// `let id = client.id().await;` before the statement: the value is what is there.
fn hoisted(file: &File, call: &LogCall, values: &mut Values) {
    for (name, value) in hoists(&file.text, call.span.start) {
        values.hoisted.insert(normal(name));
        add(value, values);
    }
}

/// Name and value of the `let`s with an `.await` in the lines before a place.
pub(crate) fn hoists(text: &str, start: usize) -> Vec<(&str, &str)> {
    let lines = text[..start].trim_end().lines().rev();
    let declarations = lines.map_while(|line| {
        let (name, value) =
            line.trim().strip_prefix("let ")?.strip_suffix(';')?.split_once(" = ")?;
        value.contains(".await").then_some((name, value))
    });
    declarations.collect()
}

fn normal(text: &str) -> String {
    let text: String = text.split_whitespace().collect();
    let text = text.trim_end_matches(',').to_owned();
    let text = text.replace(",)", ")");
    text.trim_start_matches('&').to_owned()
}
