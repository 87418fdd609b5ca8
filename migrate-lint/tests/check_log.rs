//! Emitted lines: what Go and our encoders print is accepted, and each kind of defect is found where it is.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Arc, Mutex};

use klog::{Format as KlogFormat, Output, Value, encode::Clock};
use migrate_lint::check_log::{
    Checker, Entry, LinePrefix, LogFormat, Options, Outcome, entries, rules,
};
use migrate_lint::internal::catalog::{Catalog, Statement};
use migrate_lint::internal::finding::Level;
use migrate_lint::internal::report::{self, Format, TextStyle};
use proptest::prelude::*;

/// Rules that are not about the text of a line alone, so that their pages show no line.
const WITHOUT_EXAMPLE: [&str; 9] = [
    "long-line",
    "unknown-statement",
    "forbidden-key",
    "missing-entry",
    "lost-pair",
    "changed-value",
    "lost-entry",
    "new-entry",
    "changed-order",
];

#[test]
fn pages_show_what_their_rules_find() {
    for rule in rules() {
        let Some(example) = example(rule.page) else {
            assert!(WITHOUT_EXAMPLE.contains(&rule.name), "{} has no example", rule.name);
            continue;
        };
        let found = names(&check(example.as_bytes(), Options::default()));
        assert!(found.contains_key(rule.name), "{}: {found:?}", rule.name);
        assert!(rule.page.starts_with(&format!("# {}\n", rule.name)));
    }
}

/// The table of the README is made from the rules: `KLOG_UPDATE_README=1` writes it.
#[test]
fn the_readme_lists_all_rules() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let (before, rest) = readme.split_once("<!-- line-rules:begin -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- line-rules:end -->").unwrap();
    let mut table = "| group | rule | level | flags |\n|---|---|---|---|\n".to_owned();
    for rule in rules() {
        let (group, name, level) = (rule.group, rule.name, rule.level.name());
        table += &format!("| {group} | `{name}` | {level} | {} |\n", rule.summary);
    }
    let expected =
        format!("{before}<!-- line-rules:begin -->\n{table}<!-- line-rules:end -->{after}");
    if std::env::var_os("KLOG_UPDATE_README").is_some() {
        std::fs::write("README.md", &expected).unwrap();
    }
    assert!(readme == expected, "the table of the README is old: run with KLOG_UPDATE_README=1");
}

#[test]
fn defects_are_found_where_they_stand() {
    let log = std::fs::read("tests/check_log/defects.log").unwrap();
    let outcome = check(&log, Options::default());
    snapshot("defects", &written(&outcome, Format::Human));
    snapshot("defects_short", &written(&outcome, Format::Short));
    let mut summary = Vec::new();
    outcome.summary.write(&mut summary).unwrap();
    snapshot("defects_summary", &String::from_utf8(summary).unwrap());
}

/// What looks like a defect and is none, beside what is one.
#[test]
fn defects_end_where_they_should() {
    let text =
        |pairs: &str| format!("I0304 05:06:07.089012   12345 main.rs:42] \"Found\" {pairs}\n");
    let json = |ts: &str, value: &str| {
        format!("{{\"ts\":{ts},\"msg\":\"Found\",\"v\":0,\"a\":{value}}}\n")
    };
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    for (line, expected) in [
        (text("name=\"myghp_0123456789abcdefghijABCDEFGHIJ\""), ""),
        (text("name=\"ghp_0123456789abcdefghijABCDEFGHIJ\""), "secret-value"),
        (text("password=\"***\""), ""),
        (text("password=\"hunter22\""), "secret-value"),
        (json("1772600767089.0122", "1"), ""),
        (json("1772600767089012", "1"), "timestamp-unit"),
        (json("1772600767089.0122", &nested(126)), ""),
        (json("1772600767089.0122", &nested(127)), "invalid-json"),
    ] {
        let found = names(&check(line.as_bytes(), Options::default()));
        assert_eq!(found.into_keys().collect::<Vec<_>>().join(" "), expected, "{line}");
    }
}

#[test]
fn places_are_right_where_lines_are_empty_or_long() {
    let long = format!(
        "I0304 05:06:07.089012   12345 main.rs:42] \"Größe\" data=\"{}\" b=c\n",
        "ü".repeat(3000)
    );
    let log = format!("\n\nabc\n{long}");
    assert_eq!(
        written(&check(log.as_bytes(), Options::default()), Format::Short),
        "log:1:1: warning[unstructured-line]: the line is empty\n\
         log:2:1: warning[unstructured-line]: the line is empty\n\
         log:3:1: warning[unstructured-line]: this line is no log entry\n\
         log:4:3061: error[bad-value]: the value is neither quoted, nor a block, nor JSON\n"
    );
}

/// Every line that Go printed passes; where klog lets a value break a line, the rule about it says so.
#[test]
fn lines_of_go_are_accepted() {
    let path = std::env::var("KLOG_GOLDEN")
        .unwrap_or_else(|_| "../klog-rs/tests/data/golden.jsonl".to_owned());
    let mut n_lines = 0;
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let deviates = record["deviates"].as_array().unwrap();
        let deviates: Vec<&str> = deviates.iter().filter_map(|it| it.as_str()).collect();
        for format in ["text", "json"] {
            if format == "text" && record["config"]["header"] == false {
                continue;
            }
            let text = record[format].as_str().unwrap();
            let denied = denied(&check(text.as_bytes(), Options::default()));
            let accepted: &[&str] = match format {
                "json" => &["duplicate-key"],
                _ => &[
                    "bad-key",
                    "bad-value",
                    "control-character",
                    "unterminated-block",
                    "orphan-continuation",
                    "malformed-header",
                ],
            };
            let is_plain = deviates.is_empty();
            for rule in denied.keys() {
                assert!(!is_plain && accepted.contains(rule), "{rule} in {}: {text}", record["id"]);
            }
            n_lines += 1;
        }
    }
    assert!(n_lines > 1000);
}

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl klog::sink::Sink for Memory {
    fn write(&self, _: klog::Severity, line: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(())
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ._/-]{0,12}",
        "\\PC{0,8}",
        "[\\x00-\\x7f\u{80}-\u{9f}\u{200b}\u{2028}\u{202e}\u{feff}]{0,12}",
        "(\n|\t|=|<| >|\"|\\\\|I0304 05:06:07.089012   12345 a.rs:1\\] |x){0,6}",
    ]
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z][a-zA-Z0-9]{0,8}", any_text()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// What our encoders print is accepted, and reads back, whatever was logged.
    #[test]
    fn lines_of_klog_rs_are_accepted(
        message in any_text(),
        name in any_text(),
        err in proptest::option::of(any_text()),
        texts in proptest::collection::vec((any_key(), any_text()), 0..4),
        number in any::<f64>(),
        json in any::<bool>(),
    ) {
        let lines = Memory::default();
        let format = if json { KlogFormat::Json } else { KlogFormat::Text };
        let output = Output::new(format, lines.clone())
            .with_clock(Clock::Fixed { nanos: 1_772_600_767_089_012_345, offset: 0 });
        let list = vec![message.clone(), name.clone()];
        let list = klog::json(&list);
        let mut pairs: Vec<(&str, Value<'_>)> =
            texts.iter().map(|(key, text)| (key.as_str(), Value::from(text.as_str()))).collect();
        pairs.push(("number", Value::from(&number)));
        pairs.push(("list", Value::from(&list)));
        output.logger().with_name(&name).log(&klog::logger::Entry {
            message: &message,
            err: err.as_deref().map(Value::from),
            pairs: &pairs,
            file: Some("src/main.rs"),
            line: 7,
            ..klog::logger::Entry::default()
        });
        let log = lines.0.lock().unwrap().clone();
        let outcome = check(&log, Options::default());
        prop_assert_eq!(denied(&outcome), BTreeMap::new(), "{}", String::from_utf8_lossy(&log));
        let read: Vec<Entry> = entries(&log).collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(read.len(), 1);
        prop_assert_eq!(&read[0].message, &message);
        prop_assert_eq!((&read[0].file[read[0].file.len() - 7..], read[0].line), ("main.rs", 7));
        let last = texts.iter().rev().find(|(key, _)| {
            let is_field = ["ts", "msg", "v", "caller", "logger", "err", "severity", "number", "list"];
            !is_field.contains(&key.as_str())
        });
        if let Some((key, text)) = last {
            let value = read[0].get(key).and_then(|value| value.as_str());
            if json || !text.contains('\n') {
                prop_assert_eq!(value, Some(text.as_str()));
            } else {
                prop_assert!(value.is_some());
            }
        }
    }

    /// A line is JSON for us when it is for serde_json.
    #[test]
    fn json_is_what_serde_json_reads(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\":", "\"\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"",
            "\"\\u12g4\"", "\"\\x\"", "0", "-0", "01", "-", "1.", ".5", "1.5", "1e5", "1E+5", "1e", "true", "false",
            "null", "nul", "NaN", " ", "\t", "\"\u{7f}\"", "\"\u{1}\"", "\"é\"", "\"",
        ]), 0..10),
        wrap in any::<bool>(),
    ) {
        let inner = pieces.concat();
        let line = match wrap {
            true => format!("{{\"ts\":1,\"msg\":\"m\",\"x\":{inner}}}\n"),
            false => format!("{{{inner}\n"),
        };
        let found = names(&check(line.as_bytes(), Options::default()));
        let json = serde_json::from_str::<serde_json::Value>(&line);
        // `1e501` is JSON, and no number that serde_json can hold.
        let is_too_large = |error: &serde_json::Error| error.to_string().starts_with("number out of range");
        prop_assume!(!json.as_ref().is_err_and(is_too_large));
        let is_json = json.is_ok_and(|it| it.is_object());
        let is_ours = !found.contains_key("invalid-json") && !found.contains_key("control-character");
        prop_assert_eq!(is_ours, is_json, "{}", line);
    }

    /// Any bytes have a result, which does not depend on how they come.
    #[test]
    fn any_bytes_in_any_pieces(
        pieces in proptest::collection::vec(prop_oneof![
            Just(b"I0304 05:06:07.089012   12345 main.rs:42] \"Pod is ready\"".to_vec()),
            Just(b"{\"ts\":1772600767089.0122,\"msg\":\"Pod is ready\",\"v\":0".to_vec()),
            Just(b" key=<\n\tline\n >".to_vec()),
            Just(b" key=\"value\" list=[1,{\"a\":null}]".to_vec()),
            Just(b"\n".to_vec()),
            Just(b"}\n".to_vec()),
            proptest::collection::vec(any::<u8>(), 0..12),
            "[IWEFD0-9:.\\] \"=<>{}\\[,\\\\\t\n]{0,12}".prop_map(String::into_bytes),
        ], 0..12),
        size in 1_usize..40,
        prefix in proptest::option::of(proptest::sample::select(
            <LinePrefix as clap::ValueEnum>::value_variants())),
    ) {
        let log = pieces.concat();
        let prefixes = prefix.into_iter().collect();
        let options = Options { prefixes, max_line: 60, ..Options::default() };
        let outcome = check(&log, options.clone());
        for (file, finding) in outcome.report.findings().filter(|_| prefix.is_none()) {
            let position = file.source.position(finding.span.start);
            let offset = file.source.file_offset(finding.span.start);
            let before = &String::from_utf8_lossy(&log)[..];
            // Offsets of bytes that are no text are those of their replacements.
            if std::str::from_utf8(&log).is_ok() {
                let line = before[..offset].rsplit('\n').next().unwrap();
                prop_assert_eq!(position.line, before[..offset].matches('\n').count() + 1);
                prop_assert_eq!(position.column, line.chars().count() + 1);
            }
        }
        let whole = written(&outcome, Format::Json);
        let mut checker = Checker::new(options);
        checker.check("log", &mut Pieces(&log, size), None).unwrap();
        prop_assert_eq!(whole, written(&checker.finish(), Format::Json));
        let _ = entries(&log).count();
    }
}

/// A stream that comes a few bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(buffer.len()).min(self.0.len());
        buffer[..size].copy_from_slice(&self.0[..size]);
        self.0 = &self.0[size..];
        Ok(size)
    }
}

/// Threads read blocks of a log before it is known what the blocks before them hold; the findings, their order and the figures
/// are those of one entry after the other, which a requirement that no entry meets enforces.
#[test]
fn threads_find_what_one_entry_after_the_other_finds() {
    let log = mixed_log(4_000);
    let prefixed: String = log
        .lines()
        .map(|line| format!("2026-03-04T05:06:07.089012345Z stderr F {line}\n"))
        .collect();
    let catalog = || {
        let statement = |line, message: &str| Statement {
            file: "src/main.rs".to_owned(),
            line,
            message: message.to_owned(),
            ..Statement::default()
        };
        let of = [(42, "Pod is ready"), (43, "Message {}"), (44, "{}")];
        Catalog { statements: of.map(|(line, message)| statement(line, message)).to_vec() }
    };
    let options = [
        Options::default(),
        Options { max_findings: 3, ..Options::default() },
        Options { forbid: vec!["key7".to_owned()], ..Options::default() },
        Options { catalog: Some(catalog()), ..Options::default() },
        Options { format: Some(LogFormat::Text), ..Options::default() },
        Options { prefixes: vec![LinePrefix::Cri], ..Options::default() },
    ];
    for options in options {
        let log = if options.prefixes.is_empty() { &log } else { &prefixed };
        let in_order = {
            let require = vec!["msg=never".parse().unwrap()];
            let mut outcome = check(log.as_bytes(), Options { require, ..options.clone() });
            let file = outcome.report.files.last_mut().unwrap();
            assert_eq!(file.findings.pop().unwrap().rule, "missing-entry");
            outcome
        };
        for (n_threads, block) in [(1, 1 << 17), (2, 1_000), (3, 4_096)] {
            let mut checker = Checker::new(options.clone());
            checker.check_on("log", &mut log.as_bytes(), n_threads, block).unwrap();
            let outcome = checker.finish();
            let name = format!("{n_threads} threads, blocks of {block}");
            let found = |outcome| written(outcome, Format::Short);
            assert_eq!(found(&outcome), found(&in_order), "{name}");
            assert_eq!(outcome.report.omitted, in_order.report.omitted, "{name}");
            let summary = |outcome: &Outcome| format!("{:#?}", outcome.summary);
            assert_eq!(summary(&outcome), summary(&in_order), "{name}");
        }
    }
}

/// Entries of all sorts: keys, kinds and messages that come for the first time late in the log, defects, and both formats.
fn mixed_log(n_entries: u64) -> String {
    let mut state = 7_u64;
    let mut random = |limit: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let header = "I0304 05:06:07.089012   12345 main.rs:";
    let mut log = String::new();
    for entry in 0..n_entries {
        let (key, number) = (random(1 + entry / 100), random(1000));
        log += &match random(24) {
            0 => format!("{header}42] \"Pod is ready\" key{key}=\"text\"\n"),
            1 => format!("{header}43] \"Message {}\" n=1\n", random(40)),
            2 => format!("{header}44] not structured {number}\n"),
            3 => format!("{header}42] \"Pod is ready\" data=<\n\tone\n\ttwo {number}\n >\n"),
            4 => format!(
                "{{\"ts\":1772600767089.0122,\"caller\":\"src/main.rs:42\",\"msg\":\"Pod is ready\",\"v\":0,\"key{key}\":{number}}}\n"
            ),
            5 => {
                r#"{"level":"info","ts":"2026-03-04T05:06:07Z","msg":"Starting"}"#.to_owned() + "\n"
            }
            6 if number < 300 => format!("{header}42] \"Pod is ready\" a=1 a=2\n"),
            7 if number < 300 => "\torphan\n".to_owned(),
            8 if number < 300 => format!("{header}42] \"Żółw\u{1b}[0m\" b=2\n"),
            9 if number < 300 => format!(
                "{header}42] \"Pod is ready\" token=\"ghp_0123456789abcdefghijABCDEFGHIJ\"\n"
            ),
            10 if number < 300 => format!(
                "{header}42] \"Pod is ready\" password=\"{number}\" w=\"{}\"\n",
                "x".repeat(17_000)
            ),
            11 => format!("{header}42] \"Pod is ready\" password=\"***\"\n"),
            _ => {
                format!("{header}42] \"Pod is ready\" pod=\"shop/web\" key{key}={number} ok=true\n")
            }
        };
    }
    log
}

/// Lines and blocks larger than any buffer are reported and passed over.
#[test]
fn entries_larger_than_the_buffer_are_passed_over() {
    let header = b"I0304 05:06:07.089012   12345 main.rs:42] \"Pod is ready\"";
    let line = header
        .chain(&b" data=\""[..])
        .chain(io::repeat(b'x').take(100_000_000))
        .chain(&b"\"\n"[..]);
    let block = header.chain(&b" data=<\n"[..]).chain(Lines(1_000_000)).chain(&b" >\n"[..]);
    let mut log = line.chain(block).chain(&header[..]).chain(&b"\n"[..]);
    let mut checker = Checker::new(Options::default());
    checker.check("log", &mut log, None).unwrap();
    let outcome = checker.finish();
    assert_eq!(
        written(&outcome, Format::Short),
        "log:1:1: warning[long-line]: the entry has more than 1048576 bytes, and is not looked into\n\
         log:2:1: warning[long-line]: the entry has more than 1048576 bytes, and is not looked into\n"
    );
    assert_eq!(outcome.summary.counts.n_lines, 1_000_004);
    assert_eq!(outcome.summary.counts.n_entries(), 1);
}

/// GitLab's lines go on where the next one of their stream says so, also with lines of other streams between.
#[test]
fn pieces_of_gitlab_are_joined() {
    let time = "2026-03-04T05:06:07.089012Z";
    let header = |severity: char| format!("{severity}0304 05:06:07.089012   12345 main.rs:42]");
    let log = format!(
        "{time} 00O Running with gitlab-runner\n\
         {time} 01O {info} \"Pod is\n\
         {time} 01E {error} \"Failed\" er\n\
         {time} 01O+ ready\" pod=\"def\n\
         {time} 01E+r=\"gone\"\n\
         {time} 01O+ault/web\" | 2\n\
         {time} 01O {info} \"Next\" n=1\n\
         {time} 01O\n\
         {time} 02E+{error} \"Of no line\"\n\
         {info} \"Without\"\n",
        info = header('I'),
        error = header('E'),
    );
    for prefix in [LinePrefix::Gitlab, LinePrefix::Auto] {
        let options = Options { prefixes: vec![prefix], ..Options::default() };
        let outcome = check(log.as_bytes(), options);
        let found = written(&outcome, Format::Short);
        // What a joined line has too much is shown where the line begins.
        let places: Vec<&str> = found.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(outcome.summary.counts.n_text, 5, "{prefix:?}\n{found}");
        assert_eq!(places, ["log:1:33:", "log:2:108:", "log:8:32:"], "{prefix:?}\n{found}");
    }
    // What waits is bounded, and nothing is lost or said twice.
    let many: String = (0..500)
        .map(|n| format!("{time} {:02x}O {} \"One\" n={n}\n", n % 256, header('I')))
        .collect();
    let outcome = check(
        many.as_bytes(),
        Options { prefixes: vec![LinePrefix::Gitlab], ..Options::default() },
    );
    assert_eq!(outcome.summary.counts.n_text, 500);
}

/// What different tools make of two entries, with the prefixes to name; `auto` finds them all.
#[test]
fn prefixes_are_found() {
    use LinePrefix::{Ansi, Cri, Github, Gitlab, Journald, Kubectl, Stern};
    let one = "I0304 05:06:07.089012   12345 main.rs:42] \"One\" a=<\n\tb\n >";
    let two = "E0304 05:06:07.089012   12345 main.rs:43] \"Two\" n=1";
    type Case<'a> = (&'a [LinePrefix], &'a dyn Fn(&str) -> String);
    let cases: &[Case<'_>] = &[
        (&[], &|line| line.to_owned()),
        (&[Journald], &|line| format!("Mar 27 15:58:02 node kubelet[259]: {line}")),
        (&[Journald], &|line| format!("Mar  7 15:58:02.123456 node-1.local my-agent: {line}")),
        (&[Journald], &|line| format!("2026-03-27T15:58:02+0000 node kubelet[259]: {line}")),
        (&[Journald], &|line| format!("2026-03-27T15:58:02.123456+00:00 node app: {line}")),
        (&[Journald], &|line| format!("Fri 2026-03-27 15:58:02 UTC node kubelet[259]: {line}")),
        (&[Journald], &|line| format!("1772600767.089012 node kubelet[259]: {line}")),
        (&[Journald], &|line| format!("<30>Mar 27 15:58:02 node kubelet[259]: {line}")),
        (&[Journald], &|line| format!("<30>1 2026-03-27T15:58:02Z node kubelet 259 - - {line}")),
        (&[Journald], &|line| {
            format!("<165>1 - node app - ID47 [x@32473 a=\"b c\" d=\"\\] e\"][y] \u{feff}{line}")
        }),
        (&[Journald], &|line| {
            serde_json::json!({ "_PID": "259", "MESSAGE": line, "PRIORITY": "6" }).to_string()
        }),
        (&[Journald], &|line| {
            serde_json::json!({ "MESSAGE": line.as_bytes(), "_PID": "259" }).to_string()
        }),
        (&[Ansi], &|line| format!("\x1b[32m{line}\x1b[0m")),
        (&[Ansi, Journald], &|line| format!("\x1b[2mMar 27 15:58:02\x1b[0m node app[1]: {line}")),
        (&[Github], &|line| format!("2026-03-04T05:06:07.0890123Z {line}")),
        (&[Github], &|line| {
            format!("build\tRun it all\t\u{feff}2026-03-04T05:06:07.0890123Z {line}")
        }),
        (&[Gitlab], &|line| format!("2026-03-04T05:06:07.089012Z 01E {line}")),
        (&[Gitlab], &|line| {
            let (begin, end) = line.split_at(line.len() / 2);
            let time = "2026-03-04T05:06:07.089012Z";
            format!("{time} 01O {begin}\n{time} 01O+{end}")
        }),
        (&[Gitlab, Ansi], &|line| {
            format!("2026-03-04T05:06:07.089012Z 00O \x1b[0;m{line}\x1b[0;m")
        }),
        (&[Github, Kubectl], &|line| {
            format!("2026-03-04T05:06:07.0890123Z [pod/web-1/app] 2026-03-04T05:06:07Z {line}")
        }),
        (&[Github, Cri], &|line| {
            format!("2026-03-04T05:06:07.0890123Z 2026-03-04T05:06:07.089012345Z stderr F {line}")
        }),
        (&[Stern], &|line| {
            let line = format!("{line}\n");
            let json = serde_json::json!({
                "message": line, "nodeName": "n", "namespace": "d", "podName": "p", "containerName": "c",
            });
            json.to_string()
        }),
        (&[Stern], &|line| format!("web-1 app {line}")),
    ];
    for (prefixes, with_prefix) in cases {
        let lines = one.lines().chain(two.lines());
        let log: String = lines.map(|line| with_prefix(line) + "\n").collect();
        for prefixes in [prefixes.to_vec(), vec![LinePrefix::Auto]] {
            let options = Options { prefixes: prefixes.clone(), ..Options::default() };
            let outcome = check(log.as_bytes(), options);
            let counts = &outcome.summary.counts;
            let found = written(&outcome, Format::Short);
            assert_eq!((counts.n_text, found.as_str()), (2, ""), "{prefixes:?}\n{log}");
        }
    }
    // JSON below a prefix, and lines of which nothing is to be taken off.
    let json = "{\"ts\":1772600767089.0122,\"msg\":\"Three\",\"v\":0}";
    let log = format!("Mar 27 15:58:02 node app[1]: {json}\n{json}\nweb | {json}\n");
    let auto = || Options { prefixes: vec![LinePrefix::Auto], ..Options::default() };
    assert_eq!(written(&check(log.as_bytes(), auto()), Format::Short), "");
    for line in ["Mar 27 15:58:02 node says: no header\n", "", "plain\n", "Mar\n", "2026-03-27T1\n"]
    {
        check(line.as_bytes(), auto());
    }
    let ours = "I0304 05:06:07.089012   12345 main.rs:42] \"On x | Mar 27 15:58:02 n a[1]: y\" b=\"[c] d\"\n";
    let outcome = check(ours.as_bytes(), auto());
    assert_eq!(outcome.summary.counts.n_text, 1);
    assert_eq!(written(&outcome, Format::Short), "");
}

/// JSON of other loggers is reported once, with the severities of its entries; the lines at the head of klog's files never are.
/// A file on Windows may begin with a byte order mark, whatever is asked and however it is read.
#[test]
fn a_byte_order_mark_is_no_part_of_a_line() {
    const LINE: &str = "I0304 05:06:07.089012      42 main.rs:7] \"Found\" pod=\"a\"\n";
    const BAD: &str = "I0304 05:06:07.089012      42 main.rs:7] \"Found\" pod=a b\n";
    let check = |log: &str, prefixes: &[LinePrefix], places: &[&str]| {
        for size in [1, 2, 1 << 16] {
            let options = Options { prefixes: prefixes.to_vec(), ..Options::default() };
            let mut checker = Checker::new(options);
            let mut input = Pieces(log.as_bytes(), size);
            checker.check("log", &mut input, None).unwrap();
            let text = written(&checker.finish(), Format::Short);
            let found: Vec<String> =
                text.lines().filter_map(|line| Some(line.split_once(": ")?.0.to_owned())).collect();
            assert_eq!(found, places, "{log:?} in pieces of {size}: {text}");
        }
    };
    for prefixes in [&[][..], &[LinePrefix::Auto]] {
        check(&format!("\u{feff}{LINE}{LINE}"), prefixes, &[]);
        check("\u{feff}", prefixes, &[]);
        check(&format!("{LINE}\u{feff}{LINE}"), prefixes, &["log:2:1", "log:2:1"]);
        let (with, without) = (format!("\u{feff}{BAD}"), BAD.to_owned());
        check(&with, prefixes, &["log:1:54", "log:1:56"]);
        check(&without, prefixes, &["log:1:54", "log:1:56"]);
    }
}

#[test]
fn other_loggers_are_reported_once() {
    let check_twice = |line: &str, expected: &str| {
        let outcome = check(format!("{line}\n{line}\n").as_bytes(), Options::default());
        let found = written(&outcome, Format::Short);
        let lines: Vec<&str> = found.lines().collect();
        match expected {
            "" => assert_eq!(lines, [""; 0], "{line}"),
            words => assert!(lines.len() == 1 && lines[0].contains(words), "{line}: {found}"),
        }
        outcome.summary.counts
    };
    let zap = r#"{"level":"info","ts":"2026-03-04T05:06:07Z","logger":"c","msg":"Starting"}"#;
    let counts = check_twice(zap, "this is JSON of zap");
    assert_eq!((counts.n_info, counts.n_error), (2, 0));
    check_twice(
        r#"{"level":"error","ts":1772600767.0890123,"caller":"a/b.go:1","msg":"M","error":"e"}"#,
        "zap",
    );
    let millis = r#"{"level":"warn","ts":1772600767089.0122,"caller":"a/b.go:1","msg":"M"}"#;
    assert_eq!(check_twice(millis, "").n_warning, 2);
    check_twice(
        r#"{"timestamp":"2026-03-04T05:06:07Z","level":"INFO","fields":{"message":"M"},"target":"t"}"#,
        "this is JSON of tracing-subscriber",
    );
    check_twice(r#"{"time":"2026-03-04T05:06:07Z","level":"INFO","msg":"M"}"#, "slog");
    let slog = r#"{"msg":"M","level":"ERRO","ts":"2026-03-04T05:06:07.089+01:00","a":1}"#;
    assert_eq!(check_twice(slog, "this is JSON of slog for Rust").n_error, 2);
    let late = r#"{"level":"info","msg":"M","ts":"2026-03-04T05:06:07Z"}"#;
    check_twice(late, "this is JSON of zap");
    check_twice(r#"{"level":30,"time":1772600767089,"msg":"M"}"#, "pino");
    check_twice(
        r#"{"log":"I0304 …","stream":"stderr","time":"2026-03-04T05:06:07Z"}"#,
        "docker or stern",
    );
    check_twice(r#"{"message":"I0304 …","nodeName":"n","podName":"p"}"#, "docker or stern");
    // klog's own, where a pair is called so.
    check_twice(r#"{"ts":1772600767089.0122,"msg":"M","v":0,"level":"info"}"#, "");
    assert_eq!(check_twice(r#"{"ts":1772600767089.0122,"msg":"M","level":"info"}"#, "").n_error, 2);
    let head = "Log file created at: 2026/03/27 15:58:02\nRunning on machine: node\n\
                Binary: Built with gc go1.22.1 for linux/amd64\n\
                Log line format: [IWEF]mmdd hh:mm:ss.uuuuuu threadid file:line] msg";
    check_twice(head, "");
    assert_eq!(entries(head).count(), 0);
    let marked = "\u{feff}I0304 05:06:07.089012   12345 main.rs:42] \"One\" a=1\n";
    assert!(entries(marked).all(|entry| entry.is_ok_and(|entry| entry.message == "One")));
    // glog's are others.
    for line in [
        "Previous log: <none>",
        "Running duration (h:mm:ss): 0:00:00",
        "Log line format: [IWEF]yyyymmdd hh:mm:ss.uuuuuu threadid file:line] msg",
        // What journalctl and stern say of a log.
        "-- Boot 0123456789abcdef0123456789abcdef --",
        "-- Journal begins at Mon 2026-03-02 10:00:00 CET, ends at Wed 2026-03-04 10:00:00 CET. --",
        "-- No entries --",
        "+ web-6f › app",
        "- web-6f › app",
    ] {
        check_twice(line, "");
        assert_eq!(entries(line).count(), 0, "{line}");
    }
    check_twice(r#"{"level":"warn","time":1772600767,"message":"M"}"#, "zerolog");
    check_twice(
        r#"{"name":"a","hostname":"h","pid":1,"level":30,"msg":"M","time":"2026-03-04T05:06:07Z","v":0}"#,
        "bunyan",
    );
    check_twice(
        r#"{"@timestamp":"2026-03-04T05:06:07Z","log.level":"info","message":"M"}"#,
        "Elastic",
    );
    check_twice(
        r#"{"severity":"INFO","timestamp":"2026-03-04T05:06:07Z","message":"M"}"#,
        "Google Cloud",
    );
    let odd = r#"{"ts":1772600767089.0122,"msg":"M","v":0,"pod name":"p"}"#;
    check_twice(odd, "key `pod name` is no plain word, which queries have to quote");
}

/// Rows of a prefix, a log that has it, and the findings.
fn check_prefixes(cases: &[(LinePrefix, &str, &str)]) {
    for (prefix, log, expected) in cases {
        let options = Options { prefixes: vec![*prefix], ..Options::default() };
        let found = written(&check(log.as_bytes(), options), Format::Short);
        assert_eq!(found, *expected, "{prefix:?}");
    }
}

#[test]
fn prefixes_are_taken_off() {
    check_prefixes(&[
        (
            LinePrefix::Cri,
            "2026-03-04T05:06:07.089012345Z stderr F I0304 05:06:07.089012   12345 main.rs:42] \"One\" a=<\n\
             2026-03-04T05:06:07.089012345Z stderr F \tb\n\
             2026-03-04T05:06:07.089012345Z stderr F  >\n\
             2026-03-04T05:06:07.089012345Z stderr P I0304 05:06:07.089012   12345 main.rs:42] \"Two\" a=\"b\n\
             2026-03-04T05:06:07.089012345Z stdout F {\"ts\":1772600767089.0122,\"msg\":\"Three\",\"v\":0}\n\
             2026-03-04T05:06:07.089012345Z stderr F c\" d=\n",
            "log:5:41: warning[mixed-format]: this entry is JSON, the one before it is text\n\
             log:4:41: warning[mixed-format]: this entry is text, the one before it is JSON\n\
             log:4:98: error[bad-value]: there is no value\n",
        ),
        (
            LinePrefix::Kubectl,
            "[pod/web/app] 2026-03-04T05:06:07.089012345Z I0304 05:06:07.089012   12345 main.rs:42] One\n\
             2026-03-04T05:06:07Z I0304 05:06:07.089012   12345 main.rs:42] Two\n\
             [pod/web/app] I0304 05:06:07.089012   12345 main.rs:42] Three\n",
            "log:1:88: warning[unstructured-line]: the message is not structured\n\
             log:2:64: warning[unstructured-line]: the message is not structured\n\
             log:3:57: warning[unstructured-line]: the message is not structured\n",
        ),
        (
            LinePrefix::Docker,
            "{\"log\":\"I0304 05:06:07.089012   12345 main.rs:42] \\\"One\\\" a=\\\"\",\"stream\":\"stderr\",\"time\":\"2026-03-04T05:06:07.089012345Z\"}\n\
             {\"log\":\"b\\\"\\n\",\"stream\":\"stderr\",\"time\":\"2026-03-04T05:06:07.089012345Z\"}\n\
             web-1  | I0304 05:06:07.089012   12345 main.rs:42] Two\n",
            "log:3:52: warning[unstructured-line]: the message is not structured\n",
        ),
        (
            LinePrefix::Stern,
            "\x1b[32mweb\x1b[0m \x1b[32mapp\x1b[0m I0304 05:06:07.089012   12345 main.rs:42] \"One\" a=<\n\
             web app \tb\n\
             web app  >\n\
             default web app {\"ts\":1,\"msg\":\"Two\",\"v\":0}\n",
            "log:4:17: warning[mixed-format]: this entry is JSON, the one before it is text\n",
        ),
    ]);
}

#[test]
fn what_looks_like_a_prefix() {
    check_prefixes(&[
        // Tags of a line are separated by colons, and the first says whether the line is whole.
        (
            LinePrefix::Cri,
            "2026-03-04T05:06:07.089012345Z stderr P:a:b I0304 05:06:07.089012   12345 main.rs:42] \"On\n\
             2026-03-04T05:06:07.089012345Z stderr F:a e\" a=1\n\
             2026-03-04T05:06:07.089012345Z stderr F:b I0304 05:06:07.089012   12345 main.rs:42] Two\n",
            "log:3:85: warning[unstructured-line]: the message is not structured\n",
        ),
        // What is no time is no prefix.
        (
            LinePrefix::Kubectl,
            "2026-03-04_05:06:07.089012345Z I0304 05:06:07.089012   12345 main.rs:42] \"One\"\n\
             2026-03-04T05:06:07.089012345Z I0304 05:06:07.089012   12345 main.rs:42] \"Two\"\n",
            "log:1:1: error[malformed-header]: there is text before the header\n",
        ),
        // A name is as long as Compose's are, and what comes later in a line is the program's.
        (
            LinePrefix::Docker,
            "a-service-with-a-name-that-is-rather-long-but-quite-possible-in-practice-1  | I0304 05:06:07.089012   12345 main.rs:42] One\n\
             I0304 05:06:07.089012   12345 main.rs:42] \"The message goes on for a good while\" a=\"b | c\"\n",
            "log:1:121: warning[unstructured-line]: the message is not structured\n",
        ),
        // Parts of the two streams come mixed.
        (
            LinePrefix::Docker,
            "{\"log\":\"I0304 05:06:07.089012   12345 main.rs:42] \\\"One\\\" a=\",\"stream\":\"stderr\"}\n\
             {\"log\":\"I0304 05:06:07.089012   12345 main.rs:42] \\\"Two\\\" b=\",\"stream\":\"stdout\"}\n\
             {\"log\":\"\\n\",\"stream\":\"stderr\"}\n\
             {\"log\":\"2\\n\",\"stream\":\"stdout\"}\n",
            "log:1:59: error[bad-value]: there is no value\n",
        ),
        // What `grep --color` adds, and a tab after the time.
        (
            LinePrefix::Auto,
            "\x1b[32mI0304 05:06:07.089012   12345 main.rs:42] \"One\" a=1\x1b[K\x1b[m\n\
             2026-03-04T05:06:07.089Z\tI0304 05:06:07.089012   12345 main.rs:42] \"Two\" a=1\n\
             + web-6f › app\n\
             web-6f app I0304 05:06:07.089012   12345 main.rs:42] \"Three\" a=1\n\
             - web-6f › app\n",
            "",
        ),
        // Colours are stern's, other sequences the program's.
        (
            LinePrefix::Stern,
            "\x1b[1;32mweb\x1b[0m app \x1b[0;1;32mI0304 05:06:07.089012   12345 main.rs:42] \"One\"\n\
             web app I0304 05:06:07.089012   12345 main.rs:42] \"\x1b[2KTwo\"\n\
             web app I0304 05:06:07.089012   12345 main.rs:42] \"\x1bThree\"\n",
            "log:2:52: error[control-character]: control character 0x1b is not escaped\n\
             log:3:52: error[control-character]: control character 0x1b is not escaped\n",
        ),
    ]);
}

#[test]
fn the_command() {
    let log = "I0304 05:06:07.089012   12345 main.rs:42] \"Pod is ready\" pod=\"shop/web\" attempt=3\n\
               I0304 05:06:08.000000   12345 main.rs:50] done\n";
    let json = "{\"ts\":1772600767089.0122,\"caller\":\"src/main.rs:42\",\"msg\":\"Pod is ready\",\"v\":0,\"pod\":{\"name\":\"web\",\"namespace\":\"shop\"},\"attempt\":3}\n";
    snapshot("command", &command(&[], log));
    snapshot("command_denied", &command(&["-D", "unstructured-line", "--report", "short"], log));
    snapshot("command_github", &command(&["--report", "github"], log));
    snapshot(
        "command_json",
        &command(&["--report", "json", "--summary", "--max-findings", "1"], log),
    );
    snapshot("command_junit", &command(&["--report", "junit"], json));
    snapshot("command_summary", &command(&["--summary", "-A", "all"], log));
    snapshot("command_tee", &command(&["--tee", "--report", "short"], log));
    snapshot("command_format", &command(&["--format", "json", "--report", "short"], log));
    snapshot("command_unknown_rule", &command(&["-D", "unstructured-lines"], log));
    snapshot("command_no_file", &command(&["nowhere.log"], ""));
    snapshot("command_empty", &command(&[], ""));
    snapshot("command_bad_requirement", &command(&["--require", "ready"], ""));

    let require = ["--require", "msg=\"Pod is ready\" pod=shop/web attempt=3 severity=info"];
    for log in [log, json] {
        assert!(
            command(&[&require[..], &["-A", "unstructured-line"]].concat(), log)
                .starts_with("exit code 0")
        );
    }
    let contract = [
        "--require",
        "msg=\"Pod is ready\" attempt=4",
        "--require",
        "err=*",
        "--forbid",
        "attempt",
    ];
    snapshot("command_contract", &command(&[&contract[..], &["--report", "short"]].concat(), log));
}

/// What comes is passed on before more comes, whatever it is; a reader that goes away stops nothing.
#[test]
fn tee_passes_bytes_on_at_once() {
    use std::io::Write as _;
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-klog"))
        .args(["check-log", "--tee", "--report", "short"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    for bytes in [&b"half a line"[..], b"\xff\x00\n", b"{\"ts\":1}", b"\r\n\n"] {
        stdin.write_all(bytes).unwrap();
        let mut passed = vec![0; bytes.len()];
        stdout.read_exact(&mut passed).unwrap();
        assert_eq!(passed, bytes);
    }
    drop(stdout);
    stdin.write_all(b"I0304 05:06:07.089012   12345 main.rs:42] not structured\n").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let report = String::from_utf8(output.stderr).unwrap();
    assert!(report.contains("stdin:4:43: warning[unstructured-line]"), "{report}");
    assert_eq!(output.status.code(), Some(1));
}

/// The process's own memory while it holds 100 MB of one line.
#[test]
#[cfg(target_os = "linux")]
fn memory_stays_small() {
    use std::io::Write as _;
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-klog"))
        .args(["check-log", "--report", "short"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let header = b"I0304 05:06:07.089012   12345 main.rs:42] \"Pod is ready\" data=\"";
    io::copy(&mut header.chain(io::repeat(b'x').take(100_000_000)), &mut stdin).unwrap();
    for number in 0..50_000 {
        writeln!(
            stdin,
            "\nI0304 05:06:07.089012   12345 main.rs:42] \"Message {number}\" key{number}=1\0"
        )
        .unwrap();
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    drop(stdin);
    child.wait().unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kib < 48 * 1024, "{kib} KiB");
}

/// What the command prints, and its exit code.
fn command(arguments: &[&str], stdin: &str) -> String {
    let output = assert_cmd::Command::cargo_bin("cargo-klog")
        .unwrap()
        .env_remove("CLICOLOR_FORCE")
        .env("NO_COLOR", "1")
        .arg("check-log")
        .args(arguments)
        .write_stdin(stdin)
        .output()
        .unwrap();
    format!(
        "exit code {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap()
    )
}

/// So many lines of a block.
struct Lines(usize);

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_lines = (buffer.len() / 4).min(self.0);
        for line in buffer[..n_lines * 4].chunks_mut(4) {
            line.copy_from_slice(b"\tab\n");
        }
        self.0 -= n_lines;
        Ok(n_lines * 4)
    }
}

fn example(page: &str) -> Option<String> {
    let (_, example) = page.split_once("```text\n")?;
    let (example, _) = example.split_once("```")?;
    Some(example.replace('␛', "\u{1b}"))
}

fn check(log: &[u8], options: Options) -> Outcome {
    let mut checker = Checker::new(options);
    checker.check("log", &mut &log[..], None).unwrap();
    checker.finish()
}

fn names(outcome: &Outcome) -> BTreeMap<&'static str, usize> {
    let mut names = BTreeMap::new();
    for (_, finding) in outcome.report.findings() {
        *names.entry(finding.rule).or_default() += 1;
    }
    names
}

fn denied(outcome: &Outcome) -> BTreeMap<&'static str, usize> {
    let mut names = names(outcome);
    names.retain(|name, _| rules().any(|rule| rule.name == *name && rule.level == Level::Deny));
    names
}

fn written(outcome: &Outcome, format: Format) -> String {
    let mut out = Vec::new();
    report::write(format, &outcome.report, TextStyle::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "snapshots/check_log", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}
