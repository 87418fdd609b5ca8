//! All that a finding knows, as one JSON document with a line for each finding.
//!
//! Lines and columns count from 1, columns in characters; offsets are bytes of the file on disk; ends are exclusive.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{FileReport, Report};
use crate::call::Span;
use crate::finding::{Applicability, Finding, Fix, Level, Rewrite};
use crate::safety::Reason;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    // A finding is a line, written as soon as it is made: a large workspace has a hundred thousand.
    write!(out, "{{\n\"version\": 1,\n\"findings\": [")?;
    let mut separator = "\n";
    for ((file, finding), fingerprint) in report.findings().zip(report.fingerprints()) {
        out.write_all(separator.as_bytes())?;
        serde_json::to_writer(&mut *out, &finding_json(report, file, finding, &fingerprint))?;
        separator = ",\n";
    }
    writeln!(out, "\n],")?;
    let problems: Vec<Value> = report
        .problems
        .iter()
        .map(|problem| {
            json!({
                "path": problem.path.display().to_string(),
                "line": problem.line,
                "message": problem.message,
            })
        })
        .collect();
    let gone: Vec<Value> = report
        .gone
        .iter()
        .map(|gone| json!({ "path": gone.path, "rule": gone.rule, "count": gone.count }))
        .collect();
    let mut summary = json!({
        "files": report.n_files,
        "calls": report.n_calls,
        "deny": report.count(Level::Deny),
        "warn": report.count(Level::Warn),
        "acceptedByBaseline": report.n_accepted,
        "onUnchangedLines": report.n_unchanged,
    });
    if let Some(n_entries) = report.n_entries {
        let n_omitted: usize = report.omitted.values().sum();
        summary = json!({
            "files": report.n_files,
            "entries": n_entries,
            "deny": report.count(Level::Deny),
            "warn": report.count(Level::Warn),
            "omitted": n_omitted,
        });
    }
    if let Some(n_queries) = report.n_queries {
        summary = json!({
            "files": report.n_files,
            "queries": n_queries,
            "deny": report.count(Level::Deny),
            "warn": report.count(Level::Warn),
        });
    }
    if let Some(figures) = &report.figures {
        writeln!(out, "\"log\": {figures},")?;
    }
    writeln!(out, "\"problems\": {},", Value::Array(problems))?;
    writeln!(out, "\"baselineGone\": {},", Value::Array(gone))?;
    writeln!(out, "\"summary\": {summary}\n}}")
}

fn finding_json(report: &Report, file: &FileReport, finding: &Finding, print: &str) -> Value {
    let package = file.crate_index.and_then(|index| report.crates.get(index));
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|(span, words)| json!({ "message": words, "range": range(file, span) }))
        .collect();
    json!({
        "rule": finding.rule,
        "also": finding.also.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(),
        "level": finding.level.name(),
        "message": finding.message,
        "label": finding.label,
        "crate": package.map(|package| &package.name),
        "path": file.path,
        "range": range(file, &finding.span),
        "related": related,
        "help": finding.help,
        "fix": finding.fix.as_ref().map(|fix| fix_json(file, fix)),
        "rewrite": finding.rewrite.as_ref().map(rewrite_json),
        "fingerprint": print,
    })
}

fn fix_json(file: &FileReport, fix: &Fix) -> Value {
    let edits: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| json!({ "range": range(file, &edit.span), "text": edit.text }))
        .collect();
    json!({
        "title": fix.title,
        "applicability": safety(fix.applicability()),
        "reasons": reasons(&fix.reasons),
        "edits": edits,
    })
}

fn rewrite_json(rewrite: &Rewrite) -> Value {
    let pairs: Vec<Value> = rewrite
        .pairs
        .iter()
        .map(|pair| json!({ "key": pair.key, "expr": pair.expr, "mode": pair.mode }))
        .collect();
    json!({
        "dialect": rewrite.dialect,
        "level": rewrite.level,
        "message": rewrite.message,
        "err": rewrite.err,
        "pairs": pairs,
        "safety": safety(rewrite.safety()),
        "reasons": reasons(&rewrite.reasons),
    })
}

fn reasons(reasons: &[Reason]) -> Vec<&'static str> {
    reasons.iter().map(|reason| reason.name()).collect()
}

fn safety(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
    }
}

fn range(file: &FileReport, span: &Span) -> Value {
    let place = |offset| {
        let position = file.source.position(offset);
        json!({ "line": position.line, "column": position.column, "offset": file.source.file_offset(offset) })
    };
    json!({ "start": place(span.start), "end": place(span.end) })
}
