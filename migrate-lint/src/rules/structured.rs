//! The one place that turns an interpolated call into a structured one.

use super::{Context, loggers};
use crate::call::{Family, LogCall};
use crate::finding::{Finding, Fix};
use crate::rewrite::{self, Outcome, RewriteStyle, Surroundings};
use crate::settings::{Dialect, KeyCase};
use crate::workspace::{Dependency, Reach};

/// Adds the rewritten call to a finding: as data, and as a fix where it can be written.
pub(super) fn add_fix(context: &Context<'_>, call: &LogCall, finding: &mut Finding) {
    let Some(style) = style(context, call) else { return };
    let source = &context.scanned.source.text;
    let path = path(context, style.dialect);
    let around = Surroundings { path: &path, widths: context.widths() };
    let Ok(mut outcome) = rewrite::rewrite_in(call, source, style, &around) else { return };
    let drops_logger =
        style.dialect != call.family && call.prefix.iter().any(|prefix| prefix.name == "logger");
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
    let path = path(context, style.dialect);
    let around = Surroundings { path: &path, widths: context.widths() };
    if let Some(outcome) = rewrite::constant(call, source, style, &around) {
        offer(context, call, style.dialect, outcome, "log it".to_owned(), finding);
    }
}

/// The outcome as data, and as a fix where the crate has what it needs.
fn offer(
    context: &Context<'_>,
    call: &LogCall,
    dialect: Family,
    outcome: Outcome,
    title: String,
    finding: &mut Finding,
) {
    let needs = needs(context, call, dialect);
    if let Some((needs, true)) = needs.as_ref().filter(|_| !context.settings.edit_manifest) {
        finding.help.push(format!("a fix needs {needs}: `--edit-manifest` adds it"));
    } else if let Some((needs, false)) = &needs {
        finding.help.push(format!("a fix needs {needs}"));
    } else if let Some(edits) = outcome.edits {
        let applicability = outcome.rewrite.safety;
        finding.fix = Some(Fix { title, applicability, edits });
    }
    finding.rewrite = Some(outcome.rewrite);
}

/// What stands before a macro of a dialect: the crate by the name that code uses for it.
fn path(context: &Context<'_>, dialect: Family) -> String {
    let (package, library) = match dialect {
        Family::Klog => ("klog-rs", "klog"),
        Family::Log => ("log", "log"),
        Family::Slog => ("slog", "slog"),
        Family::Tracing | Family::Print => ("tracing", "tracing"),
    };
    let known = context.workspace.package(context.file.crate_index, package);
    let code =
        known.map(|known| known.name.as_str()).filter(|name| *name != package.replace('-', "_"));
    let code = code.unwrap_or(library);
    // A module of that name would be meant instead of the crate, or at least as well: `tracing` has one called `log`.
    let is_hidden = context.workspace.has_module(context.file.crate_index, code)
        || code == "log" && context.scanned.source.text.contains("use tracing::*");
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
    let dialect = match (context.settings.dialect, call.family) {
        (Dialect::Klog, _) => Family::Klog,
        (Dialect::Tracing, _) => Family::Tracing,
        (Dialect::Log, _) => Family::Log,
        (Dialect::Own, Family::Print) => {
            [("klog-rs", Family::Klog), ("tracing", Family::Tracing), ("log", Family::Log)]
                .into_iter()
                .find_map(|(package, family)| has(package).then_some(family))?
        }
        (Dialect::Own, family) => family,
    };
    let case = context.settings.keys.case.unwrap_or(match dialect {
        Family::Klog => KeyCase::LowerCamelCase,
        _ => KeyCase::SnakeCase,
    });
    Some(RewriteStyle { dialect, case })
}

/// What the crate lacks so that a call can be one of a family, and whether `--edit-manifest` can add it.
fn needs(context: &Context<'_>, call: &LogCall, family: Family) -> Option<(String, bool)> {
    let crate_index = context.file.crate_index;
    let (package, feature) = match family {
        Family::Log => ("log", " with the feature `kv`"),
        Family::Klog => ("klog-rs", ""),
        Family::Tracing => ("tracing", ""),
        Family::Slog | Family::Print => return None,
    };
    if !context.workspace.knows(crate_index) {
        return None;
    }
    let lacks_kv = |known: &Dependency| {
        family == Family::Log && !known.features.iter().any(|feature| feature.starts_with("kv"))
    };
    if call.family == family {
        // It is there by some way: what counts is what the manifest says of it.
        let known = context.workspace.package(crate_index, package);
        return match known {
            None if family == Family::Log => {
                Some(("a dependency on `log` with the feature `kv`".to_owned(), true))
            }
            Some(known) if lacks_kv(known) => Some(("the feature `kv` of `log`".to_owned(), true)),
            _ => None,
        };
    }
    if !context.workspace.has_paths(crate_index) {
        return Some(("edition 2018 or later".to_owned(), false));
    }
    let in_tests = context.file.test_code;
    match context.workspace.usable(crate_index, package, in_tests) {
        Ok(known) if lacks_kv(known) => Some(("the feature `kv` of `log`".to_owned(), true)),
        Ok(_) => None,
        Err(Some(Reach::Optional)) => {
            Some((format!("`{package}` as a dependency that is not optional"), false))
        }
        Err(_) => Some((format!("a dependency on `{package}`{feature}"), true)),
    }
}
