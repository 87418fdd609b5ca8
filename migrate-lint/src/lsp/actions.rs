//! What an editor offers at a finding: its fix, and a comment that allows it.

use std::collections::BTreeSet;
use std::path::Path;

use lsp_types::CodeActionParams;
use serde_json::{Value, json};

use super::text;
use crate::finding::{Applicability, Edit, Finding};
use crate::fix;
use crate::lint::Linter;
use crate::report::{FileReport, Report};
use crate::source::Source;

/// Every safe fix of a file, as editors ask for on save.
pub(super) const FIX_ALL: &str = "source.fixAll.klog";

/// How far above a finding a comment is tried: a statement may begin there.
const N_LINES_ABOVE: usize = 40;

/// How many findings of a range are offered a comment. Each is tried on the whole text, and a range may be the whole text.
const N_COMMENTS: usize = 8;

/// What is offered for a range of a document.
pub(super) fn all(
    linter: &Linter<'_>,
    path: &Path,
    report: &Report,
    asked: &CodeActionParams,
) -> Vec<Value> {
    let Some(file) = report.files.first().filter(|file| !file.source.lossy) else {
        return Vec::new();
    };
    let uri = asked.text_document.uri.as_str();
    let is_wanted = |kind: &str| {
        asked.context.only.as_ref().is_none_or(|only| {
            only.iter().any(|wanted| {
                let wanted = wanted.as_str();
                kind.strip_prefix(wanted)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        })
    };
    let start = text::offset(&file.source, asked.range.start);
    let end = text::offset(&file.source, asked.range.end);
    let here = file.findings.iter().filter(|it| it.span.start <= end && start <= it.span.end);
    let mut actions = Vec::new();
    if is_wanted("quickfix") {
        let mut seen: Vec<&[Edit]> = Vec::new();
        for finding in here.clone() {
            let Some(fix) = &finding.fix else { continue };
            // Two rules may ask for the same change.
            if !seen.contains(&fix.edits.as_slice()) {
                seen.push(&fix.edits);
                actions.push(quick_fix(uri, file, finding, fix));
            }
        }
        actions.extend(
            here.take(N_COMMENTS)
                .filter_map(|finding| allow(linter, path, uri, report, file, finding)),
        );
    }
    if is_wanted(FIX_ALL) {
        actions.extend(fix_all(linter, uri, report, file));
    }
    actions
}

fn quick_fix(uri: &str, file: &FileReport, finding: &Finding, fix: &crate::finding::Fix) -> Value {
    let is_safe = fix.applicability() == Applicability::Safe;
    let reasons: Vec<&str> = fix.reasons.iter().map(|reason| reason.words()).collect();
    let title = match is_safe {
        true => fix.title.clone(),
        false => format!("{} (review: {})", fix.title, reasons.join("; ")),
    };
    action(
        &title,
        "quickfix",
        is_safe,
        Some((uri, file, finding)),
        &edit(uri, &file.source, &fix.edits),
    )
}

/// A comment without its reason, which `allow-without-reason` then asks for. It is tried before it is offered.
fn allow(
    linter: &Linter<'_>,
    path: &Path,
    uri: &str,
    report: &Report,
    file: &FileReport,
    finding: &Finding,
) -> Option<Value> {
    let source = &file.source;
    let line = source.position(finding.span.start).line;
    let also = finding.also.iter().map(|(rule, _)| *rule);
    let rules: BTreeSet<&str> = std::iter::once(finding.rule).chain(also).collect();
    (line.saturating_sub(N_LINES_ABOVE).max(1)..=line).rev().find_map(|line| {
        let span = source.line_span(line);
        let text = source.slice(&span);
        let indent = &text[..text.len() - text.trim_start_matches([' ', '\t']).len()];
        let rules: Vec<&str> = rules.iter().copied().collect();
        let comment = format!("{indent}// klog: allow({})\n", rules.join(", "));
        let changed =
            format!("{}{comment}{}", &source.text[..span.start], &source.text[span.start..]);
        let later = linter.text(path, changed.into_bytes());
        let start = finding.span.start + comment.len();
        let mut left = later.files.iter().flat_map(|file| &file.findings);
        let is_gone = !left.any(|it| it.rule == finding.rule && it.span.start == start);
        let is_whole =
            later.n_calls == report.n_calls && later.problems.len() == report.problems.len();
        let edits = [Edit { span: span.start..span.start, text: comment }];
        let title = format!("Allow `{}` here; write the reason after it", finding.rule);
        (is_gone && is_whole).then(|| {
            action(
                &title,
                "quickfix",
                false,
                Some((uri, file, finding)),
                &edit(uri, source, &edits),
            )
        })
    })
}

fn fix_all(linter: &Linter<'_>, uri: &str, report: &Report, file: &FileReport) -> Option<Value> {
    let plan = fix::plan(report, false, &|file, text| linter.relint(file, text));
    let change = plan.changes.into_iter().next()?;
    let title = format!("Apply every safe fix of klog ({})", change.n_fixes);
    let edits = [Edit { span: 0..file.source.text.len(), text: change.after }];
    Some(action(&title, FIX_ALL, false, None, &edit(uri, &file.source, &edits)))
}

fn action(
    title: &str,
    kind: &str,
    is_preferred: bool,
    finding: Option<(&str, &FileReport, &Finding)>,
    edit: &Value,
) -> Value {
    let diagnostics: Vec<Value> = finding
        .map(|(uri, file, finding)| text::diagnostic(uri, file, finding))
        .into_iter()
        .collect();
    json!({
        "title": title,
        "kind": kind,
        "isPreferred": is_preferred,
        "diagnostics": diagnostics,
        "edit": edit,
    })
}

fn edit(uri: &str, source: &Source, edits: &[Edit]) -> Value {
    let edits: Vec<Value> = edits
        .iter()
        .map(|edit| json!({ "range": text::range(source, &edit.span), "newText": edit.text }))
        .collect();
    json!({ "changes": { uri: edits } })
}
