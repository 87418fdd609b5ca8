//! The one place that turns an interpolated call into a structured one.

use super::Context;
use crate::call::{Family, LogCall};
use crate::config::{Dialect, KeyCase};
use crate::finding::{Finding, Fix};
use crate::rewrite::{self, Style};

/// Adds the rewritten call to a finding: as data, and as a fix where it can be written.
pub(super) fn add_fix(context: &Context<'_>, call: &LogCall, finding: &mut Finding) {
    let Some(style) = style(context, call) else { return };
    let source = &context.scanned.source.text;
    let Ok(outcome) = rewrite::rewrite(call, source, style) else { return };
    if let Some(needs) = needs(context, style.dialect).filter(|_| !context.config.edit_manifest) {
        finding.help.push(format!("a fix needs {needs}: `--edit-manifest` adds it"));
    } else if let Some(edits) = outcome.edits {
        let n_pairs = outcome.rewrite.pairs.len() + usize::from(outcome.rewrite.err.is_some());
        let values = if n_pairs == 1 { "the value as a pair" } else { "the values as pairs" };
        finding.fix = Some(Fix {
            title: format!("log {values}"),
            applicability: outcome.rewrite.safety,
            edits,
        });
    }
    finding.rewrite = Some(outcome.rewrite);
}

/// What a fix of this call writes.
fn style(context: &Context<'_>, call: &LogCall) -> Option<Style> {
    let has = |package| {
        let crate_index = context.file.crate_index;
        !context.workspace.knows(crate_index)
            || context.workspace.package(crate_index, package).is_some()
    };
    let dialect = match (context.config.dialect, call.family) {
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
    let case = context.config.keys.case.unwrap_or(match dialect {
        Family::Klog => KeyCase::LowerCamelCase,
        _ => KeyCase::SnakeCase,
    });
    Some(Style { dialect, case })
}

/// What the crate lacks for calls of a family.
fn needs(context: &Context<'_>, family: Family) -> Option<&'static str> {
    let crate_index = context.file.crate_index;
    if !context.workspace.knows(crate_index) {
        return None;
    }
    let package = |name| context.workspace.package(crate_index, name);
    match family {
        Family::Log => match package("log") {
            None => Some("a dependency on `log` with the feature `kv`"),
            Some(log) => {
                let has_kv = log.features.iter().any(|feature| feature.starts_with("kv"));
                (!has_kv).then_some("the feature `kv` of `log`")
            }
        },
        Family::Klog => package("klog-rs").is_none().then_some("a dependency on `klog-rs`"),
        Family::Tracing => package("tracing").is_none().then_some("a dependency on `tracing`"),
        Family::Slog | Family::Print => None,
    }
}
