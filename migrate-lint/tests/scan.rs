//! Which calls are found, and what they say: small workspaces in `tests/scan`, with each expected call on its own line.
//!
//! A file of a case begins with `//- path`. A line that holds log calls ends with `//~ dialect::macro`, one for each, with
//! the wrapper after `via` and the level after `at` where the name does not say it; a line without one must hold none.
//! `INSTA_UPDATE=always` writes what is found into the cases: read the difference before it is committed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use migrate_lint::internal::call::{CallKind, Expr, LogCall, MessageForm, Mode, Piece};
use migrate_lint::internal::scan::{self, CrateFacts, ScanConfig, Scanned};
use migrate_lint::internal::source::Source;
use migrate_lint::internal::workspace::{Selection, SourceFile, Workspace};
use tempfile::TempDir;

#[test]
fn calls_are_found_by_what_their_names_mean() {
    let mut failed = Vec::new();
    let mut cases: Vec<PathBuf> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "case"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 4);
    for path in cases {
        let expected = std::fs::read_to_string(&path).unwrap();
        let found = annotated(&expected);
        if found != expected {
            if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
                std::fs::write(&path, &found).unwrap();
            }
            let difference = similar::TextDiff::from_lines(&expected, &found);
            failed.push(format!("{}\n{}", path.display(), difference.unified_diff()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scan")
}

/// The case with the calls that are found in it.
fn annotated(case: &str) -> String {
    let project = TempDir::with_prefix("klog-").unwrap();
    let root = project.path().canonicalize().unwrap();
    let files = files(case);
    for (path, text) in &files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let (_, workspace, scanned) = scan_directory(&root);
    let mut text = String::new();
    for (path, before) in &files {
        text.push_str(&format!("//- {path}\n"));
        let index = workspace.files.iter().position(|file| file.path == Path::new(path));
        let scanned = scanned.iter().find(|scanned| Some(scanned.file) == index);
        let mut calls: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for call in scanned.iter().flat_map(|scanned| &scanned.calls) {
            let line = Source::new(before.clone()).position(call.span.start).line;
            calls.entry(line).or_default().push(what(call));
        }
        for (index, line) in before.lines().enumerate() {
            let code = line.split("//~").next().unwrap_or_default().trim_end();
            text.push_str(code);
            if let Some(calls) = calls.get(&(index + 1)) {
                text.push_str(&format!(" //~ {}", calls.join(", ")));
            }
            text.push('\n');
        }
    }
    text
}

fn what(call: &LogCall) -> String {
    let dialect = if call.dialect.prints { "std" } else { call.dialect.name };
    let mut text = format!("{dialect}::{}", call.macro_name);
    let level = call.level.map(|level| format!("{level:?}").to_lowercase());
    if level.as_deref().is_some_and(|level| !call.macro_name.starts_with(level)) {
        text.push_str(&format!(" at {}", level.unwrap_or_default()));
    }
    if let Some(wrapper) = &call.wrapper {
        text.push_str(&format!(" via {wrapper}"));
    }
    text
}

fn files(case: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in case.lines() {
        match (line.strip_prefix("//- "), files.last_mut()) {
            (Some(path), _) => files.push((path.to_owned(), String::new())),
            (None, Some((_, text))) => text.push_str(&format!("{line}\n")),
            (None, None) => panic!("a case begins with the path of a file"),
        }
    }
    files
}

fn scan_directory(root: &Path) -> (scan::WorkspaceIndex, Workspace, Vec<Scanned>) {
    let selection =
        Selection { directory: root.to_owned(), workspace: true, ..Selection::default() };
    let workspace = scan::load(&selection);
    let (workspace_index, scanned) = scan::workspace(&workspace, &ScanConfig::default(), &|_| {});
    (workspace_index, workspace, scanned)
}

/// One call and what it says.
#[test]
fn arguments_are_read_as_the_dialect_reads_them() {
    let calls = std::fs::read_to_string(directory().join("arguments.txt")).unwrap();
    let mut text = String::new();
    for call in calls.replace("\\\n", "\\\u{1}").lines() {
        let call = call.replace('\u{1}', "\n");
        let code = format!("async fn f() {{ {call}; }}\n");
        let scanned = scan::source(&code, &CrateFacts::default());
        text.push_str(&call);
        text.push('\n');
        for call in &scanned.calls {
            said(call, &code, &mut text);
        }
        text.push('\n');
    }
    snapshot("arguments", &text);
}

fn said(call: &LogCall, code: &str, text: &mut String) {
    let mut line = |key: &str, value: String| text.push_str(&format!("    {key}: {value}\n"));
    let at = |span: &std::ops::Range<usize>| code[span.clone()].to_owned();
    if call.kind != CallKind::Event {
        line("kind", format!("{:?}", call.kind));
    }
    if let Some(level) = call.level {
        line("level", format!("{level:?}"));
    }
    for prefix in &call.prefix {
        line("prefix", format!("{} = {}", prefix.name, value(&prefix.value, code)));
    }
    for pair in &call.pairs {
        let shorthand = if pair.shorthand { " (shorthand)" } else { "" };
        let mode = match &pair.mode {
            Mode::Plain => String::new(),
            mode => format!("{mode:?} "),
        };
        let shown = pair.value.as_ref().map_or("nothing".to_owned(), |it| value(it, code));
        let key = pair.key.as_deref().unwrap_or("?");
        line("pair", format!("{key} = {mode}{shown}{shorthand} in `{}`", at(&pair.span)));
        assert!(pair.span.contains(&pair.key_span.start), "{}", at(&pair.key_span));
    }
    if let Some(message) = &call.message {
        let form = match &message.form {
            MessageForm::Literal { pieces, .. } => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => format!("{text:?}"),
                    Piece::Hole(hole) => {
                        let shown = hole.span.as_ref().map(at).unwrap_or_default();
                        let with = match &hole.spec_arguments[..] {
                            [] => String::new(),
                            some => format!(" with {some:?}"),
                        };
                        format!("{:?} spec {:?}{with} in `{shown}`", hole.argument, hole.spec)
                    }
                });
                format!("literal {}", pieces.collect::<Vec<_>>().join(" + "))
            }
            MessageForm::Constant(path) => format!("constant {path}"),
            MessageForm::Macro(text) => format!("macro {text}"),
            MessageForm::Expr(expression) => format!("expression {}", value(expression, code)),
        };
        line("message", form);
    }
    for argument in &call.format_args {
        let name = argument.name.as_ref().map_or(String::new(), |name| format!("{name} = "));
        line("argument", format!("{name}{}", value(&argument.value, code)));
    }
    if let Some(why) = &call.unreadable {
        line("unreadable", why.clone());
    }
}

fn value(expression: &Expr, code: &str) -> String {
    assert_eq!(&code[expression.span.clone()], expression.text);
    let mut text = format!("`{}` {:?}", expression.text, expression.shape);
    for (is_so, word) in [(expression.has_await, "await"), (expression.has_control_flow, "jump")] {
        if is_so {
            text.push_str(&format!(" ({word})"));
        }
    }
    text
}

/// Where each call is, in the order of the file.
#[test]
fn places_are_known() {
    let code = std::fs::read_to_string(directory().join("places.txt")).unwrap();
    let scanned = scan::source(&code, &CrateFacts::default());
    let mut text = String::new();
    for call in &scanned.calls {
        let place = &call.place;
        text.push_str(&format!("{}\n", &code[call.args_span.clone()]));
        let mut line = |key: &str, value: &dyn std::fmt::Debug, is_shown: bool| {
            if is_shown {
                text.push_str(&format!("    {key}: {value:?}\n"));
            }
        };
        line("module", &place.module, !place.module.is_empty());
        line("function", &place.function, place.function.is_some());
        line("self type", &place.self_type, place.self_type.is_some());
        line("test", &place.test_code, place.test_code);
        line("async", &place.in_async, place.in_async);
        line("loops", &place.loop_depth, place.loop_depth > 0);
        line("inside", &place.inside_macros, !place.inside_macros.is_empty());
        line("definition", &place.macro_definition, place.macro_definition.is_some());
        line("errors", &place.error_names, !place.error_names.is_empty());
        line("next", &place.next_statement, place.next_statement.is_some());
        line("expression", &place.is_expression, place.is_expression);
        let statement = call.statement.clone().map(|span| &code[span]);
        line("statement", &statement, statement.is_some());
    }
    snapshot("places", &text);
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "snapshots/scan", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// What is wrong with a text, and how many calls are found in it all the same.
#[test]
fn odd_texts_are_read_as_far_as_they_go() {
    let deep = 100_000;
    let check = |text: &str, n_calls: usize, problem: &str| {
        let scanned = scan::source(text, &CrateFacts::default());
        let messages: Vec<_> = scanned.problems.iter().map(|problem| &*problem.message).collect();
        let start: String = text.chars().take(40).collect();
        assert_eq!(scanned.calls.len(), n_calls, "{start}");
        assert_eq!(messages.is_empty(), problem.is_empty(), "{start}: {messages:?}");
        assert!(
            messages.iter().all(|messages| messages.contains(problem)),
            "{start}: {messages:?}"
        );
    };
    check("\u{feff}fn f() {\r\n    log::info!(\"a\r\n b {x}\");\r\n}\r\n", 1, "");
    check("#!/usr/bin/env cargo\nfn f() { log::info!(\"a\"); }", 1, "");
    check("#![allow(x)]\nfn f() { log::info!(\"a\"); }", 1, "");
    check("fn f() { log::info!(\"a\");", 1, "never closed");
    check("fn f() { log::info!(\"a\"); } }", 1, "nothing opened");
    check("fn f() { g(; log::info!(\"a\"); } fn h() { log::warn!(\"b\"); }", 2, "");
    check("fn f() { log::info!(\"a\"); \"", 1, "never closed");
    check("fn f() { log::info!(\"a\"); /* ", 1, "never closed");
    check("log::info!(", 1, "never closed");
    check("log::info!", 0, "");
    check("use", 0, "");
    check("use a::{b, {c, *}, self as d, }; mod; macro_rules! ; extern crate", 0, "");
    check(
        &format!("fn f() {{ {}log::info!(\"a\"){} }}", "(".repeat(deep), ")".repeat(deep)),
        1,
        "",
    );
    check(&format!("use {}a{};", "{".repeat(deep), "}".repeat(deep)), 0, "");
    check(&format!("log::info!({}a{})", "f(".repeat(deep), ")".repeat(deep)), 1, "");
    check(&format!("log::info!(\"{{}}\", a{})", ".b()".repeat(deep)), 1, "");
    check(&format!("fn f() {{ {} }}", "|a| ".repeat(deep)), 0, "");
    check(&format!("fn f() {{ {} }}", "a => ".repeat(deep)), 0, "");
    check(&"]".repeat(deep), 0, "nothing opened");
    check(&"#[cfg_attr(a, ".repeat(deep), 0, "never closed");
    check(&format!("log::info!({})", "&".repeat(deep)), 1, "");
}

/// Files that are not asked for are read for their names only.
#[test]
fn a_part_of_a_workspace_has_the_names_of_the_whole() {
    let project = project("crates.case");
    let root = project.path().canonicalize().unwrap();
    let check = |paths: &[&str], packages: &[&str], expected: &[(&str, usize)]| {
        let selection = Selection {
            directory: root.clone(),
            paths: paths.iter().map(PathBuf::from).collect(),
            packages: packages.iter().map(|&name| name.to_owned()).collect(),
            ..Selection::default()
        };
        let workspace = scan::load(&selection);
        let (_, scanned) = scan::workspace(&workspace, &ScanConfig::default(), &|_| {});
        let found: Vec<(String, usize)> = scanned
            .iter()
            .map(|it| (workspace.files[it.file].path.display().to_string(), it.calls.len()))
            .collect();
        let expected: Vec<_> = expected.iter().map(|&(path, n)| (path.to_owned(), n)).collect();
        assert_eq!(found, expected);
    };
    check(&["app/src/deep/../deep/mod.rs"], &[], &[("app/src/deep/mod.rs", 3)]);
    check(
        &[],
        &["macros-2015"],
        &[
            ("macros-2015/src/lib.rs", 4),
            ("macros-2015/src/macros.rs", 1),
            ("macros-2015/src/user.rs", 6),
        ],
    );
}

/// What cannot be read is reported, and the rest is read.
#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_in_circles_stop_nothing() {
    let project = project("crates.case");
    let root = project.path().canonicalize().unwrap();
    std::os::unix::fs::symlink(&root, root.join("app/src/circle")).unwrap();
    std::os::unix::fs::symlink("nowhere.rs", root.join("app/src/dangling.rs")).unwrap();
    let (_, workspace, scanned) = scan_directory(&root);
    let messages: Vec<String> = scanned
        .iter()
        .flat_map(|scanned| &scanned.problems)
        .map(|problem| format!("{}: {}", problem.path.display(), problem.message))
        .collect();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].starts_with("app/src/dangling.rs: cannot be read"), "{messages:?}");
    assert_eq!(workspace.files.iter().filter(|file| file.path.ends_with("main.rs")).count(), 1);
}

/// A case as a directory.
fn project(case: &str) -> TempDir {
    let case = std::fs::read_to_string(directory().join(case)).unwrap();
    let project = TempDir::with_prefix("klog-").unwrap();
    for (path, text) in files(&case) {
        let path = project.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    project
}

/// An editor's text is judged by what the workspace knows, also where the file is new.
#[test]
fn a_newer_text_has_the_names_of_its_workspace() {
    let project = project("crates.case");
    let root = project.path().canonicalize().unwrap();
    let (workspace_index, workspace, _) = scan_directory(&root);
    let check = |path: &str, text: &str, expected: &[&str]| {
        let known = workspace.files.iter().find(|file| file.path == Path::new(path)).cloned();
        let place = known.unwrap_or_else(|| SourceFile {
            absolute: root.join(path),
            crate_index: Some(0),
            ..SourceFile::default()
        });
        let scanned = workspace_index.scan_text(&workspace, &place, Source::new(text.to_owned()));
        assert_eq!(scanned.calls.iter().map(what).collect::<Vec<_>>(), expected, "{text}");
    };
    let deep = "app/src/deep/mod.rs";
    check(deep, "use crate::prelude::*; fn f() { info!(\"a\"); }", &["tracing::info"]);
    check(deep, "fn f() { crate::twice!(\"a\"); info!(\"a\"); }", &["log::info via twice"]);
    check(
        deep,
        "macro_rules! own { ($($a:tt)*) => { crate::info!($($a)*) } } fn f() { own!(\"a\"); }",
        &["tracing::info", "tracing::info via own"],
    );
    let inline =
        "use common::warn; mod nested { mod inner { use crate::*; fn f() { twice!(\"a\"); } } }";
    check("app/src/main.rs", inline, &[]);
    let inline = inline.replace("warn", "twice");
    check("app/src/main.rs", &inline, &["log::info via twice"]);
    check("app/src/new.rs", "use crate::prelude::*; fn f() { info!(\"a\"); }", &["tracing::info"]);
    check(
        "macros-2015/src/macros.rs",
        "macro_rules! x { ($a:expr) => { info!($a) } } fn f() { x!(\"a\"); }",
        &["log::info", "log::info via x"],
    );
}

proptest::proptest! {
    /// Whatever the text, the answer has positions inside it.
    #[test]
    fn no_text_is_too_odd(words in proptest::collection::vec(0..WORDS.len(), 0..60)) {
        let text: String = words.iter().map(|&word| WORDS[word]).collect();
        let scanned = scan::source(&text, &CrateFacts::default());
        for call in &scanned.calls {
            proptest::prop_assert!(text.get(call.span.clone()).is_some());
            proptest::prop_assert!(text.get(call.args_span.clone()).is_some());
            proptest::prop_assert!(call.path_span.end < call.args_span.start);
            for pair in &call.pairs {
                proptest::prop_assert!(text.get(pair.span.clone()).is_some());
            }
        }
    }
}

const WORDS: &[&str] = &[
    "log::info!",
    "tracing::info!",
    "slog::info!",
    "klog::info!",
    "event!",
    "println!",
    "m!",
    "use tracing::*;",
    "use log::{self, info as",
    "macro_rules! m",
    "$($a:tt)*",
    "$($a)*",
    "$x:expr",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ";",
    "=",
    "=>",
    "::",
    ":",
    ".",
    "|",
    "#",
    "$",
    "%",
    "?",
    "&",
    "<",
    ">",
    " ",
    "\n",
    "\"a {} {b:?} {0:>1$}\"",
    "\"",
    "r#\"{\"#",
    "'a'",
    "'a",
    "é",
    "\u{feff}",
    "\\",
    "//",
    "/*",
    "*/",
    "as",
    "async",
    "move",
    "fn f",
    "impl",
    "for",
    "match",
    "let Err(e) =",
    "else",
    "#[cfg(test)]",
    "mod a",
    "crate",
    "self",
    "target:",
    "k = v",
    "Level::INFO",
    "1.0",
    "0",
    "!",
    "macro n",
    "include!(\"a\")",
];
