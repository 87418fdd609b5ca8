//! Every rule against its page: what the page flags is flagged, what it fixes is fixed, what it calls good stays clean.
//!
//! Code blocks of a page are files, or bodies of a function. `rust bad` has `//~ words` on each line that has a finding,
//! with a part of the finding's message; `//~^ words` is about the line above. `rust fixed` after it is what `--fix` makes of it, `rust fixed unsafe` what
//! `--fix --unsafe-fixes` does; without either the rule's findings there must have no fix. `rust good` has no finding.
//! `path=tests/a.rs` in a tag says which file the block is. A `toml` block tagged `config` holds for the next code block.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use migrate_lint::internal::config::Config;
use migrate_lint::internal::finding::{Finding, Level};
use migrate_lint::internal::fix;
use migrate_lint::internal::report::{FileReport, Report};
use migrate_lint::internal::rules::{self, FixKind, Rule, WorkspaceFacts};
use migrate_lint::internal::scan::{self, CrateFacts};
use migrate_lint::internal::source::Source;
use migrate_lint::internal::workspace::{SourceFile, Workspace};
use proptest::prelude::*;

/// All of them: a rule that disappears is a broken promise.
const NAMES: &[&str] = &[
    "interpolated-message",
    "non-constant-message",
    "print-macro",
    "other-macros",
    "formatted-value",
    "placeholder-in-message",
    "duplicate-key",
    "reserved-key",
    "dynamic-key",
    "key-case",
    "key-name",
    "key-type-conflict",
    "error-not-under-err",
    "object-by-string",
    "secret-value",
    "costly-argument",
    "message-style",
    "log-and-return",
    "verbosity-zero",
    "verbosity-on-error",
    "verbosity-range",
    "warning-level",
    "global-logger",
    "logger-and-context",
    "logger-in-loop",
    "unconverted-logger",
    "repeated-pair",
    "pair-in-context",
    "context-not-carried",
    "logger-not-passed",
    "unnamed-component",
    "entered-across-await",
    "instrument-captures-all",
    "exit-after-error",
    "unknown-directive",
    "unused-allow",
    "allow-without-reason",
];

#[test]
fn pages_are_true() {
    let mut problems = Vec::new();
    for rule in rules::all() {
        for block in blocks(rule.page) {
            for problem in block.problems(rule) {
                problems.push(format!("src/rules/{}.md:{}: {problem}", rule.name, block.line));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn every_rule_has_a_page_with_all_parts() {
    let names: Vec<&str> = rules::all().map(|rule| rule.name).collect();
    assert_eq!(names, NAMES);
    let mut seen = BTreeSet::new();
    for rule in rules::all() {
        let (name, page) = (rule.name, rule.page);
        assert!(seen.insert(name), "{name} is registered twice");
        assert!(page.starts_with(&format!("# {name}\n")), "{name}: the page's heading");
        for heading in ["## What it does", "## Why is this bad?", "## Example"] {
            assert!(page.contains(heading), "{name}: the page has no `{heading}`");
        }
        let last = page.lines().rfind(|line| line.starts_with("## "));
        let has_more = page.contains("## More cases");
        assert!(!has_more || last == Some("## More cases"), "{name}: more cases come last");
        let blocks = blocks(page);
        let has = |kind: Kind| blocks.iter().any(|block| block.kind == kind);
        assert!(has(Kind::Bad) && has(Kind::Good), "{name}: both kinds of examples");
        let has_safe = blocks.iter().any(|block| block.fixed.is_some());
        let has_unsafe = blocks.iter().any(|block| block.fixed_unsafe.is_some());
        let expected = match rule.fix {
            FixKind::None => (false, false),
            FixKind::Safe => (true, false),
            FixKind::Unsafe => (false, true),
            FixKind::Both => (true, true),
        };
        assert_eq!(
            (has_safe, has_unsafe),
            expected,
            "{name}: a `fixed` block for each kind of fix"
        );
    }
}

#[test]
fn every_page_has_a_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files = |ending: &str| -> BTreeSet<String> {
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|found| found == ending));
        files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
    };
    let names: BTreeSet<String> = rules::all().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(files("md"), names);
    let sources = files("rs");
    for name in names {
        assert!(sources.contains(&name.replace('-', "_")), "{name} has a file of its own");
    }
}

/// `KLOG_UPDATE=1 cargo test -p migrate-lint --test suite rules` writes the table again.
#[test]
fn the_readme_lists_the_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- rules:begin -->\n", "<!-- rules:end -->");
    let (before, rest) = readme.split_once(begin).unwrap();
    let (table, after) = rest.split_once(end).unwrap();
    let mut expected = "| group | rule | level | fix | flags |\n|---|---|---|---|---|\n".to_owned();
    for rule in rules::all() {
        let (group, name, level, fix) =
            (rule.group, rule.name, rule.level.name(), rule.fix.words());
        let link = format!("[`{name}`](src/rules/{name}.md)");
        expected += &format!("| {group} | {link} | {level} | {fix} | {} |\n", rule.summary);
    }
    if table != expected && std::env::var_os("KLOG_UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{begin}{expected}{end}{after}")).unwrap();
    } else {
        assert_eq!(
            table, expected,
            "stale; KLOG_UPDATE=1 cargo test -p migrate-lint --test suite rules"
        );
    }
}

proptest! {
    /// Whatever a file holds: no rule panics, findings lie in the file, and fixes come to an end and leave what parses.
    #[test]
    fn rules_stand_any_text(parts in prop::collection::vec(prop::sample::select(FRAGMENTS), 0..12), raw in ".{0,12}") {
        let middle = parts.len() / 2;
        let text = format!("{}{raw}{}", parts[..middle].concat(), parts[middle..].concat());
        let block = Block { path: "src/lib.rs".to_owned(), ..Block::default() };
        for text in [text.clone(), in_function(&text)] {
            let report = block.report(None, &text);
            for finding in &report.files[0].findings {
                prop_assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
            }
            let look = |_: &FileReport, text: &str| block.report(None, text).files.pop();
            let plan = fix::plan(&report, true, &look);
            prop_assert!(plan.refused.is_empty(), "{text}\n{:?}", plan.refused);
        }
    }
}

const FRAGMENTS: &[&str] = &[
    "tracing::info!(addr = %a.to_string(), \"started: {}.\", e);\n",
    "klog::error!(v: 0, \"ü ''\", error = %e, msg = 3, podName);\n",
    "log::debug!(ip:%; \"x \\n\");\n",
    "slog::info!(l, \"%s\"; \"Key\" => format!(\"{:?}\", x), k => 2);\n",
    "println!(\"{x}\");",
    "// klog: allow(print-macro, xyz)\n",
    "// klog: allow(all\n",
    " // klog: allow(structured) ö",
    "\n//! klog: allow()\n",
    "/* klog: allow(style) */",
    "let logger = Logger::current();\n",
    "let _g = info_span!(\"s\", addr = 1).entered();\n",
    "#[tracing::instrument(fields(a = 3))]\nfn f(&self, body: Vec<u8>, logger: Logger) {\n",
    "std::process::exit(1);\n",
    "let x = y.clone();\n",
    "return Err(e);\n",
    "Err(e) => {\n",
    "}\n",
    "(",
    "\"",
    "#[allow(clippy::print_stdout)]\n",
    "\u{feff}",
    "r#\"",
    "\r\n",
];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Bad,
    Good,
}

/// A code block of a page, with what its fixes make of it.
#[derive(Default)]
struct Block {
    kind: Kind,
    path: String,
    line: usize,
    code: String,
    config: String,
    fixed: Option<String>,
    fixed_unsafe: Option<String>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut config = String::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(tag) = line.strip_prefix("```") else { continue };
        let code: Vec<&str> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        let code: String = code
            .iter()
            .map(|line| line.strip_prefix("# ").unwrap_or(if *line == "#" { "" } else { line }))
            .flat_map(|line| [line, "\n"])
            .collect();
        let words: Vec<&str> = tag.split_whitespace().collect();
        let kind = match words[..] {
            ["rust", "bad", ..] => Kind::Bad,
            ["rust", "good", ..] => Kind::Good,
            ["rust", "fixed"] => {
                blocks.last_mut().unwrap().fixed = Some(code);
                continue;
            }
            ["rust", "fixed", "unsafe"] => {
                blocks.last_mut().unwrap().fixed_unsafe = Some(code);
                continue;
            }
            ["toml", "config"] => {
                config = code;
                continue;
            }
            ["rust", ..] => panic!("line {}: `{tag}` is neither bad nor good nor fixed", index + 1),
            _ => continue,
        };
        let path = words.iter().find_map(|word| word.strip_prefix("path=")).unwrap_or("src/lib.rs");
        blocks.push(Block {
            kind,
            path: path.to_owned(),
            line: index + 1,
            code,
            config: std::mem::take(&mut config),
            fixed: None,
            fixed_unsafe: None,
        });
    }
    blocks
}

impl Block {
    fn problems(&self, rule: &Rule) -> Vec<String> {
        let mut problems = Vec::new();
        let (code, expected) = markers(&self.code);
        let text = as_file(&code);
        if let Err(error) = syn::parse_file(&text) {
            return vec![format!("does not parse: {error}")];
        }
        let report = self.report(Some(rule), &text);
        let file = &report.files[0];
        let shift = usize::from(text != code);
        let mut found = BTreeMap::<usize, Vec<&Finding>>::new();
        for finding in &file.findings {
            let line = file.source.position(finding.span.start).line - shift;
            found.entry(line).or_default().push(finding);
        }
        for (line, findings) in &mut found {
            for words in expected.iter().filter(|(at, _)| at == line).map(|(_, words)| words) {
                match findings.iter().position(|finding| finding.message.contains(words)) {
                    Some(index) => {
                        findings.remove(index);
                    }
                    None => problems.push(format!("line {line} has no finding `{words}`")),
                }
            }
            for finding in findings {
                problems.push(format!("line {line} has the finding `{}`", finding.message));
            }
        }
        for (line, words) in expected.iter().filter(|(line, _)| !found.contains_key(line)) {
            problems.push(format!("line {line} has no finding `{words}`"));
        }
        if self.kind == Kind::Good && !expected.is_empty() {
            problems.push("a good example has no `//~`".to_owned());
        }
        for (with_unsafe, fixed) in [(false, &self.fixed), (true, &self.fixed_unsafe)] {
            let look = |_: &FileReport, text: &str| self.report(Some(rule), text).files.pop();
            let plan = fix::plan(&report, with_unsafe, &look);
            problems.extend(plan.refused.iter().map(|(_, why)| why.clone()));
            let change = plan.changes.first().map(|change| change.after.clone());
            // What `--fix` fixes, `--fix --unsafe-fixes` fixes too.
            let fixed = fixed.as_ref().or(self.fixed.as_ref().filter(|_| with_unsafe));
            let wanted =
                fixed.map(|fixed| if shift > 0 { in_function(fixed) } else { fixed.clone() });
            if change != wanted {
                let flag = if with_unsafe { "--fix --unsafe-fixes" } else { "--fix" };
                let show = |text: &Option<String>| {
                    text.clone().unwrap_or_else(|| "(nothing changed)\n".to_owned())
                };
                let (change, wanted) = (show(&change), show(&wanted));
                problems.push(format!("{flag} made\n{change}and not\n{wanted}"));
            }
        }
        problems
    }

    /// The findings of one rule or of all, at level deny whatever their default.
    fn report(&self, rule: Option<&Rule>, text: &str) -> Report {
        let config = Config::parse(&self.config, Path::new("/project/klog.toml")).unwrap();
        let test_code = ["tests/", "benches/", "examples/", "build.rs"]
            .iter()
            .any(|start| self.path.starts_with(start));
        let crates =
            [("log", "log"), ("tracing", "tracing"), ("slog", "slog"), ("klog", "klog-rs")];
        let dependencies = crates.map(|(name, package)| (name.to_owned(), package.to_owned()));
        let facts = CrateFacts {
            edition: 2024,
            dependencies: dependencies.to_vec(),
            test_code,
            module: Vec::new(),
        };
        let mut scanned = scan::source(text, &facts);
        let file = SourceFile {
            path: self.path.clone().into(),
            absolute: Path::new("/project").join(&self.path),
            test_code,
            ..SourceFile::default()
        };
        let workspace = Workspace { files: vec![file], ..Workspace::default() };
        let workspace_facts = WorkspaceFacts::gather(&workspace, std::slice::from_ref(&scanned));
        let level = |one: &Rule| {
            // The comments' rules judge what the other rules find.
            let is_asked =
                rule.is_none_or(|rule| one.name == rule.name || rule.group == "directives");
            if is_asked { Level::Deny } else { Level::Allow }
        };
        let mut findings = migrate_lint::internal::lint::check(
            &scanned,
            &workspace.files[0],
            &config.settings,
            &workspace_facts,
            &level,
        );
        findings.retain(|finding| rule.is_none_or(|rule| finding.rule == rule.name));
        let source = std::mem::replace(&mut scanned.source, Source::new(String::new()));
        let file =
            FileReport { path: self.path.clone(), source, findings, ..FileReport::default() };
        Report { files: vec![file], ..Report::default() }
    }
}

/// Code without its `//~` markers, and what they say by line.
fn markers(code: &str) -> (String, Vec<(usize, String)>) {
    let mut expected = Vec::new();
    let mut plain = String::new();
    for (index, line) in code.lines().enumerate() {
        let mut parts = line.split("//~");
        plain += parts.next().unwrap_or_default().trim_end();
        plain.push('\n');
        expected.extend(parts.map(|words| {
            let words = words.trim();
            let text = words.trim_start_matches('^');
            (index + 1 - (words.len() - text.len()), text.trim().to_owned())
        }));
    }
    (plain, expected)
}

/// A file as it is; statements as the body of a function.
fn as_file(code: &str) -> String {
    if syn::parse_file(code).is_ok_and(|file| !is_macros_alone(&file)) {
        code.to_owned()
    } else {
        in_function(code)
    }
}

fn in_function(code: &str) -> String {
    format!("async fn example() {{\n{code}}}\n")
}

/// `info!("…");` alone parses as an item too.
fn is_macros_alone(file: &syn::File) -> bool {
    file.items.iter().any(|item| matches!(item, syn::Item::Macro(item) if item.ident.is_none()))
}
