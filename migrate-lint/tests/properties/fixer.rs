//! The fixer leaves a file that parses, has nothing left to fix, and is the same but for its log calls.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use migrate_lint::internal::config::Config;
use migrate_lint::internal::dialect::{klog, log, tracing};
use migrate_lint::internal::fix;
use migrate_lint::internal::lint::Linter;
use migrate_lint::internal::report::{FileReport, Report};
use migrate_lint::internal::scan::{self, CrateFacts, ScanConfig, WorkspaceIndex};
use migrate_lint::internal::settings::{FixDialect, Settings};
use migrate_lint::internal::source::Source;
use migrate_lint::internal::workspace::{Crate, Dependency, SourceFile, Workspace};

use super::ensure;

const PATH: &str = "/project/src/lib.rs";
/// What fixes are tried in.
pub const DIALECTS: [FixDialect; 4] = [
    FixDialect::Own,
    FixDialect::Of(&klog::DIALECT),
    FixDialect::Of(&tracing::DIALECT),
    FixDialect::Of(&log::DIALECT),
];

/// For every dialect, with and without unsafe fixes.
pub fn fixes_are_sound(text: &str) -> Result<(), String> {
    for dialect in DIALECTS {
        for with_unsafe in [false, true] {
            fix_is_sound(text, dialect, with_unsafe)
                .map_err(|why| format!("{why}\n{dialect:?}, unsafe: {with_unsafe}\n{text}"))?;
        }
    }
    Ok(())
}

/// What a fixer makes of a file.
pub fn fixed(text: &str, dialect: FixDialect, with_unsafe: bool) -> Result<String, String> {
    let linter = linter(dialect);
    let report = linter.text(Path::new(PATH), text.as_bytes().to_vec());
    let relint = |file: &FileReport, text: &str| linter.relint(file, text);
    let plan = fix::plan(&report, with_unsafe, &relint);
    ensure(plan.refused.is_empty(), || format!("refused: {:?}", plan.refused))?;
    places_are_right(&report)?;
    Ok(plan.changes.into_iter().next().map_or_else(|| text.to_owned(), |change| change.after))
}

fn fix_is_sound(text: &str, dialect: FixDialect, with_unsafe: bool) -> Result<(), String> {
    let after = fixed(text, dialect, with_unsafe)?;
    if after == text {
        return Ok(());
    }
    if syn::parse_file(text).is_err() {
        return Ok(());
    }
    syn::parse_file(&after).map_err(|error| format!("does not parse: {error}\n{after}"))?;
    let twice = fixed(&after, dialect, with_unsafe)?;
    ensure(twice == after, || format!("fixed once\n{after}\nfixed twice\n{twice}"))?;
    let (before, rest) = (without_calls(text), without_calls(&after));
    ensure(before == rest, || format!("more than calls changed:\n{before}\n{rest}"))
}

/// Findings and edits lie in the file.
fn places_are_right(report: &Report) -> Result<(), String> {
    for file in &report.files {
        let is_place = |span: &std::ops::Range<usize>| file.source.text.get(span.clone()).is_some();
        for finding in &file.findings {
            let mut spans = vec![&finding.span];
            spans.extend(finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| &edit.span));
            ensure(spans.into_iter().all(is_place), || format!("no place: {finding:?}"))?;
        }
    }
    Ok(())
}

/// The tokens of a file without its log calls, and without what else fixes may change: comments, a `let` of what a call
/// awaited or a print computed, the question whether the call is enabled, which attributes `instrument` record, and by which function the process ends.
fn without_calls(text: &str) -> String {
    let scanned = scan::source(text, &CrateFacts::default());
    let mut rest = String::new();
    let mut done = 0;
    for call in &scanned.calls {
        if call.span.start >= done {
            rest += &text[done..call.span.start];
            rest += " LOG ";
            done = call.span.end;
        }
    }
    rest += &text[done..];
    let mut tokens = String::new();
    let mut at = 0;
    for token in ra_ap_rustc_lexer::tokenize(&rest) {
        use ra_ap_rustc_lexer::TokenKind;
        let word = &rest[at..at + token.len as usize];
        at += token.len as usize;
        let is_blank = matches!(
            token.kind,
            TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. }
        );
        if !is_blank {
            tokens += word;
            tokens.push(' ');
        }
    }
    let tokens = without_instrument(&without_awaited(&tokens));
    tokens
        .replace("klog : : flush_and_exit", "std : : process : : exit")
        .replace(": : process : : exit", ": : exit")
}

/// Leaves out `let name = value;` in front of a log call, from the last to the first, and the test around both.
fn without_awaited(tokens: &str) -> String {
    let mut tokens = tokens.to_owned();
    let mut end = tokens.len();
    while let Some(at) = tokens[..end].rfind("let ") {
        let statement = tokens[at..].split_inclusive("; ").next().unwrap_or_default().len();
        let (text, rest) = tokens[at..].split_at(statement);
        if !text.contains(['{', '}']) && (rest.starts_with("LOG ") || rest.starts_with("if LOG {"))
        {
            tokens.replace_range(at..at + statement, "");
        }
        end = at;
    }
    tokens.replace("if LOG { LOG ; }", "LOG ;")
}

fn without_instrument(tokens: &str) -> String {
    let mut rest = String::new();
    let mut left = tokens;
    while let Some(at) = left.find("instrument (") {
        rest += &left[..at];
        rest += "instrument";
        let mut depth = 0_usize;
        let inside = &left[at..];
        let end = inside.char_indices().find_map(|(at, char)| {
            match char {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            (depth == 0 && char == ')').then_some(at + 1)
        });
        left = inside[end.unwrap_or(inside.len())..].trim_start();
        rest.push(' ');
    }
    rest + left
}

/// Looks that are made once: a workspace of one crate with one file that knows all families.
fn linter(dialect: FixDialect) -> &'static Linter<'static> {
    static LINTERS: OnceLock<Vec<Linter<'static>>> = OnceLock::new();
    let looks = LINTERS.get_or_init(|| DIALECTS.map(make_linter).into());
    &looks[DIALECTS.iter().position(|other| *other == dialect).expect("every dialect is listed")]
}

fn make_linter(dialect: FixDialect) -> Linter<'static> {
    let config = {
        let settings = Settings { dialect, edit_manifest: true, ..Settings::default() };
        Config { settings, ..Config::default() }
    };
    let names = [("log", "log"), ("tracing", "tracing"), ("slog", "slog"), ("klog", "klog-rs")];
    let dependencies = names.map(|(name, package)| Dependency {
        name: name.to_owned(),
        package: package.to_owned(),
        features: vec!["kv".to_owned()],
        ..Dependency::default()
    });
    let package = Crate {
        name: "project".to_owned(),
        edition: 2021,
        selected: true,
        dependencies: dependencies.into(),
        ..Crate::default()
    };
    let file = SourceFile {
        path: PathBuf::from("src/lib.rs"),
        absolute: PathBuf::from(PATH),
        crate_index: Some(0),
        selected: true,
        ..SourceFile::default()
    };
    let workspace = Workspace { crates: vec![package], files: vec![file], ..Workspace::default() };
    let workspace_index = WorkspaceIndex::gather(&Workspace::default(), &ScanConfig::default());
    // A program has four of them, for its whole life.
    let (workspace, config) = (Box::leak(Box::new(workspace)), Box::leak(Box::new(config)));
    Linter::new(workspace, config, workspace_index, &[])
}

/// The text of a fuzzer's bytes.
pub fn any_bytes(bytes: &[u8]) -> Result<(), String> {
    fixes_are_sound(&Source::from_bytes(bytes.to_vec()).text)
}
