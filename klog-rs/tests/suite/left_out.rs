//! A program with settings that only it can make: a dependency turns on `max_level_warn` of `tracing`, and panics abort.

use std::process::Command;

use crate::new_crate;

const MAIN: &str = r#"
use klog::{Config, EarlierHook, Format, Logger, Output, sink::{Buffered, Stream}};

struct Boom;

impl std::fmt::Display for Boom {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("boom")
    }
}

fn main() {
    let case = std::env::args().nth(1).unwrap_or_default();
    if case.contains("hook") {
        klog::panic_hook(if case.contains("skip") { EarlierHook::Skip } else { EarlierHook::Call });
    }
    let buffered = Output::new(Format::Text, Buffered::new(Stream::stderr(), 1 << 20));
    let guard = match &*case {
        "levels" => Config { verbosity: 4, ..Config::default() }.install(),
        "quiet" => buffered.with_verbosity(0, Default::default()).install(),
        _ => buffered.install(),
    };
    let _guard = guard.expect("the first one");
    let enabled = [0, 4].map(|v| Logger::background().enabled(v));
    klog::info!("Information");
    Logger::background().info("Information of run time", &[]);
    klog::warn!("Warning", enabled = ?enabled);
    if case.contains("klog") {
        klog::warn!("Refused", pod = "web-0", value = %Boom);
    }
    if case.contains("tracing") {
        tracing::warn!(value = %Boom, "refused");
    }
    if case.contains("list") {
        klog::warn!("Refused", values = &[Named(1)][..]);
    }
}

struct Named(u8);

impl klog::LogValue for Named {
    fn log_value(&self) -> klog::Value<'_> {
        panic!("boom")
    }
}
"#;

#[test]
fn what_is_left_out_is_said_and_a_panic_that_aborts_is_logged() {
    let manifest = "tracing = { version = \"0.1\", features = [\"max_level_warn\"] }\n[profile.dev]\npanic = \"abort\"\n";
    let program = new_crate::build("left_out", manifest, MAIN);
    let lines = |case: &str| {
        let output = Command::new(&program).arg(case).env_remove("RUST_BACKTRACE").output();
        let output = output.expect("it runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let messages = text.lines().filter(|line| !line.is_empty());
        let messages = messages.map(|line| line.split_once("] ").map_or(line, |(_, rest)| rest));
        (output.status.success(), messages.map(str::to_owned).collect::<Vec<_>>())
    };
    let hint = r#""Entries are left out of the program by a feature max_level_* of the crate tracing" compiled="warn" wanted="debug" findBy="cargo tree -e features -i tracing""#;
    let warning = r#""Warning" enabled="[false, false]""#;
    assert_eq!(lines("levels"), (true, vec![hint.into(), warning.into()]));
    let hint = hint.replace("debug", "info");
    assert_eq!(lines("quiet"), (true, vec![hint.clone(), warning.into()]));

    // What a value does ends the program. It is said, after all that was written before.
    for case in ["klog", "tracing", "list"] {
        let (is_success, messages) = lines(case);
        assert!(!is_success, "{case}");
        assert!(messages[0].contains("panicked at src/main.rs:"), "{case}: {messages:#?}");
        assert_eq!(messages[1], "boom", "{case}");
        assert_eq!(messages[3..], [hint.clone(), warning.into()], "{case}: {messages:#?}");
        for (hook, n_more) in [("hook skip", 0), ("hook call", 2)] {
            let (_, messages) = lines(&format!("{hook} {case}"));
            let entry = r#""Observed a panic" panic="boom" location="src/main.rs:"#;
            let is_there = messages.iter().any(|line| line.starts_with(entry));
            assert!(is_there, "{hook} {case}: {messages:#?}");
            assert_eq!(
                messages[..2],
                [hint.clone(), warning.into()],
                "{hook} {case}: {messages:#?}"
            );
            let n_printed = messages
                .iter()
                .filter(|line| line.contains("panicked at") || *line == "boom")
                .count();
            assert_eq!(n_printed, n_more, "{hook} {case}: {messages:#?}");
        }
    }
}
