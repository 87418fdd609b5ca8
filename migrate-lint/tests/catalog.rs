//! Log statements as data, what a change of them breaks, and which entries they make.

use std::fs;

use migrate_lint::internal::catalog::diff::{self, Form};
use migrate_lint::internal::catalog::{self, Catalog, Key, Kind, Statement};

use tempfile::TempDir;

use crate::project::Project;

const MAIN: &str = r#"mod net;

fn main() {
    let log = klog::Logger::background().with_name("agent");
    klog::info!(logger: log, "Starting agent", version = "1.0", port = 8080);
    klog::info!(v: 2, "Listening", address = %address);
    if let Err(error) = run() {
        klog::error!(err: error, "Could not run agent", pods = kobjs(&pods), retry = true);
    }
    tracing::warn!(target: "agent::cache", count = cache.len(), "cache is full");
    log::debug!("Retry {} of {pod}", attempt);
    println!("not a log statement");
}

#[cfg(test)]
mod tests {
    fn logs() {
        klog::info!("Only in tests");
    }
}
"#;

const NET: &str = r#"pub fn connect() {
    klog::info!("Connected", pod = kobj(pod));
    klog::info!("Connected", pod = kobj(pod));
    klog::trace!("Sent", byteCount = 1_000, elapsed = start.elapsed());
}
"#;

#[test]
fn every_form() {
    let project = agent();
    snapshot("catalog.json", &project.said(&["catalog"]));
    snapshot("catalog.md", &project.said(&["catalog", "--format", "markdown"]));
    snapshot("catalog.schema.json", &project.said(&["catalog", "--format", "schema"]));
    let text = project.said(&["catalog", "--quiet"]);
    let text = text.split_once("--- stdout\n").unwrap().1.split("--- stderr").next().unwrap();
    let read = catalog::read(text).unwrap();
    let mut again = Vec::new();
    catalog::write(catalog::Format::Json, &read, &mut again).unwrap();
    assert_eq!(String::from_utf8(again).unwrap(), text);
    for bad in
        ["", "{}", "{\"version\":2,\"statements\":[]}", "{\"version\":1,\"statements\":[{}]}"]
    {
        project.write("bad.json", bad);
        let answer = project.said(&["catalog", "--diff", "bad.json"]);
        assert!(answer.starts_with("exit code 2"), "{answer}");
    }
}

/// Lines that move, other statements and formatting change no identifier and no order.
#[test]
fn identifiers_are_stable() {
    let project = agent();
    project.said(&["catalog", "--output", "old.json"]);
    let moved = MAIN.replace(
        "fn main() {",
        "// a comment\n\nfn before() {\n    klog::info!(\"Before\");\n}\n\nfn main() {",
    );
    project
        .write("src/main.rs", &moved.replace("klog::info!(v: 2,", "klog::info!(\n        v: 2,"));
    snapshot("moved", &project.said(&["catalog", "--diff", "old.json"]));
}

#[test]
fn changes_are_named_by_what_they_break() {
    let project = agent();
    project.git(&["init", "-q", "-b", "main"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-q", "-m", "State"]);
    assert!(
        project
            .said(&["catalog", "--diff", "HEAD"])
            .starts_with("exit code 0\n--- stdout\nno changes")
    );

    let changed = MAIN
        .replace("\"Starting agent\", version", "\"Starting agent\", release")
        .replace("\"Listening\", address = %address", "\"Listening on port\", port = 8080")
        .replace("klog::info!(v: 2", "klog::info!(v: 3")
        .replace("retry = true", "retry = \"yes\", node = \"n1\"")
        .replace("tracing::warn!", "tracing::error!")
        .replace("    log::debug!(\"Retry {} of {pod}\", attempt);\n", "");
    project.write("src/main.rs", &changed);
    project.write(
        "src/net.rs",
        &NET.replacen("    klog::info!(\"Connected\", pod = kobj(pod));\n", "", 1),
    );
    snapshot("changes", &project.said(&["catalog", "--diff", "main"]));
    snapshot("changes.json", &project.said(&["catalog", "--diff", "main", "--format", "json"]));
    snapshot("changes.md", &project.said(&["catalog", "--diff", "main", "--format", "markdown"]));
    snapshot("no_revision", &project.said(&["catalog", "--diff", "nowhere"]));
    assert!(!project.path().join("tree").exists());
}

#[test]
fn each_change_is_of_its_kind() {
    let old = || statement("Pod is ready", &[("pod", Kind::Object), ("count", Kind::Number)]);
    let check = |new: Option<Statement>, expected: &str| {
        let new = Catalog { statements: new.into_iter().collect() };
        let changes = diff::compare(&Catalog { statements: vec![old()] }, &new);
        let mut out = Vec::new();
        diff::write(Form::Text, &changes, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        let lines =
            out.lines().filter(|line| line.starts_with("breaking") || line.starts_with("minor"));
        assert_eq!(lines.collect::<Vec<_>>().join("\n"), expected);
    };
    check(Some(old()), "");
    check(None, "breaking[statement-removed]: statement removed");
    check(Some(Statement { line: 99, file: "src/b.rs".into(), ..old() }), "");
    check(Some(Statement { id: "2".into(), module: "moved".into(), ..old() }), "");
    check(
        Some(Statement { id: "2".into(), message: "Pod became ready".into(), ..old() }),
        "breaking[message-reworded]: message reworded",
    );
    check(
        Some(Statement { severity: "error".into(), v: None, ..old() }),
        "breaking[severity-changed]: severity changed from info to error",
    );
    check(
        Some(Statement { v: Some(4), ..old() }),
        "minor[verbosity-changed]: verbosity changed from V0 to V4",
    );
    let keys = |keys: &[(&str, Kind)]| Some(statement("Pod is ready", keys));
    check(keys(&[("pod", Kind::Object)]), "breaking[key-removed]: key `count` removed");
    check(
        keys(&[("pod", Kind::Object), ("n", Kind::Number)]),
        "breaking[key-renamed]: key `count` renamed to `n`",
    );
    check(
        keys(&[("pod", Kind::Object), ("count", Kind::String)]),
        "breaking[key-kind-changed]: values of `count` changed from number to string",
    );
    check(keys(&[("pod", Kind::Object), ("count", Kind::Unknown)]), "");
    check(
        keys(&[("node", Kind::String), ("pod", Kind::Object), ("count", Kind::Number)]),
        "minor[key-added]: key `node` added",
    );
}

#[test]
fn messages_with_values_are_known_by_what_is_constant() {
    let check = |template: &str, message: &str, expected: bool| {
        assert_eq!(statement(template, &[]).has_message(message), expected, "{template} {message}");
    };
    check("Ready", "Ready", true);
    check("Ready", "Ready now", false);
    check("Retry {} of {}", "Retry 3 of web", true);
    check("Retry {} of {}", "Retry 3", false);
    check("{}", "anything", true);
    check("{} failed: {}.", "web failed: no route.", true);
    check("{} failed: {}.", "web failed: no route", false);
}

#[test]
fn entries_are_tied_to_statements() {
    let project = agent();
    project.said(&["catalog", "--output", "catalog.json"]);
    let log = "I0304 05:06:07.089012   12345 main.rs:999] \"Starting agent\" version=\"1.0\"\n\
               I0304 05:06:07.089012   12345 net.rs:2] \"Connected\" pod=\"shop/web\"\n\
               I0304 05:06:07.089012   12345 main.rs:11] \"Retry 3 of web\"\n\
               I0304 05:06:07.089012   12345 net.rs:5] \"Starting agent\"\n\
               I0304 05:06:07.089012   12345 pool.rs:5] \"checkout waiting\"\n";
    project.write("run.log", log);
    let arguments = ["check-log", "--catalog", "catalog.json", "--report", "short", "run.log"];
    snapshot("check_log", &project.said(&arguments));
    let arguments = ["check-log", "--catalog", "catalog.json", "--summary", "-A", "all", "run.log"];
    snapshot("check_log_summary", &project.said(&arguments));
}

/// Nothing that is printed has changed: another crate's name, another module, one of two equal statements; also with a
/// dependency beside the repository, and with a link and odd names in it.
#[test]
fn what_prints_the_same_is_no_change() {
    let outer = TempDir::with_prefix("klog-").unwrap();
    let beside = outer.path().join("beside");
    fs::create_dir_all(beside.join("src")).unwrap();
    fs::write(beside.join("src/lib.rs"), "").unwrap();
    let package = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
    };
    fs::write(beside.join("Cargo.toml"), package("beside")).unwrap();
    let project = Project::within(outer.path(), &[]);
    let manifest = |name: &str| {
        let name = package(name);
        format!(
            "{name}[dependencies]\nbeside = {{ path = \"../beside\" }}\nklog = {{ package = \"klog-rs\", version = \"0.1\" }}\nlog = \"0.4\"\ntracing = \"0.1\"\n[workspace]\n"
        )
    };
    project.write("Cargo.toml", &manifest("agent"));
    let main = MAIN.replace("mod net;", "mod net;\nmod linked;\nmod moved;");
    project.write("src/main.rs", &main);
    project.write("src/net.rs", NET);
    project.write("src/moved.rs", "fn f() { klog::info!(\"Moved\"); }\n");
    project.write("other/real \"ä\".rs", "fn f() { klog::info!(\"Linked\"); }\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../other/real \"ä\".rs", project.path().join("src/linked.rs"))
        .unwrap();
    project.git(&["init", "-q", "-b", "main"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-q", "-m", "State"]);
    let check = |words: &str| {
        let answer = project.said(&["catalog", "--quiet", "--offline", "--diff", "HEAD"]);
        assert!(answer.starts_with(words), "{answer}");
    };
    check("exit code 0\n--- stdout\nno changes");
    project.write("Cargo.toml", &manifest("node-agent"));
    check("exit code 0\n--- stdout\nno changes");
    project.git(&["mv", "src/moved.rs", "src/gone.rs"]);
    project.write("src/main.rs", &main.replace("mod moved;", "mod gone;"));
    let one = NET.replacen("    klog::info!(\"Connected\", pod = kobj(pod));\n", "", 1);
    project.write("src/net.rs", &one);
    check("exit code 0\n--- stdout\nno changes");
    project.write(
        "src/net.rs",
        &one.replace("    klog::info!(\"Connected\", pod = kobj(pod));\n", ""),
    );
    check("exit code 1\n--- stdout\nbreaking[statement-removed]");
}

/// No revision has a file that git ignores: its statements are not new each time.
#[test]
fn what_git_ignores_is_not_compared_with_a_revision() {
    let project = agent();
    let f = |message: &str| format!("pub fn f() {{ tracing::info!(pod = 1, \"{message}\"); }}\n");
    let main = project.read("src/main.rs");
    let modules = "mod made;\nmod out { pub mod deep; }\nmod forced;\nmod later;\n";
    project.write("src/main.rs", &format!("{modules}{main}"));
    project.write(".gitignore", "/src/made.rs\n/src/out/\n/src/forced.rs\nCargo.lock\n");
    project.write("src/made.rs", &f("Made"));
    project.write("src/out/deep.rs", &[f("Deep"), f("Deeper").replace("fn f", "fn g")].concat());
    project.write("src/forced.rs", &f("Forced"));
    project.git(&["init", "-q", "-b", "main"]);
    project.git(&["add", "."]);
    project.git(&["add", "-f", "src/forced.rs"]);
    project.git(&["commit", "-q", "-m", "State"]);
    let said =
        |arguments: &[&str]| project.said(&[&["catalog", "--diff", "HEAD"], arguments].concat());
    for part in [&[][..], &["src"]] {
        let answer = said(part);
        assert!(answer.starts_with("exit code 0\n--- stdout\nno changes"), "{answer}");
        let names = |file: &str, n: &str| {
            answer.contains(&format!(
                "{file}: git ignores this file, so no revision has it: not compared ({n})"
            ))
        };
        assert!(names("src/made.rs", "1 statement"), "{answer}");
        assert!(names("src/out/deep.rs", "2 statements"), "{answer}");
        assert!(!answer.contains("forced"), "{answer}");
    }
    // A file that nobody has added yet is new, and one that a revision has is compared.
    project.write("src/later.rs", &f("Later"));
    project.write("src/forced.rs", &f("Changed"));
    let answer = said(&["--quiet"]);
    assert!(answer.contains("\"Later\"") && answer.contains("\"Changed\""), "{answer}");
    assert!(!answer.contains("\"Made\"") && !answer.contains("git ignores"), "{answer}");
}

/// A part of the workspace is compared with what the whole has: a statement that moved elsewhere is not gone.
#[test]
fn what_moved_out_of_the_part_that_is_asked_for_is_not_removed() {
    let project = agent();
    let member = |name: &str, lib: &str| {
        project.write(
            &format!("{name}/Cargo.toml"),
            &format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\ntracing = \"0.1\"\n"),
        );
        project.write(&format!("{name}/src/lib.rs"), lib);
    };
    let f = |message: &str| format!("fn f() {{ tracing::info!(pod = 1, \"{message}\"); }}\n");
    let manifest = "[workspace]\nmembers = [\"a\", \"b\"]\ndefault-members = [\"a\"]\n";
    fs::remove_dir_all(project.path().join("src")).unwrap();
    project.write("Cargo.toml", manifest);
    let before = ["Moved", "Removed", "Other"].map(f).concat();
    member("a", &format!("{before}mod m;\n"));
    project.write("a/src/m.rs", &f("In a module"));
    member("b", &f("Stays"));
    project.git(&["init", "-q", "-b", "main"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-q", "-m", "State"]);
    project.said(&["catalog", "--workspace", "--output", "whole.json"]);
    project.said(&["catalog", "-p", "a", "--output", "a.json"]);
    member("a", &format!("{}mod m;\n", f("Other")));
    member("b", &format!("{}{}{}", f("Stays"), f("Moved"), f("In a module")));
    project.write("a/src/m.rs", &f("New"));
    let gone = |arguments: &[&str]| -> Vec<String> {
        let catalog = ["catalog", "--quiet", "--offline", "--format", "json", "--diff"];
        let answer = project.said(&[&catalog, arguments].concat());
        let removed = answer.split("statement-removed").skip(1);
        let message =
            |text: &str| text.split("\"message\": \"").nth(1)?.split('"').next().map(str::to_owned);
        removed.map(|text| message(text).unwrap_or_default()).collect()
    };
    for old in ["HEAD", "whole.json"] {
        for part in [&[][..], &["-p", "a"], &["--exclude", "b", "--workspace"], &["a"], &["a/src"]]
        {
            assert_eq!(gone(&[&[old], part].concat()), ["Removed"], "{old} {part:?}");
        }
        assert_eq!(gone(&[old, "-p", "b"]), [""; 0], "{old}");
        assert_eq!(gone(&[old, "a/src/m.rs"]), [""; 0], "{old}");
    }
    // A catalog that has nothing of `b` cannot say what `b` has had.
    assert_eq!(gone(&["a.json"]), ["Moved", "Removed"]);
    let answer = project.said(&["catalog", "--diff", "a.json"]);
    assert!(
        answer.contains("1 of the removed statements are in `b`, of which a.json has nothing"),
        "{answer}"
    );
}

/// Message, V level, logger and keys of each statement of a function with this body.
fn statements(project: &Project, body: &str) -> Vec<String> {
    let macros = "macro_rules! note { ($($t:tt)*) => { klog::info!(v: 3, $($t)*) }; }\n\
                  macro_rules! outer { ($($t:tt)*) => { note!($($t)*) }; }\n\
                  macro_rules! often { ($($t:tt)*) => { klog::every!(wait, info!($($t)*)) }; }\n\
                  macro_rules! two { ($($t:tt)*) => { klog::info!(v: 1, $($t)*); klog::info!(v: 2, $($t)*) }; }\n";
    let text = format!("{macros}fn f(log: &klog::Logger) {{\n{body}\n}}\nfn main() {{}}\n");
    project.write("src/net.rs", "");
    project.write("src/main.rs", &text);
    let printed = project.said(&["catalog", "--quiet"]);
    let (_, text) = printed.split_once("--- stdout\n").expect("a catalog");
    let text = text.split("--- stderr").next().unwrap_or_default();
    let statement = |it: &Statement| {
        let keys: Vec<&str> = it.keys.iter().map(|key| key.name.as_str()).collect();
        let v = it.v.map_or("?".to_owned(), |v| v.to_string());
        let logger = it.logger.as_deref().unwrap_or("-");
        format!("{:?} {v} {logger} {}", it.message, keys.join(","))
    };
    catalog::read(text).expect("a catalog").statements.iter().map(statement).collect()
}

/// V levels of wrappers and names of events are in the catalog.
#[test]
fn the_catalog_says_what_is_printed() {
    let project = agent();
    let check = |body: &str, expected: &[&str]| {
        assert_eq!(statements(&project, body), expected, "{body}");
    };
    check("note!(\"Wrapped\", a = 1);", &["\"Wrapped\" 3 - a"]);
    check("outer!(\"Twice\");", &["\"Twice\" 3 - "]);
    check("two!(\"Either\");", &["\"Either\" 0 - "]);
    // A wrapper's own pairs are in the entries of its calls.
    let own = |body: &str| {
        format!(
            "macro_rules! own {{ ($m:literal $(, $k:ident = $v:expr)*) => {{ klog::info!($m, zone = 1, \"a.b\" = 2 $(, $k = $v)*) }} }}\n\
             macro_rules! spot {{ ($($t:tt)*) => {{ tracing::info!(part = %PART, message = 1 == 2, $($t)*) }} }}\n\
             macro_rules! both {{ ($($t:tt)*) => {{ spot!(r#type = 1, $($t)*) }} }}\n{body}"
        )
    };
    check(&own("own!(\"Own\", pod = 1);"), &["\"Own\" 0 - pod,zone,a.b"]);
    check(&own("spot!(pod = 1, \"Spot\");"), &["\"Spot\" 0 - pod,part"]);
    check(&own("both!(\"Both\");"), &["\"Both\" 0 - part,type"]);
    check("tracing::info!(name: \"named.event\", a = 1);", &["\"named.event\" 0 - a"]);
    check("tracing::info!(name: \"named\", a = 1, \"Said\");", &["\"Said\" 0 - a"]);
    check("tracing::info!(a = 2);", &["\"\" 0 - a"]);
    check(
        "klog::every!(wait, warn!(\"Long\", depth));\nklog::every_n!(9, klog::info!(\"Nth\"));\n\
         klog::first_n!(3, info!(\"First\", n));\noften!(\"Often\", n = 1);",
        &[
            "\"First\" 0 - n",
            "\"Long\" ? - depth,suppressed",
            "\"Nth\" 0 - suppressed",
            "\"Often\" 0 - n,suppressed",
        ],
    );
}

/// What `#[instrument]` emits, and what is logged by a logger's methods.
const EMITTED: &str = r#"use klog::{Logger, Value};

#[tracing::instrument(err)]
fn read(tray: u32) -> Result<u32, String> {
    if tray > 2 { Err("jammed".to_owned()) } else { Ok(tray) }
}

pub mod inner {
    #[instrument(ret, level = "debug", err(Debug, level = tracing::Level::WARN))]
    pub async fn both(tray: u32) -> Result<u32, String> {
        Ok(tray)
    }
}

#[instrument(name = "a span", ret(Display, level = "trace"), target = "audit", fields(err = 1))]
fn named() -> u32 {
    3
}

#[instrument("in words", err(level = "info"))]
fn worded() -> Result<(), Error> {
    Ok(())
}

#[instrument(skip(err), fields(ret))]
fn silent(err: u32) {}

impl Server {
    fn run(&self, port: u16, error: &Error) {
        self.log.info("Served", &[("port", Value::from(port)), ("first", Value::from(true))]);
        let log = self.log.with_name("inner").with_values(klog::kvs! { tray = 3 });
        log.v(2).info("Looked", &[("often", (&self.list.len()).into())]);
        log.error(error, "Lost", &[]);
        Logger::current().warn(&format!("{port} is slow"), &pairs(port));
        self.error(Kind::Usage, "no entry", &[]);
        self.pool.trace("SELECT", &[port]);
    }
}

#[cfg_attr(feature = "trace", instrument(err))]
fn tried() -> Result<(), Error> {
    Ok(())
}

#[cfg_attr(
    all(feature = "trace", not(test)),
    doc = "Printed (also) under `tracing::instrument(ret)`.",
    tracing::instrument(skip_all, err(Debug)),
    cfg_attr(debug_assertions, allow(unused), ::tracing::instrument(ret)),
)]
fn several() -> Result<(), Error> {
    Ok(())
}

#[cfg_attr(instrument, err)]
#[cfg_attr(feature = "trace", doc(instrument(err)), other::instruments(err))]
fn plain() {}
"#;

#[test]
fn entries_that_no_macro_makes_are_in_the_catalog() {
    let project = agent();
    project.write("src/main.rs", &format!("mod net;\nfn main() {{}}\n{EMITTED}"));
    // A file without any macro.
    project.write("src/net.rs", "#[tracing::instrument(ret)]\nfn alone() -> u32 { 3 }\n");
    let check = |expected: &[&str]| {
        project.said(&["catalog", "--output", "catalog.json"]);
        let statements =
            catalog::read(&project.read("catalog.json")).expect("a catalog").statements;
        let statement = |it: &Statement| {
            let keys: Vec<String> =
                it.keys.iter().map(|key| format!("{}: {}", key.name, key.kind.name())).collect();
            let (v, logger) = (it.v.map_or(String::new(), |v| v.to_string()), it.logger.as_deref());
            let module = &it.module;
            format!(
                "{}:{} {module}::{} {}{v} {:?} {} {}",
                it.file.trim_start_matches("src/"),
                it.line,
                it.function,
                it.severity,
                it.message,
                logger.unwrap_or("-"),
                keys.join(", ")
            )
        };
        assert_eq!(statements.iter().map(statement).collect::<Vec<_>>(), expected);
    };
    let of_instrument = [
        "main.rs:17 ::named info5 \"a span\" - target: string, return: string",
        "main.rs:5 ::read error \"read\" - err: string",
    ];
    let methods = [
        "main.rs:34 ::run info2 \"Looked\" inner often: number, tray: unknown",
        "main.rs:35 ::run error \"Lost\" inner err: string, tray: unknown",
        "main.rs:32 ::run info0 \"Served\" - port: unknown, first: bool",
        "main.rs:36 ::run warning \"{}\" - {}: unknown",
    ];
    let others = [
        "main.rs:50 ::several error \"several\" - err: string",
        "main.rs:51 ::several info0 \"several\" - return: string",
        "main.rs:42 ::tried error \"tried\" - err: string",
        "main.rs:22 ::worded info0 \"in words\" - err: string",
        "main.rs:11 inner::both warning \"both\" - err: string",
        "main.rs:11 inner::both info4 \"both\" - return: string",
        "net.rs:1 net::alone info0 \"alone\" - return: string",
    ];
    check(&[&of_instrument[..], &methods[..], &others[..]].concat());
    // Lines as the program prints them.
    let text = "E1130 08:16:10.644082   15310 main.rs:5] \"read\" err=\"jammed\" tray=3\n\
        W1130 08:16:10.644503   15310 main.rs:11] \"both\" err=\"\\\"jammed\\\"\" tray=3\n\
        I1130 08:16:10.644572   15310 main.rs:11] \"both\" tray=1 return=\"1\"\n\
        I1130 08:16:10.644689   15310 main.rs:17] \"a span\" target=\"audit\" return=\"3\"\n\
        I1130 08:16:10.644775   15310 main.rs:22] \"in words\" err=\"no tray\"\n\
        I1130 08:16:10.644821   15310 main.rs:32] \"Served\" logger=\"server\" port=80 first=true\n\
        E1130 08:16:10.644977   15310 main.rs:35] \"Lost\" err=\"x\" logger=\"server.inner\" tray=3\n\
        I1130 08:16:10.644996   15310 main.rs:34] \"Looked\" logger=\"server.inner\" tray=3 often=2\n\
        W1130 08:16:10.645019   15310 main.rs:36] \"80 is slow\" a=1\n\
        I1130 08:16:10.645067   15310 net.rs:1] \"alone\" return=\"3\"\n\
        E1130 08:16:10.645067   15310 main.rs:42] \"tried\" err=\"jammed\"\n\
        E1130 08:16:10.645067   15310 main.rs:50] \"several\" err=\"Jammed\"\n\
        I1130 08:16:10.645067   15310 main.rs:51] \"several\" return=\"Ok(())\"\n";
    let json = "{\"ts\":1796026570653.1,\"caller\":\"src/main.rs:11\",\"msg\":\"both\",\"v\":4,\"return\":\"1\"}\n\
        {\"ts\":1796026570653.2,\"caller\":\"src/main.rs:11\",\"msg\":\"both\",\"severity\":\"warning\",\"v\":0,\"err\":\"x\"}\n";
    let seen = |log: &str, expected: &str| {
        project.write("run.log", log);
        let said = project.said(&["check-log", "--catalog", "catalog.json", "run.log"]);
        assert!(said.contains(expected), "{said}");
    };
    seen(text, "13 of 13 statements in the log (100 %); 0 entries are of none");
    seen(json, "2 of 13 statements in the log (15 %); 0 entries are of none");
    // Without klog a method of that name is somebody else's.
    let manifest = project.read("Cargo.toml");
    let line = manifest.lines().find(|line| line.starts_with("klog =")).expect("klog");
    project.write("Cargo.toml", &manifest.replace(line, ""));
    check(&[&of_instrument[..], &others[..]].concat());
}

/// What a logger carries is in the catalog.
#[test]
fn the_catalog_says_what_loggers_add() {
    let project = agent();
    let check = |body: &str, expected: &[&str]| {
        assert_eq!(statements(&project, body), expected, "{body}");
    };
    check(
        "let log = log.with_name(\"agent\").with_values(klog::kvs!(pod = 1));\n\
         let log = log.with_values(klog::kvs!(zone, pod = 2)).with_name(\"net\");\n\
         klog::info!(logger: log, \"Derived\", own = 3);",
        &["\"Derived\" 0 agent.net own,pod,zone"],
    );
    check(
        "let other = log.with_values(klog::kvs!(pod = 1));\n\
         klog::info!(logger: log, \"Plain\");\nklog::info!(logger: &other, \"With\");",
        &["\"Plain\" 0 - ", "\"With\" 0 - pod"],
    );
    check(
        "let log = log.with_name(\"agent\").with_values(klog::kvs!(pod = 1));\n\
         let quiet = log.v(2).with_values(klog::kvs!(zone));\n\
         klog::info!(logger: quiet.clone(), \"Derived\");",
        &["\"Derived\" 2 agent pod,zone"],
    );
    check(
        "let log = log.with_values(klog::kvs!(pod = 1)).v(1);\n\
         klog::info!(logger: log.with_name(\"net\").with_values(kvs! { zone, \"a b\" = 2 }), \"Inline\");\n\
         klog::info!(logger: self.log.v(2), v: 1, \"Levels\", own);\n\
         klog::error!(logger: Logger::current().with_values(kvs!(zone)), \"Error\");\n\
         let log = log.with_values(klog::kvs!(late));",
        &["\"Error\" ? - zone", "\"Inline\" 1 net pod,zone,a b", "\"Levels\" 3 - own"],
    );
    check(
        "let log = log.with_name(dynamic());\nklog::info!(logger: log, \"M\");\n\
         let log = log.with_values(klog::kvs!(late));",
        &["\"M\" 0 - "],
    );
    check(
        "let log = log.with_name(\"agent\").with_values(klog::kvs!(pod = 1));\n\
         log.in_scope(|| { klog::info!(\"Inside\", own); klog::info!(logger: other, \"Other\"); });\n\
         klog::info!(\"Outside\");",
        &["\"Inside\" 0 agent own,pod", "\"Other\" 0 - ", "\"Outside\" 0 - "],
    );
    check(
        "log.with_values(klog::kvs!(pod = 1)).in_scope(|| {\n\
             let log = Logger::current().with_name(\"net\").with_values(klog::kvs!(zone));\n\
             klog::info!(logger: log, \"Derived\");\n\
             log.v(1).in_scope(|| klog::info!(\"Nested\"));\n\
             klog::info!(logger: Logger::current().with_values(klog::kvs!(own)), \"Inline\");\n\
         });",
        &["\"Derived\" 0 net pod,zone", "\"Inline\" 0 - pod,own", "\"Nested\" 1 net pod,zone"],
    );
    check(
        "log.with_values(klog::kvs!(pod = 1)).in_scope(|| {\n\
             spawn(async { klog::info!(\"Spawned\"); });\n\
             tracing::info!(own, \"Event\");\n\
         });\n\
         spawn(async { klog::info!(\"Task\"); }.with_logger(log.with_values(klog::kvs!(task = 2))));",
        &["\"Event\" 0 - own", "\"Spawned\" 0 - ", "\"Task\" 0 - task"],
    );
}

/// An entry is of the statement that has most of its words, and of one without words only where nothing else fits.
#[test]
fn the_statement_with_most_words_is_it() {
    use migrate_lint::check_log::{Checker, Options};
    let at = |line: usize, message: &str| Statement { line, ..statement(message, &[]) };
    let catalog = Catalog {
        statements: vec![
            at(10, "{}"),
            at(20, "Pod {} started"),
            at(30, ""),
            at(40, "{} {}"),
            at(50, "Pod {}"),
            at(60, "Pod {} started"),
        ],
    };
    let check = |entry: &str, expected: Option<usize>| {
        let options = Options { catalog: Some(catalog.clone()), ..Options::default() };
        let mut checker = Checker::new(options);
        let log = format!("I0304 05:06:07.089012   12345 {entry}\n");
        checker.check("log", &mut log.as_bytes(), None).unwrap();
        let coverage = checker.finish().summary.coverage.unwrap();
        let never: Vec<&str> = coverage.never.iter().map(|(place, _)| place.as_str()).collect();
        let lines = catalog.statements.iter().map(|statement| statement.line);
        let seen: Vec<usize> =
            lines.filter(|line| !never.contains(&&*format!("src/net.rs:{line}"))).collect();
        assert_eq!(seen, expected.into_iter().collect::<Vec<_>>(), "{entry}");
    };
    check("net.rs:10] \"Pod web started\"", Some(20));
    check("net.rs:50] \"Pod web started\"", Some(50));
    check("net.rs:58] \"Pod web started\"", Some(60));
    check("net.rs:11] \"Pod web stopped\"", Some(50));
    check("net.rs:40] \"two words\"", Some(40));
    check("net.rs:99] \"word\"", Some(10));
    check("net.rs:30] \"\"", Some(30));
    check("net.rs:31] \"\"", Some(30));
    check("other.rs:20] \"Pod web started\"", None);
}

fn statement(message: &str, keys: &[(&str, Kind)]) -> Statement {
    Statement {
        id: "1".into(),
        crate_name: "agent".into(),
        module: "net".into(),
        function: "connect".into(),
        file: "src/net.rs".into(),
        line: 7,
        severity: "info".into(),
        v: Some(0),
        message: message.into(),
        keys: keys.iter().map(|(name, kind)| Key { name: (*name).into(), kind: *kind }).collect(),
        logger: None,
        dialect: "klog".into(),
    }
}

fn agent() -> Project {
    let manifest = "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nklog = { package = \"klog-rs\", version = \"0.1\" }\nlog = \"0.4\"\ntracing = \"0.1\"\n\n[workspace]\n";
    Project::of(&[("Cargo.toml", manifest), ("src/main.rs", MAIN), ("src/net.rs", NET)])
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "snapshots/catalog", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}
