//! `#[instrument]` on a function with a request body among its parameters.

use super::{Check, Context, FixKind, Rule, finding, fix, instrument, secret_value};
use crate::call::{Function, Instrument};
use crate::finding::{Edit, Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "instrument-captures-all",
    group: "contextual",
    level: Level::Warn,
    summary: "`#[instrument]` without `skip` on a function with large or secret arguments",
    origin: "tracing's documentation of `#[instrument]`",
    fix: FixKind::Safe,
    page: include_str!("instrument-captures-all.md"),
    check: Check::File(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let functions = context.scanned.facts.functions.iter();
    let all =
        functions.flat_map(|one| one.instruments.iter().map(move |attribute| (one, attribute)));
    for (function, attribute) in all {
        let settings = instrument::parse(&attribute.arguments);
        if settings.skips_all || settings.skipped.is_some() {
            continue;
        }
        let captured = captured(context, function, &settings.fields);
        if captured.is_empty() {
            continue;
        }
        let list: Vec<String> = captured.iter().map(|name| format!("`{name}`")).collect();
        let message =
            format!("{} of `{}` becomes a field of the span", list.join(", "), function.name);
        let mut finding = finding(attribute.span.clone(), message);
        finding.help.push(
            "every argument is formatted with `Debug`, for each call, and printed with each entry"
                .to_owned(),
        );
        let skip = format!("skip({})", captured.join(", "));
        finding.fix = fix(&[], format!("add `{skip}`"), vec![with_argument(attribute, &skip)]);
        findings.push(finding);
    }
}

/// Adds an argument before the others.
fn with_argument(attribute: &Instrument, argument: &str) -> Edit {
    let text = match attribute.arguments.trim() {
        _ if !attribute.has_brackets => format!("({argument})"),
        "" => argument.to_owned(),
        _ => format!("{argument}, "),
    };
    Edit { span: attribute.arguments_at..attribute.arguments_at, text }
}

/// Names of the parameters that should not be captured; one that `fields` gives a value is not.
fn captured<'a>(context: &Context<'_>, function: &'a Function, fields: &[String]) -> Vec<&'a str> {
    let is_unwanted = |(name, kind): &&(String, String)| {
        let is_overridden = fields.contains(name);
        !name.is_empty()
            && !is_overridden
            && (name == "self" || secret_value::is_secret(context, name) || is_large(kind))
    };
    // Alone, `self` is as often a small handle.
    let names: Vec<&str> =
        function.parameters.iter().filter(is_unwanted).map(|(name, _)| name.as_str()).collect();
    if names == ["self"] { Vec::new() } else { names }
}

/// A collection, a body, or a whole request, by the names in its type.
fn is_large(kind: &str) -> bool {
    const LARGE: &[&str] = &[
        "Vec", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "IndexMap", "VecDeque", "Bytes",
        "BytesMut", "Request", "Response", "Body", "Value",
    ];
    let is_slice = kind.trim_start_matches(['&', ' ']).trim_start_matches("mut ").starts_with('[');
    let mut names = kind.split(|c: char| !c.is_alphanumeric() && c != '_');
    is_slice || names.any(|name| LARGE.contains(&name))
}
