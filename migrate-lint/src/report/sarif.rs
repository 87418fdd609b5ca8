//! SARIF 2.1.0, for GitHub code scanning, Azure DevOps, VS Code and others.
//!
//! Columns are UTF-16 units, the format's default; paths are relative to the repository.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{FileReport, Report};
use crate::call::Span;
use crate::finding::{Finding, Level, RuleText};
use crate::links;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let all = report.rules;
    let descriptors: Vec<Value> = all.iter().map(descriptor).collect();
    let results: Vec<Value> = report
        .findings()
        .zip(report.fingerprints())
        .map(|((file, finding), print)| result(report, file, finding, &print, all))
        .collect();
    let notifications: Vec<Value> = report
        .problems
        .iter()
        .map(|problem| {
            let path = problem.path.to_string_lossy().replace('\\', "/");
            let mut place = json!({ "artifactLocation": { "uri": uri(&path) } });
            if let Some(line) = problem.line {
                place["region"] = json!({ "startLine": line });
            }
            json!({
                "level": "warning",
                "message": { "text": problem.message },
                "locations": [{ "physicalLocation": place }],
            })
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo-klog",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": links::SITE,
                "rules": descriptors,
            }},
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn descriptor(rule: &RuleText) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "helpUri": links::rule(rule.name),
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "enabled": rule.level != Level::Allow, "level": level(rule.level) },
        "properties": { "tags": [rule.group] },
    })
}

fn result(
    report: &Report,
    file: &FileReport,
    finding: &Finding,
    fingerprint: &str,
    rules: &[RuleText],
) -> Value {
    let path = uri(&format!("{}{}", report.repository_prefix, file.path));
    let place =
        |span: &Span| json!({ "artifactLocation": { "uri": path }, "region": region(file, span) });
    let mut text = finding.message.clone();
    for help in &finding.help {
        text += &format!("\nhelp: {help}");
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.level),
        "message": { "text": text },
        "locations": [{ "physicalLocation": place(&finding.span) }],
        "partialFingerprints": { "klogContent/v1": fingerprint },
    });
    if let Some(index) = rules.iter().position(|rule| rule.name == finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(|(span, words)| {
            json!({ "physicalLocation": place(span), "message": { "text": words } })
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &finding.fix
        && !fix.edits.is_empty()
    {
        let replacements: Vec<Value> = fix
            .edits
            .iter()
            .map(|edit| {
                json!({
                    "deletedRegion": region(file, &edit.span),
                    "insertedContent": { "text": edit.text },
                })
            })
            .collect();
        result["fixes"] = json!([{
            "description": { "text": fix.title },
            "artifactChanges": [{
                "artifactLocation": { "uri": path },
                "replacements": replacements,
            }],
        }]);
    }
    result
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Allow => "none",
    }
}

fn region(file: &FileReport, span: &Span) -> Value {
    let start = file.source.position(span.start);
    let end = file.source.position(span.end);
    json!({
        "startLine": start.line,
        "startColumn": start.column_utf16,
        "endLine": end.line,
        "endColumn": end.column_utf16,
    })
}

/// A relative URI reference: everything but unreserved characters and slashes is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri += &format!("%{byte:02X}");
        }
    }
    uri
}
