//! Replays what Go printed, through the public interface: `tests/data/golden.jsonl`, or the file that `KLOG_GOLDEN` names.
//!
//! `tests/data/golden.md` describes the fields. Records without a mark must be byte-identical in both formats; a marked
//! one must differ as its mark says, and in no other way.

use std::fmt::Write as _;

use crate::support::{self, golden::Golden, parse_text};

#[test]
fn records_are_replayed_to_the_byte() {
    let path = std::env::var("KLOG_GOLDEN")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/golden.jsonl").into());
    let records = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (mut n_passed, mut failures) = (0, Vec::new());
    for (number, record) in records.lines().enumerate() {
        let checked = Golden::read(record)
            .and_then(|golden| check(&golden).map_err(|error| format!("{}: {error}", golden.id)));
        match checked {
            Ok(()) => n_passed += 1,
            Err(error) => failures.push(format!("line {}: {error}", number + 1)),
        }
    }
    let shown = failures.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n\n");
    assert!(
        failures.is_empty() && n_passed > 0,
        "{n_passed} passed, {} failed\n{shown}",
        failures.len()
    );
}

fn check(golden: &Golden) -> Result<(), String> {
    let text = golden.replay(klog::Format::Text);
    let json = golden.replay(klog::Format::Json);
    compare("text", &golden.expected_text(), &text)?;
    let (expected, exact) = golden.expected_json()?;
    if exact {
        compare("json", &expected, &json)?;
    } else if !json.is_empty() {
        let unique = support::unique_json(&json)?;
        let expected = support::last_wins(&expected)?;
        if unique != expected {
            return Err(format!("json\n  expected {expected}\n  got      {unique}"));
        }
    }
    if !text.is_empty() {
        let parsed = parse_text::line(&text, golden.header)
            .map_err(|error| format!("not parsed: {error}\n  {text:?}"))?;
        if parsed.message != golden.message {
            return Err(format!("parsed message {:?} of {text:?}", parsed.message));
        }
        support::unique_json(&json)?;
    }
    Ok(())
}

fn compare(what: &str, expected: &str, got: &str) -> Result<(), String> {
    if expected == got {
        return Ok(());
    }
    let at =
        expected.bytes().zip(got.bytes()).take_while(|(expected, got)| expected == got).count();
    let mut message = format!("{what} differs at byte {at}\n");
    let _ = write!(message, "  expected {expected:?}\n  got      {got:?}");
    Err(message)
}
