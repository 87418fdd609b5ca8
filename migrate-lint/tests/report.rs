//! Every format of a report, over the same few findings made by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
use std::path::PathBuf;

use clap::ValueEnum as _;
use migrate_lint::internal::finding::{Edit, Finding, Fix, Level, Rewrite, RewritePair};
use migrate_lint::internal::report::Gone;
use migrate_lint::internal::report::{self, FileReport, Format, Report, TextStyle};
use migrate_lint::internal::safety::Reason;
use migrate_lint::internal::source::Source;
use migrate_lint::internal::workspace::{Crate, Problem, Target, TargetKind};
use proptest::prelude::*;

#[test]
fn every_format() {
    let formats = [
        (Format::Human, "human.txt"),
        (Format::Short, "short.txt"),
        (Format::Json, "json.json"),
        (Format::Rustc, "rustc.jsonl"),
        (Format::Sarif, "sarif.json"),
        (Format::Github, "github.txt"),
        (Format::Gitlab, "gitlab.json"),
        (Format::Junit, "junit.xml"),
    ];
    for (format, name) in formats {
        let text = written(format, &report());
        // The list of all rules changes with each new rule.
        let text = match text.split_once("\"rules\": [") {
            Some((before, after)) => {
                let (_, after) = after.split_once("\"columnKind\"").unwrap();
                format!("{before}\"rules\": […], \"columnKind\"{after}")
            }
            None => text,
        };
        let text = text.lines().map(|line| match line.trim_start().starts_with("\"ruleIndex\"") {
            true => "      \"ruleIndex\": [index],",
            false => line,
        });
        check(name, &text.collect::<Vec<_>>().join("\n"));
    }
    check("clean.human.txt", &written(Format::Human, &clean()));
    check("clean.junit.xml", &written(Format::Junit, &clean()));
}

#[test]
fn colours_only_when_asked() {
    let styled = TextStyle { colour: true, width: 80, ..TextStyle::default() };
    let mut out = Vec::new();
    report::write(Format::Human, &report(), styled, &mut out).unwrap();
    assert!(out.contains(&0x1b));
    assert!(!written(Format::Human, &report()).contains('\u{1b}'));
}

/// What the schema of SARIF 2.1.0 demands of the parts that we write; `KLOG_SARIF_SCHEMA` names the schema's file for
/// the whole check, which needs Python's `jsonschema`.
#[test]
fn sarif_is_valid() {
    let text = written(Format::Sarif, &report());
    let sarif: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    assert!(run["tool"]["driver"]["name"].is_string());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        assert!(result["message"]["text"].is_string());
        assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
        if let Some(index) = result["ruleIndex"].as_u64() {
            assert_eq!(rules[usize::try_from(index).unwrap()]["id"], result["ruleId"]);
        }
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.is_ascii() && !uri.contains([' ', '\\']) && !uri.starts_with('/'), "{uri}");
        for number in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(place["region"][number].as_u64().unwrap() >= 1);
        }
    }
    if let Some(schema) = std::env::var_os("KLOG_SARIF_SCHEMA") {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("report.sarif");
        std::fs::write(&file, text).unwrap();
        let status = std::process::Command::new("python3")
            .args(["-m", "jsonschema", "-i"])
            .arg(&file)
            .arg(schema)
            .status()
            .unwrap();
        assert!(status.success());
    }
}

/// rust-analyzer reads these messages with `cargo_metadata`, so it must understand them too.
#[test]
fn rustc_form_is_cargos() {
    let text = written(Format::Rustc, &report());
    let messages: Vec<cargo_metadata::Message> =
        cargo_metadata::Message::parse_stream(text.as_bytes()).map(Result::unwrap).collect();
    let n_diagnostics = messages
        .iter()
        .filter(|message| matches!(message, cargo_metadata::Message::CompilerMessage(_)))
        .count();
    assert_eq!(n_diagnostics, report().findings().count());
    assert!(
        matches!(messages.last(), Some(cargo_metadata::Message::BuildFinished(end)) if !end.success)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    /// Whatever the text and the ranges, also those of a rule that counts wrongly: something is written, and nothing panics.
    #[test]
    fn no_text_and_no_range_stops_a_report(
        text in "(info!\\(|\\{\\}|[a-zü😀\u{feff}\u{202e}\t\r\n\u{0}\u{1b}\"é ]){0,40}",
        ranges in proptest::collection::vec((0usize..90, 0usize..20), 1..4),
        width in 0usize..200,
    ) {
        let mut report = report();
        let file = &mut report.files[0];
        let ranges: Vec<_> = ranges.into_iter().map(|(start, len)| start..start + len).collect();
        let finding = &mut file.findings[0];
        finding.span = ranges[0].clone();
        finding.related = ranges.iter().map(|range| (range.clone(), text.clone())).collect();
        finding.message.clone_from(&text);
        let edits = ranges.iter().map(|span| Edit { span: span.clone(), text: text.clone() });
        finding.fix = Some(Fix {
            title: text.clone(),
            reasons: Vec::new(),
            edits: edits.collect(),
            writes: None,
        });
        file.findings.truncate(1);
        file.source = Source::new(text);
        for format in Format::value_variants() {
            let mut out = Vec::new();
            report::write(*format, &report, TextStyle { width, ..TextStyle::default() }, &mut out).unwrap();
            prop_assert!(!out.is_empty());
        }
    }
}

fn check(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "snapshots/report", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

fn written(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    report::write(format, report, TextStyle { width: 80, ..TextStyle::default() }, &mut out)
        .unwrap();
    let text = String::from_utf8(out).unwrap().replace(env!("CARGO_PKG_VERSION"), "[version]");
    // Pages of rules are tested where they are.
    migrate_lint::internal::rules::all().fold(text, |text, rule| {
        let page = serde_json::to_string(&rule.explain()).unwrap();
        text.replace(&page, "\"[page]\"")
    })
}

fn clean() -> Report {
    Report {
        rules: migrate_lint::internal::rules::texts(),
        n_files: 12,
        n_calls: 3456,
        n_accepted: 7,
        ..Report::default()
    }
}

/// A file with marks that count otherwise in each encoding.
const LINES: &str = "\u{feff}fn main() {\r\n    info!(\"😀 pod {} failed: {e}\", pod.name);\r\n    info!(\r\n        \"Started\",\r\n        id = 1,\r\n        id = 2,\r\n    );\r\n}\r\n";

/// Where a text is in [`LINES`].
fn place(needle: &str) -> std::ops::Range<usize> {
    let start = LINES.find(needle).unwrap();
    start..start + needle.len()
}

/// A call with two values in its message.
fn interpolated() -> Finding {
    Finding {
        rule: "interpolated-message",
        level: Level::Warn,
        message: "2 values are formatted into the message".to_owned(),
        span: place("info!(\"😀 pod {} failed: {e}\", pod.name)"),
        label: Some("`pod.name` and `e`".to_owned()),
        related: Vec::new(),
        help: vec![
            "a constant message can be counted and searched, pairs can be filtered".to_owned(),
        ],
        fix: Some(Fix {
            title: "log the values as pairs".to_owned(),
            reasons: vec![Reason::KeyInvented, Reason::SubjectLost],
            edits: vec![Edit {
                span: place("\"😀 pod {} failed: {e}\", pod.name"),
                text: "pod = %pod.name, err = %e, \"Pod failed\"".to_owned(),
            }],
            writes: Some("tracing"),
        }),
        rewrite: Some(Rewrite {
            dialect: "tracing",
            level: "info".to_owned(),
            message: "Pod failed".to_owned(),
            err: Some("%e".to_owned()),
            pairs: vec![RewritePair {
                key: "pod".to_owned(),
                expr: "pod.name".to_owned(),
                mode: "display",
            }],
            reasons: vec![Reason::KeyInvented, Reason::SubjectLost],
        }),
        call: Some(0),
        also: vec![("error-not-under-err", place("{e}"))],
        is_soft: false,
    }
}

/// A key that is set twice.
fn duplicate() -> Finding {
    Finding {
        rule: "duplicate-key",
        level: Level::Deny,
        message: "key `id` is set twice, readers keep one of them".to_owned(),
        span: place("id = 2"),
        label: None,
        related: vec![(place("id = 1"), "first set here".to_owned())],
        help: Vec::new(),
        fix: Some(Fix {
            title: "remove the first".to_owned(),
            reasons: Vec::new(),
            edits: vec![Edit { span: place("        id = 1,\r\n"), text: String::new() }],
            writes: None,
        }),
        rewrite: None,
        call: Some(1),
        also: Vec::new(),
        is_soft: false,
    }
}

fn report() -> Report {
    let mut report = Report {
        rules: migrate_lint::internal::rules::texts(),
        root: PathBuf::from("/w"),
        repository_prefix: "rust/".to_owned(),
        n_files: 3,
        n_calls: 1204,
        n_unchanged: 2,
        gone: vec![Gone {
            path: "agent/src/old.rs".to_owned(),
            rule: "print-macro".to_owned(),
            count: 2,
        }],
        problems: vec![Problem {
            path: "agent/src/broken.rs".into(),
            line: Some(3),
            message: "does not parse: expected `}`; its calls are not checked".to_owned(),
        }],
        crates: vec![Crate {
            name: "agent".to_owned(),
            manifest: "/w/agent/Cargo.toml".into(),
            edition: 2024,
            targets: vec![Target {
                name: "agent".to_owned(),
                kind: TargetKind::Binary,
                root: "/w/agent/src/main.rs".into(),
            }],
            ..Crate::default()
        }],
        ..Report::default()
    };
    report.files.push(FileReport {
        path: "agent/src/main.rs".to_owned(),
        absolute: "/w/agent/src/main.rs".into(),
        crate_index: Some(0),
        packages: Vec::new(),
        numbers: Vec::new(),
        source: Source::new(LINES.to_owned()),
        findings: vec![interpolated(), duplicate()],
    });
    // No package, a path that needs escaping, a message that forges lines, XML and percent signs, the same text twice.
    let text = "info!(\"{a}\");\ninfo!(\"{a}\");\n";
    let findings = [0..12, 14..26].map(|span| Finding {
        span,
        message: "100% <bad> & \"worse\"\n::error::forged\u{1b}[31m".to_owned(),
        label: None,
        help: Vec::new(),
        fix: None,
        rewrite: None,
        ..interpolated()
    });
    report.files.push(FileReport {
        path: "tools/my script,1.rs".to_owned(),
        absolute: "/w/tools/my script,1.rs".into(),
        crate_index: None,
        packages: Vec::new(),
        numbers: Vec::new(),
        source: Source::new(text.to_owned()),
        findings: findings.into(),
    });
    report
}
