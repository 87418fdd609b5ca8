//! The one place that turns an interpolated call into a structured one.

use super::needs::{Need, needs};
use super::{Context, loggers};
use crate::call::{LogCall, PrefixArg};
use crate::dialect::{self, Dialect};
use crate::finding::{Edit, Finding, Fix};
use crate::rewrite::{self, Outcome, Refusal, RewriteStyle, Stays, Surroundings};
use crate::safety::Reason;
use crate::settings::FixDialect;

/// Adds the rewritten call to a finding: as data, and as a fix where it can be written.
pub(super) fn add_fix(context: &Context<'_>, call: &LogCall, finding: &mut Finding) {
    let Some(style) = style(context, call) else {
        if !call.dialect.prints {
            let name = call.dialect.name;
            finding.help.push(format!("{name} has no pairs: `--to tracing` writes some"));
        }
        return;
    };
    let source = &context.scanned.source.text;
    let path = path(context, call, style.dialect);
    let around = around(context, &path);
    let mut outcome = match rewrite::rewrite_in(call, source, style, &around) {
        Ok(outcome) => outcome,
        Err(refusal) => return stays(call, style.dialect, &refused(call, refusal), finding),
    };
    let drops_logger =
        style.dialect != call.dialect && call.prefix.iter().any(|prefix| prefix.name == "logger");
    if style.dialect != call.dialect
        && context.workspace.has_own_values
        && let Some(pair) = rewrite::pair_of_unknown_type(call, source)
    {
        let value = pair.value.as_ref().map_or("", |value| &value.text);
        finding.help.push(format!("`{value}` need not be a value of {}", style.dialect.name));
        outcome.edits = None;
    }
    let is_fixed = |call: &LogCall| is_fixed(context, call);
    if drops_logger && let Some(name) = loggers::left_unused(context, call, &is_fixed) {
        finding.help.push(format!("nothing else would use `{name}`, so a fix has to begin there"));
        outcome.edits = None;
    }
    let n_pairs = outcome.rewrite.pairs.len() + usize::from(outcome.rewrite.err.is_some());
    let values = if n_pairs == 1 { "the value as a pair" } else { "the values as pairs" };
    offer(context, call, style.dialect, outcome, format!("log {values}"), finding);
}

/// Adds a call without values in the dialect that the configuration asks for.
pub(super) fn add_constant(context: &Context<'_>, call: &LogCall, finding: &mut Finding) {
    let Some(style) = style(context, call) else { return };
    let source = &context.scanned.source.text;
    let path = path(context, call, style.dialect);
    let around = around(context, &path);
    if let Some(outcome) = rewrite::constant(call, source, style, &around) {
        offer(context, call, style.dialect, outcome, "log it".to_owned(), finding);
    }
}

/// Adds a call that has a constant message, in the dialect that the configuration asks for.
pub(super) fn add_moved(context: &Context<'_>, call: &LogCall, finding: &mut Finding) {
    let Some(style) = style(context, call) else { return };
    let source = &context.scanned.source.text;
    let path = path(context, call, style.dialect);
    let Some(mut outcome) = rewrite::moved(call, source, style, &around(context, &path)) else {
        return;
    };
    let unknown = context
        .workspace
        .has_own_values
        .then(|| rewrite::pair_of_unknown_type(call, source))
        .flatten();
    let name = style.dialect.name;
    if let Some(pair) = unknown {
        let value = pair.value.as_ref().map_or("", |value| &value.text);
        finding.help.push(format!("`{value}` need not be a value of {name}"));
        outcome.edits = None;
    } else if call.prefix.iter().any(|prefix| prefix.name == "logger") {
        finding.help.push("the logger that it names has to move first".to_owned());
        outcome.edits = None;
    }
    offer(context, call, style.dialect, outcome, format!("use {name}'s macro"), finding);
    // What it says is its author's.
    finding.rewrite = None;
}

/// Says why a call stays in its own macros.
pub(super) fn stays(call: &LogCall, to: &Dialect, why: &Stays, finding: &mut Finding) {
    if call.dialect != to && !call.dialect.prints {
        finding.help.push(why.words(call, to));
    }
}

/// Says why, or that the macro that the call goes through takes it along.
fn stays_or_moves(
    context: &Context<'_>,
    call: &LogCall,
    to: &Dialect,
    why: &Stays,
    finding: &mut Finding,
) {
    match why {
        Stays::Wrapper(name) if context.workspace.wrapper(name) == Some(&None) => {
            finding.help.push(format!("it moves together with `{name}!`"));
        }
        _ => stays(call, to, why, finding),
    }
}

/// Why a call is not rewritten.
fn refused(call: &LogCall, refusal: Refusal) -> Stays {
    match refusal {
        Refusal::NotInterpolated => Stays::of(call),
        Refusal::NoWords => Stays::NoWords,
        Refusal::Broken => Stays::Unreadable,
        Refusal::TooMany => Stays::TooMany,
    }
}

/// The edits of a call whose macro moves with it, and the reasons for a person to look, or why it cannot be.
pub(super) fn through_wrapper(
    context: &Context<'_>,
    call: &LogCall,
) -> Result<(Vec<Edit>, Vec<Reason>), String> {
    let Some(style) = style(context, call) else { return Err(String::new()) };
    let stays = |why: Stays| why.words(call, style.dialect);
    let source = &context.scanned.source.text;
    if context.workspace.has_own_values
        && let Some(pair) = rewrite::pair_of_unknown_type(call, source)
    {
        let value = pair.value.as_ref().map_or("", |value| &value.text);
        return Err(format!("`{value}` need not be a value of {}", style.dialect.name));
    }
    let is_own = |prefix: &&PrefixArg| matches!(prefix.name.as_str(), "logger" | "level");
    if let Some(prefix) = call.prefix.iter().find(is_own) {
        return Err(stays(Stays::Prefix(prefix.name.clone())));
    }
    let path = path(context, call, style.dialect);
    let around = Surroundings { with_wrapper: true, ..around(context, &path) };
    let mut outcome = match rewrite::rewrite_in(call, source, style, &around) {
        Ok(outcome) => outcome,
        Err(Refusal::NotInterpolated) => {
            rewrite::moved(call, source, style, &around).ok_or_else(|| stays(Stays::NoMessage))?
        }
        Err(refusal) => return Err(stays(refused(call, refusal))),
    };
    judge(context, &mut outcome);
    match outcome.edits {
        Some(edits) => Ok((edits, outcome.rewrite.reasons)),
        None => Err(stays(outcome.stays.unwrap_or(Stays::Code))),
    }
}

/// The outcome as data, and as a fix where the crate has what it needs.
fn offer(
    context: &Context<'_>,
    call: &LogCall,
    dialect: &Dialect,
    outcome: Outcome,
    title: String,
    finding: &mut Finding,
) {
    let mut outcome = outcome;
    judge(context, &mut outcome);
    if let Some(why) = outcome.stays.as_ref().filter(|_| outcome.edits.is_none()) {
        stays_or_moves(context, call, dialect, why, finding);
    }
    // What the manifest lacks is of interest only where the call could be fixed.
    match needs(context, call, dialect).filter(|_| outcome.edits.is_some()) {
        Some(Need { words, is_addable: false }) => {
            finding.help.push(format!("a fix needs {words}"));
        }
        Some(Need { words, .. }) if !context.settings.edit_manifest => {
            finding.help.push(format!("a fix needs {words}: `--edit-manifest` adds it"));
        }
        _ => {
            let (reasons, writes) = (outcome.rewrite.reasons.clone(), Some(dialect.name));
            finding.fix = outcome.edits.map(|edits| Fix { title, reasons, edits, writes });
        }
    }
    finding.rewrite = Some(outcome.rewrite);
}

/// A method that says what failed, in front of its error: `error.context("Failed to read")`.
pub(super) fn add_wrapped(context: &Context<'_>, call: &LogCall, finding: &mut Finding) {
    let Some(style) = style(context, call) else { return };
    let source = &context.scanned.source.text;
    let path = path(context, call, style.dialect);
    if let Some(outcome) = rewrite::wrapped(call, source, style, &around(context, &path)) {
        finding.help = vec!["the text is the message, and the error goes under `err`".to_owned()];
        let title = "take the text for the message".to_owned();
        offer(context, call, style.dialect, outcome, title, finding);
    }
}

fn around<'a>(context: &'a Context<'_>, path: &'a str) -> Surroundings<'a> {
    Surroundings {
        path,
        widths: context.widths(),
        chosen: Some(&context.settings.chosen),
        with_wrapper: false,
    }
}

/// What other rules would say of the fixed call: a key of the guide's list makes it unsafe, a secret has no fix.
fn judge(context: &Context<'_>, outcome: &mut Outcome) {
    let is_active = |name: &str| context.active.iter().any(|rule| rule.name == name);
    let settings = &context.settings.keys;
    let is_flagged = |key: &str| {
        let words = super::keys::words(key).join(" ");
        let is_same = |other: &String| super::keys::words(other).join(" ") == words;
        let is_replaced =
            crate::guide::REPLACEMENTS.iter().any(|(from, to)| *from == words && to.len() > 1);
        !super::keys::is_allowed(context, key)
            && (settings.forbid.iter().any(is_same) || is_replaced)
    };
    let pairs = &outcome.rewrite.pairs;
    if is_active("key-name") && pairs.iter().any(|pair| is_flagged(&pair.key)) {
        outcome.rewrite.reasons.push(Reason::FlaggedAfterwards);
    }
    let is_secret = |key: &str| super::secret_value::is_secret(context, key);
    if is_active("secret-value") && pairs.iter().any(|pair| is_secret(&pair.key)) {
        outcome.edits = None;
        outcome.stays = Some(Stays::Secret);
    }
}

/// What precedes a macro of a dialect: the crate by the name that code uses for it.
pub(super) fn path(context: &Context<'_>, call: &LogCall, dialect: &Dialect) -> String {
    let package = dialect.package().name;
    let known = context.workspace.package(context.file.crate_index, package);
    // Another crate brings the macros: `facade::log::info!`.
    if known.is_none()
        && call.dialect == dialect
        && context.workspace.knows(context.file.crate_index)
    {
        return call
            .written
            .rsplit_once("::")
            .map_or_else(String::new, |(path, _)| format!("{path}::"));
    }
    let code =
        known.map(|known| known.name.as_str()).filter(|name| *name != package.replace('-', "_"));
    let code = code.unwrap_or(dialect.library());
    // A module of that name would be meant instead of the crate, or at least as well: `tracing` has one called `log`.
    let is_hidden = context.workspace.has_module(context.file.crate_index, code)
        || dialect::ALL.into_iter().any(|other| {
            other.traits.glob_modules.contains(&code)
                && context.scanned.globs.contains(other.library())
        });
    let root = if is_hidden { "::" } else { "" };
    format!("{root}{code}::")
}

/// Another dialect would take the call over.
fn is_fixed(context: &Context<'_>, call: &LogCall) -> bool {
    let Some(style) = style(context, call) else { return false };
    let outcome = rewrite::rewrite(call, &context.scanned.source.text, style);
    outcome.is_ok_and(|outcome| outcome.edits.is_some())
}

/// What a fix of this call writes.
fn style(context: &Context<'_>, call: &LogCall) -> Option<RewriteStyle> {
    let has = |package| {
        let crate_index = context.file.crate_index;
        !context.workspace.knows(crate_index)
            || context.workspace.usable(crate_index, package, context.file.test_code).is_ok()
    };
    let dialect = match context.settings.dialect {
        FixDialect::Of(dialect) => dialect,
        FixDialect::Own if call.dialect.form.is_some() => call.dialect,
        FixDialect::Own if call.dialect.prints => dialect::ALL
            .into_iter()
            .find(|dialect| dialect.requirement.is_some() && has(dialect.package().name))?,
        FixDialect::Own => return None,
    };
    let case = dialect.case(context.settings.keys.case);
    let (error, messages) = (context.settings.keys.error, context.settings.messages);
    Some(RewriteStyle { dialect, case, error, messages })
}
