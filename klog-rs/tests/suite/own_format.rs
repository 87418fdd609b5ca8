//! A registered format from the outside: `examples/own_format.rs`, its flags and its lines.

use std::{path::PathBuf, process::Command, sync::LazyLock};

use crate::{new_crate, support::unique_json};

/// What the example prints to standard output and standard error, built as a crate of its own with what it needs.
fn run(args: &[&str]) -> (String, String) {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let manifest = "clap = { version = \"4\", features = [\"derive\"] }\n\
                        [features]\ndefault = [\"klog-rs/flags\"]\n";
        new_crate::build("own_format", manifest, include_str!("../../examples/own_format.rs"))
    });
    let output = Command::new(&*PROGRAM).args(args).output().expect("the example runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{stderr}");
    (stdout, stderr)
}

#[test]
fn help_lists_it() {
    let (help, _) = run(&["--help"]);
    assert!(help.contains(r#"Permitted formats: "google", "json", "text""#), "{help}");
}

#[test]
fn its_lines_have_its_names_and_the_pairs_of_loggers_and_calls() {
    let (_, lines) = run(&["--logging-format=google", "-v=2"]);
    let lines: Vec<_> = lines
        .split_inclusive('\n')
        .map(|line| {
            let mut entry = unique_json(line).expect("an entry is one object");
            let fields = entry.as_object_mut().expect("an entry is an object");
            let time = fields.shift_remove("time").expect("a time");
            let time = time.as_str().expect("a time is a string");
            assert!(time.parse::<jiff::Timestamp>().is_ok(), "{time}");
            let source = fields.shift_remove("logging.googleapis.com/sourceLocation");
            let source = source.expect("a source location");
            assert_eq!(source["file"], "src/main.rs");
            assert!(source["line"].as_str().is_some_and(|line| line.parse::<u32>().is_ok()));
            entry.to_string()
        })
        .collect();
    assert_eq!(
        lines,
        [
            r#"{"severity":"INFO","message":"Pod bound","logger":"scheduler","node":"worker-1","pod":{"name":"web-0","namespace":"default"},"message_":"taken"}"#,
            r#"{"severity":"DEBUG","message":"Queue is empty","logger":"scheduler","node":"worker-2"}"#,
            r#"{"severity":"ERROR","message":"Could not bind pod","error":"connection refused","attempts":[1,2]}"#,
        ]
    );
}
