//! Files and folders of `src` are rooms on floors: each imports only what is below it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

/// From the command down to plain data; rooms of one floor do not know each other.
const FLOORS: [&[&str]; 15] = [
    &["cli"],
    &["lsp"],
    &["lint", "schema"],
    &["config", "manifest", "site", "suppress", "verify"],
    &["check_log", "fix", "queries", "rules", "stats"],
    &["baseline", "catalog", "directive", "since"],
    &["report", "rewrite", "scan"],
    &["finding", "source", "tokens"],
    &["call", "settings"],
    &["dialect"],
    &["rustfmt"],
    &["guide", "init", "links", "safety", "syntax", "workspace"],
    &["cache"],
    &["files", "git", "lines"],
    &["work"],
];

#[test]
fn no_import_runs_up() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms = BTreeSet::new();
    let mut up = BTreeSet::new();
    let mut n_imports = 0;
    for (path, text) in files(&src) {
        let relative = path.strip_prefix(&src).unwrap();
        let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
        let room = first.trim_end_matches(".rs").to_owned();
        if room == "lib" || room == "main" {
            continue;
        }
        for target in targets(&text) {
            n_imports += 1;
            if !is_below(&target, &room) {
                up.insert(format!("{} imports {target}", relative.display()));
            }
        }
        rooms.insert(room);
    }
    let known: BTreeSet<String> =
        FLOORS.iter().copied().flatten().map(|&room| room.to_owned()).collect();
    assert_eq!(rooms, known, "a new room has a place in FLOORS");
    assert_eq!(up, BTreeSet::new(), "a room imports only what is below it");
    assert!(n_imports > 300, "{n_imports}");
}

#[test]
fn an_import_that_runs_up_is_found() {
    let check = |text: &str, expected: &[&str]| {
        let up: Vec<String> =
            targets(text).into_iter().filter(|target| !is_below(target, "rules")).collect();
        assert_eq!(up, expected, "{text}");
    };
    check("use crate::config::Config;", &["config"]);
    check("use crate::call::{LogCall, Span};", &[]);
    check("use crate::{call::Span, lint::{self, Linter}, suppress};", &["lint", "suppress"]);
    check("fn f() { crate::fix::plan() }", &["fix"]);
    check("use crate::rules::Rule;", &[]);
    check("// crate::cli\nfn f() { \"crate::cli\"; $crate::cli!() }", &[]);
}

fn is_below(target: &str, room: &str) -> bool {
    let floor = |name: &str| FLOORS.iter().position(|floor| floor.contains(&name));
    target == room || floor(target) > floor(room)
}

/// The rooms that a file names after `crate::`.
fn targets(text: &str) -> Vec<String> {
    let tokens: Vec<TokenTree> = flat(text.parse().unwrap());
    let mut targets = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let is = |at: usize, text: &str| tokens.get(at).is_some_and(|it| it.to_string() == text);
        let is_crate = token.to_string() == "crate" && !(index > 0 && is(index - 1, "$"));
        if !is_crate || !is(index + 1, ":") {
            continue;
        }
        match tokens.get(index + 3) {
            Some(TokenTree::Group(group)) => targets.extend(first_names(group.stream())),
            Some(token) => targets.push(token.to_string()),
            None => {}
        }
    }
    targets
}

/// `call::Span, lint::{self}` → `call`, `lint`.
fn first_names(tree: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = tree.into_iter().collect();
    let parts = tokens.split(|token| matches!(token, TokenTree::Punct(it) if it.as_char() == ','));
    parts.filter_map(|part| part.first().map(ToString::to_string)).collect()
}

/// All tokens; a group of names stays one after `::`, and is looked into elsewhere.
fn flat(stream: TokenStream) -> Vec<TokenTree> {
    let mut tokens = Vec::new();
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                let inside = group.stream();
                tokens.push(TokenTree::Group(group));
                tokens.extend(flat(inside));
            }
            token => tokens.push(token),
        }
    }
    tokens
}

/// Path and text of every file of a folder.
fn files(folder: &Path) -> Vec<(std::path::PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}
