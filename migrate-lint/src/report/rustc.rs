//! Cargo's message form (`cargo check --message-format=json`): one JSON object in each line.
//!
//! rust-analyzer reads it from `check.overrideCommand` and offers the suggestions as quick fixes, and `rustfix` applies them.
//! <https://doc.rust-lang.org/rustc/json.html>, <https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages>

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{FileReport, Report, TextStyle, human, severity};
use crate::call::Span;
use crate::finding::{Applicability, Finding};
use crate::workspace::{Crate, Target, TargetKind};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (file, finding) in report.findings() {
        let package = file.crate_index.and_then(|index| report.crates.get(index));
        let line = json!({
            "reason": "compiler-message",
            "package_id": package.map_or_else(String::new, package_id),
            "manifest_path": package.map(|package| &package.manifest),
            "target": target_json(report, file, package),
            "message": message(report, file, finding),
        });
        writeln!(out, "{}", escaped(&line.to_string()))?;
    }
    let success = report.is_clean() && !report.check_failed;
    writeln!(out, "{}", json!({ "reason": "build-finished", "success": success }))
}

/// JSON whose texts change neither the order nor the lines of what a terminal shows.
fn escaped(json: &str) -> Cow<'_, str> {
    if !json.contains(crate::files::is_bidi) {
        return Cow::Borrowed(json);
    }
    let escape = |c: char| match crate::files::is_bidi(c) {
        true => format!("\\u{:04x}", u32::from(c)),
        false => c.to_string(),
    };
    Cow::Owned(json.chars().map(escape).collect())
}

fn message(report: &Report, file: &FileReport, finding: &Finding) -> Value {
    let mut spans = vec![span_json(file, &finding.span, true, finding.label.as_deref(), None)];
    spans.extend(
        finding.related.iter().map(|(span, words)| span_json(file, span, false, Some(words), None)),
    );
    let mut children: Vec<Value> = finding.help.iter().map(|help| child(help, &[])).collect();
    if let Some(fix) = &finding.fix {
        let applicability = match fix.applicability() {
            Applicability::Safe => "MachineApplicable",
            Applicability::Unsafe => "MaybeIncorrect",
        };
        let spans = fix.edits.iter().map(|edit| {
            span_json(file, &edit.span, true, None, Some((edit.text.as_str(), applicability)))
        });
        children.push(child(&fix.title, &spans.collect::<Vec<_>>()));
    }
    let explanation =
        report.rules.iter().find(|rule| rule.name == finding.rule).map(|rule| rule.page.as_str());
    let rendered = human::render(file, finding, &human::renderer(TextStyle::default()), false);
    json!({
        "$message_type": "diagnostic",
        "message": finding.message,
        "code": { "code": format!("klog::{}", finding.rule), "explanation": explanation },
        "level": severity(finding.level),
        "spans": spans,
        "children": children,
        "rendered": format!("{rendered}\n\n"),
    })
}

fn child(message: &str, spans: &[Value]) -> Value {
    json!({
        "message": message,
        "code": null,
        "level": "help",
        "spans": spans,
        "children": [],
        "rendered": null,
    })
}

fn span_json(
    file: &FileReport,
    span: &Span,
    is_primary: bool,
    label: Option<&str>,
    suggestion: Option<(&str, &str)>,
) -> Value {
    let start = file.source.position(span.start);
    let end = file.source.position(span.end);
    let text: Vec<Value> = (start.line..=end.line)
        .map(|line| {
            let text =
                file.source.slice(&file.source.line_span(line)).trim_start_matches('\u{feff}');
            let first = if line == start.line { start.column } else { 1 };
            let last = if line == end.line { end.column } else { text.chars().count() + 1 };
            json!({ "text": text, "highlight_start": first, "highlight_end": last })
        })
        .collect();
    json!({
        "file_name": file.path,
        "byte_start": file.source.file_offset(span.start),
        "byte_end": file.source.file_offset(span.end),
        "line_start": start.line,
        "line_end": end.line,
        "column_start": start.column,
        "column_end": end.column,
        "is_primary": is_primary,
        "text": text,
        "label": label,
        "suggested_replacement": suggestion.map(|(text, _)| text),
        "suggestion_applicability": suggestion.map(|(_, applicability)| applicability),
        "expansion": null,
    })
}

fn package_id(package: &Crate) -> String {
    let directory = package.manifest.parent().unwrap_or(&package.manifest);
    format!("path+file://{}#{}", directory.display(), package.name)
}

/// The target whose root is the file, else the package's first one.
fn target_json(report: &Report, file: &FileReport, package: Option<&Crate>) -> Value {
    let target = package.and_then(|package| {
        let own = |target: &&Target| report.root.join(&target.root) == file.absolute;
        package.targets.iter().find(own).or_else(|| package.targets.first())
    });
    let (kind, crate_type) = match target.map(|target| target.kind) {
        Some(TargetKind::Library) | None => ("lib", "lib"),
        Some(TargetKind::Binary) => ("bin", "bin"),
        Some(TargetKind::Example) => ("example", "bin"),
        Some(TargetKind::Test) => ("test", "bin"),
        Some(TargetKind::Bench) => ("bench", "bin"),
        Some(TargetKind::BuildScript) => ("custom-build", "bin"),
    };
    let edition = package.map_or(2021, |package| package.edition);
    json!({
        "kind": [kind],
        "crate_types": [crate_type],
        "name": target.map_or("", |target| target.name.as_str()),
        "src_path": target.map_or(&file.absolute, |target| &target.root),
        "edition": edition.to_string(),
        "doc": kind == "lib" || kind == "bin",
        "doctest": kind == "lib",
        "test": kind != "custom-build",
    })
}
