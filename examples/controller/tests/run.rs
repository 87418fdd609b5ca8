//! Runs the controller on its embedded API server, and reads what it logs as a log pipeline would.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt;
use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Value, json};

/// Lines of the controller that belong to no reconcile.
const OUTSIDE_RECONCILES: [&str; 4] =
    ["Starting controller", "Caches are synced", "Pod is gone", "Controller has stopped"];

#[test]
fn text() {
    let (status, output) = run(&["-v=4"]);
    check_story(&parse_text(&output));
    assert!(status.success(), "{output}");
}

#[test]
fn json() {
    let (status, output) = run(&["-v=4", "--logging-format=json"]);
    check_story(&output.lines().map(parse_json).collect::<Vec<_>>());
    assert!(status.success(), "{output}");
}

#[test]
fn default_verbosity_hides_state_changes() {
    let (status, output) = run(&[]);
    let entries = parse_text(&output);
    let count = |message: &str| entries.iter().filter(|entry| entry.message == message).count();
    assert_eq!(count("Container failed"), 2, "{output}");
    assert_eq!(count("Could not reconcile pod"), 1, "{output}");
    assert_eq!(count("Pod status updated"), 0, "{output}");
    assert!(status.success(), "{output}");
}

#[test]
fn bad_flags_and_files_are_refused() {
    let check = |args: &[&str], expected: &str| {
        let (status, output) = run(args);
        assert!(output.contains(expected), "{args:?}: {output}");
        assert_eq!(status.code(), Some(1), "{args:?}: {output}");
    };
    check(&["--logging-format=xml"], "format: Invalid value: \"xml\": Unsupported log format");
    check(&["--kubeconfig=/nowhere"], "flag `--kubeconfig`: ");
    check(&["--logging-config=/nowhere"], "flag `--logging-config`: ");
}

#[test]
fn flags_come_before_the_file() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/logging.json");
    std::fs::write(file, r#"{"format": "json", "verbosity": 4}"#).unwrap();
    let (status, output) = run(&["--logging-config", file, "-v=0"]);
    let entries: Vec<_> = output.lines().map(parse_json).collect();
    let count = |message: &str| entries.iter().filter(|entry| entry.message == message).count();
    assert_eq!(count("Container failed"), 2, "{output}");
    assert_eq!(count("Pod status updated"), 0, "{output}");
    assert!(status.success(), "{output}");
}

/// What has to be in the log, whatever the format.
fn check_story(entries: &[Entry]) {
    for entry in entries {
        let keys: Vec<_> = entry.pairs.iter().map(|(key, _)| key).collect();
        assert!(keys.iter().enumerate().all(|(i, key)| !keys[..i].contains(key)), "{entry:?}");
    }

    // One logger for one reconcile: all of its lines say which pod, and which run.
    let mut pod_of_reconcile: Vec<(&Value, &Value)> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.file == "controller.rs") {
        assert_eq!(entry.get("logger"), Some(&json!("pod-readiness")), "{entry:?}");
        if OUTSIDE_RECONCILES.contains(&&*entry.message) {
            continue;
        }
        let (Some(pod), Some(id)) = (entry.get("pod"), entry.get("reconcileID")) else {
            panic!("pod or reconcileID is missing: {entry:?}");
        };
        match pod_of_reconcile.iter().find(|(of, _)| *of == id) {
            Some((_, known)) => assert_eq!(*known, pod, "{entry:?}"),
            None => pod_of_reconcile.push((id, pod)),
        }
    }
    assert!(pod_of_reconcile.len() >= 10, "{pod_of_reconcile:?}");

    let all =
        |message: &str| entries.iter().filter(|entry| entry.message == message).collect::<Vec<_>>();

    // A value of several lines.
    let panic = all("Container failed")[0];
    let last_words = panic.get("terminationMessage").and_then(Value::as_str).unwrap();
    assert_eq!(last_words.trim_end().lines().count(), 3, "{panic:?}");
    assert!(last_words.contains("no route to database \"orders\""), "{panic:?}");
    assert_eq!(panic.get("exitCode"), Some(&json!(101)), "{panic:?}");

    // A list of objects.
    let lists = all("Replica set has failing pods");
    let lengths: Vec<_> =
        lists.iter().map(|list| list.get("pods").unwrap().as_array().unwrap().len()).collect();
    assert_eq!(lengths, [1, 2], "{lists:?}");

    // An error, and a conflict that is none.
    let errors = all("Could not reconcile pod");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].is_error, "{errors:?}");
    assert_eq!(
        errors[0].get("err"),
        Some(&json!("updating pod status: etcdserver: request timed out"))
    );
    assert!(!all("Pod has changed meanwhile, trying again").is_empty());
    assert!(all("Pod status updated").iter().all(|entry| !entry.is_error));
    assert_eq!(all("Controller has stopped").len(), 1);
}

/// One log entry of either format.
#[derive(Debug)]
struct Entry {
    is_error: bool,
    /// The name of the source file, without directories.
    file: String,
    message: String,
    /// All pairs but those of the header, in order.
    pairs: Vec<(String, Value)>,
}

impl Entry {
    fn get(&self, key: &str) -> Option<&Value> {
        self.pairs.iter().find(|(of, _)| of == key).map(|(_, value)| value)
    }
}

/// Reads the text format, with nothing between or around the entries.
fn parse_text(output: &str) -> Vec<Entry> {
    let mut rest = output;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (entry, end) =
            parse_text_entry(rest).unwrap_or_else(|| panic!("not an entry: {rest:.200}"));
        entries.push(entry);
        rest = &rest[end..];
    }
    entries
}

/// `I1123 17:07:10.743320   13795 main.rs:75] "Message" key=value`, up to and with the newline.
fn parse_text_entry(text: &str) -> Option<(Entry, usize)> {
    let severity = text.chars().next().filter(|severity| "IWEF".contains(*severity))?;
    let shape: String =
        text.get(1..21)?.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape != "0000 00:00:00.000000" {
        return None;
    }
    let _pid: u32 = text.get(21..29)?.trim_start().parse().ok()?;
    let (source, rest) = text.get(29..)?.strip_prefix(' ')?.split_once("] ")?;
    let (file, line) = source.split_once(':')?;
    let _line: u32 = line.parse().ok()?;

    let mut rest = rest;
    let message = parse_value(&mut rest)?.as_str()?.to_owned();
    let mut pairs = Vec::new();
    while let Some(pair) = rest.strip_prefix(' ') {
        let (key, value) = pair.split_once('=')?;
        rest = value;
        pairs.push((key.to_owned(), parse_value(&mut rest)?));
    }
    let rest = rest.strip_prefix('\n')?;
    let entry = Entry { is_error: severity == 'E', file: file.to_owned(), message, pairs };
    Some((entry, text.len() - rest.len()))
}

/// A JSON value, or a block of lines between `<` and ` >`.
fn parse_value(rest: &mut &str) -> Option<Value> {
    if let Some(block) = rest.strip_prefix("<\n") {
        let end = block
            .split_inclusive('\n')
            .take_while(|line| line.starts_with('\t'))
            .map(str::len)
            .sum();
        let (lines, after) = block.split_at(end);
        *rest = after.strip_prefix(" >")?;
        return Some(
            lines.lines().map(|line| format!("{}\n", &line[1..])).collect::<String>().into(),
        );
    }
    let mut values = serde_json::Deserializer::from_str(rest).into_iter();
    let value = values.next()?.ok()?;
    *rest = &rest[values.byte_offset()..];
    Some(value)
}

fn parse_json(line: &str) -> Entry {
    let Fields(mut pairs) =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let mut take = |key: &str| {
        let index = pairs.iter().position(|(of, _)| of == key)?;
        Some(pairs.remove(index).1)
    };
    let time = take("ts").and_then(|time| time.as_f64()).unwrap();
    assert!(time > 1e12, "not milliseconds: {line}");
    let caller = take("caller").unwrap();
    let (directory, position) = caller.as_str().unwrap().split_once('/').unwrap();
    assert!(!directory.is_empty() && !position.contains('/'), "{line}");
    let file = position.split_once(':').unwrap().0.to_owned();
    let message = take("msg").unwrap().as_str().unwrap().to_owned();
    let is_error = take("v").is_none();
    Entry { is_error, file, message, pairs }
}

/// The fields of a JSON object, doubles included.
struct Fields(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// Runs the controller to its end, and returns what it wrote to stderr.
fn run(args: &[&str]) -> (ExitStatus, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_controller"))
        .args(args)
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let reader = thread::spawn(move || {
        let mut output = String::new();
        stderr.read_to_string(&mut output).map(|_| output)
    });
    let deadline = Instant::now() + Duration::from_secs(20);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
        }
        thread::sleep(Duration::from_millis(20));
    };
    (status, reader.join().unwrap().unwrap())
}
