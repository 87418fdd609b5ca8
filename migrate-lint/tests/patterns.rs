//! Shapes of real log calls, and what the fix makes of each: `tests/patterns.txt`.
//!
//! A case is a comment that says what it shows, a line with the macros of the source, those of the target and the
//! verdict, the call after `-`, and the fixed call after `+`. Verdicts are `safe`, `unsafe`, `shown` (what the call
//! should be is known, but only a person can write it), `left` (nothing can be said) and `no-call`. A comment alone
//! says which test holds a pattern that one call cannot show. The patterns are numbered; all of them are there.
//! `KLOG_UPDATE=1 cargo test -p migrate-lint --test suite patterns` writes what the fix does now; read the difference.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::fmt::Write as _;

use migrate_lint::internal::call::CallKind;
use migrate_lint::internal::dialect;
use migrate_lint::internal::finding::{Applicability, Edit};
use migrate_lint::internal::rewrite::{self, Outcome, RewriteStyle};
use migrate_lint::internal::scan::{self, CrateFacts};

#[derive(Default)]
struct Case {
    comment: String,
    from: String,
    to: String,
    /// `fn` or `impl` around the call: `Controller::reconcile`.
    place: String,
    verdict: String,
    before: String,
    after: String,
}

#[test]
fn every_pattern_is_rewritten_as_written_down() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/patterns.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let mut now = String::new();
    for block in text.split("\n\n").filter(|block| !block.trim().is_empty()) {
        let mut case = read(block);
        if case.before.is_empty() {
            // A heading, or the word on a pattern that another test shows.
            writeln!(now, "{}\n", block.trim()).unwrap();
            continue;
        }
        (case.verdict, case.after) = fixed(&case);
        writeln!(now, "{}", show(&case)).unwrap();
    }
    let now = now.trim_end().to_owned() + "\n";
    if std::env::var_os("KLOG_UPDATE").is_some() {
        std::fs::write(path, &now).unwrap();
        return;
    }
    let wrong: Vec<String> = text
        .split("\n\n")
        .zip(now.split("\n\n"))
        .filter(|(written, now)| written.trim() != now.trim())
        .map(|(written, now)| format!("written down:\n{written}\nnow:\n{now}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn no_pattern_is_left_out() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/patterns.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let numbers: Vec<usize> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# ")?.split_once(". ")?.0.parse().ok())
        .collect();
    assert_eq!(numbers, (1..=96).collect::<Vec<_>>());
}

fn read(block: &str) -> Case {
    let mut case = Case::default();
    for line in block.lines() {
        let (sign, rest) = line.split_at_checked(1).unwrap_or_default();
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        match sign {
            "#" => case.comment += &format!("{line}\n"),
            "-" => case.before += &format!("{rest}\n"),
            "+" => case.after += &format!("{rest}\n"),
            _ => {
                let mut words = line.split_whitespace();
                let mut word = || words.next().unwrap_or_default().to_owned();
                (case.from, case.to, case.verdict, case.place) = (word(), word(), word(), word());
            }
        }
    }
    case
}

fn show(case: &Case) -> String {
    let Case { comment, from, to, place, verdict, before, after } = case;
    let mut text = format!("{comment}{}\n", format!("{from} {to} {verdict} {place}").trim_end());
    for (sign, call) in [("-", before), ("+", after)] {
        for line in call.lines() {
            writeln!(text, "{sign} {line}").unwrap();
        }
    }
    text
}

/// Verdict and the fixed call.
fn fixed(case: &Case) -> (String, String) {
    let (of, function) = case.place.rsplit_once("::").unwrap_or(("", &case.place));
    let function = if function.is_empty() { "run" } else { function };
    let import =
        if case.from == "print" { String::new() } else { format!("use {}::*;\n", case.from) };
    let open = if of.is_empty() { String::new() } else { format!("impl {of} {{\n") };
    let close = if of.is_empty() { "" } else { "}\n" };
    let head = format!("{import}{open}fn {function}() {{\n");
    let tail = format!("}}\n{close}");
    let source = format!("{head}{}{tail}", case.before);
    let scanned = scan::source(&source, &CrateFacts::default());
    let Some(call) = scanned.calls.iter().find(|call| call.kind != CallKind::Enabled) else {
        return ("no-call".to_owned(), String::new());
    };
    let dialect = dialect::named(&case.to).expect("the name of a dialect");
    let style = RewriteStyle {
        dialect,
        case: dialect.key_case,
        error: Default::default(),
        messages: Default::default(),
    };
    let Ok(Outcome { rewrite, edits, .. }) = rewrite::rewrite(call, &source, style) else {
        return ("left".to_owned(), String::new());
    };
    let Some(edits) = edits else {
        let mut shown = format!("{:?}", rewrite.message);
        if let Some(err) = &rewrite.err {
            write!(shown, " err={err}").unwrap();
        }
        for pair in &rewrite.pairs {
            write!(shown, " {}={}", pair.key, pair.expr).unwrap();
        }
        return ("shown".to_owned(), shown);
    };
    let text = apply(&source, &edits);
    assert!(syn::parse_file(&text).is_ok(), "does not parse: {text}");
    let again = scan::source(&text, &CrateFacts::default());
    for call in &again.calls {
        if call.dialect == dialect {
            let more = rewrite::rewrite(call, &text, style).ok().and_then(|more| more.edits);
            assert!(more.is_none(), "a second run changes it again: {text}");
        }
    }
    let verdict = match rewrite.safety() {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
    };
    let body = text[head.len()..].strip_suffix(&tail).unwrap();
    (verdict.to_owned(), body.to_owned())
}

fn apply(source: &str, edits: &[Edit]) -> String {
    let mut text = source.to_owned();
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.span.start);
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.clone(), &edit.text);
    }
    text
}
