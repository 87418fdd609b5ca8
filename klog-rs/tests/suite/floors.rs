//! Folders of `src` are floors: each imports only what is below it.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
};

use proc_macro2::{TokenStream, TokenTree};

/// From top to bottom.
const FLOORS: [&str; 16] = [
    "setup",
    "control",
    "testing",
    "front",
    "logger",
    "output",
    "sink",
    "encode",
    "entry",
    "pairs",
    "serialize",
    "value",
    "time",
    "go",
    "base",
    "raw",
];

#[test]
fn no_import_runs_up() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let exports = exports(&fs::read_to_string(src.join("lib.rs")).expect("it is there"));
    let mut rooms: Vec<_> = fs::read_dir(&src)
        .expect("it is there")
        .map(|entry| entry.expect("it is read").file_name().into_string().expect("UTF-8"))
        .filter(|name| name != "lib.rs")
        .collect();
    rooms.sort();
    let mut expected = FLOORS;
    expected.sort_unstable();
    assert_eq!(rooms, expected, "a new folder has a place in FLOORS");

    let mut n_imports = 0;
    let mut up = Vec::new();
    for floor in FLOORS {
        for (path, text) in files(&src.join(floor)) {
            for target in targets(&text, &exports) {
                n_imports += 1;
                if runs_up(floor, &target) {
                    up.push(format!("{path} imports from {target}, which is above {floor}"));
                }
            }
        }
    }
    assert_eq!(up, Vec::<String>::new());
    assert!(n_imports > 100, "{n_imports}");
}

#[test]
fn an_import_that_runs_up_is_found() {
    let exports = exports(
        "pub use self::{base::{Key, stats::Stats}, output::Output as Out};\npub use setup::Guard;",
    );
    let check = |text: &str, expected: &[&str]| {
        let targets = targets(text, &exports);
        let up: Vec<_> = targets.iter().filter(|target| runs_up("sink", target)).collect();
        assert_eq!(up, expected, "{text}");
    };
    check("use crate::output::Output;", &["output"]);
    check("use crate::{base::Key, value::{Value, guard}};", &[]);
    check("use crate::{base::{Key}, front::{self, Entry}, logger};", &["front", "logger"]);
    check("use crate::{Key, Stats};", &[]);
    check("use crate::Out; fn f() -> crate::Guard { }", &["output", "setup"]);
    check("fn f() { crate::output::flush() }", &["output"]);
    check("fn f() { crate::info!(\"Started\") }", &["front"]);
    check("use super::super::output::Output;", &["output"]);
    check("/// See [`crate::output::Output`].\nfn f() { $crate::Out; \"crate::Out\" }", &[]);
    check("pub(in crate::output) fn f() {}", &["output"]);
}

fn runs_up(floor: &str, target: &str) -> bool {
    let place = |floor| FLOORS.iter().position(|other| *other == floor);
    place(target) < place(floor)
}

/// Path and text of every file of a folder.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there") {
        let path = entry.expect("it is read").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            let text = fs::read_to_string(&path).expect("it is read");
            files.push((path.display().to_string(), text));
        }
    }
    files
}

/// Names that `lib.rs` re-exports, and the floor that each is from.
fn exports(lib: &str) -> HashMap<String, String> {
    let mut exports = HashMap::new();
    let tokens = flat(lib);
    for (index, token) in tokens.iter().enumerate() {
        if token != "use" {
            continue;
        }
        let mut path = tokens[index + 1..].iter().peekable();
        path.next_if(|token| *token == "self");
        let mut leaves = Vec::new();
        read_tree(&mut path, &mut Vec::new(), &mut leaves);
        for leaf in leaves.into_iter().filter(|leaf| FLOORS.contains(&&*leaf[0])) {
            exports.insert(leaf[leaf.len() - 1].clone(), leaf[0].clone());
        }
    }
    exports
}

/// The floors from which a file takes something.
fn targets(text: &str, exports: &HashMap<String, String>) -> BTreeSet<String> {
    let tokens = flat(text);
    let mut targets = BTreeSet::new();
    for (index, token) in tokens.iter().enumerate() {
        let is_root = token == "crate" || token == "super";
        if !is_root || index > 0 && tokens[index - 1] == "$" {
            continue;
        }
        let mut leaves = Vec::new();
        read_tree(&mut tokens[index + 1..].iter().peekable(), &mut Vec::new(), &mut leaves);
        for leaf in leaves {
            let first = leaf[0].as_str();
            if FLOORS.contains(&first) {
                targets.insert(first.to_owned());
            } else if let Some(floor) = exports.get(first).filter(|_| token == "crate") {
                targets.insert(floor.clone());
            } else if token == "crate" && first != "super" {
                // The macros have no path but the crate's.
                targets.insert("front".to_owned());
            }
        }
    }
    targets
}

/// Reads what follows the first name of a path, `::{a::b, c as d}`, into the paths of its leaves.
fn read_tree<'a>(
    tokens: &mut std::iter::Peekable<impl Iterator<Item = &'a String>>,
    path: &mut Vec<String>,
    leaves: &mut Vec<Vec<String>>,
) {
    let depth = path.len();
    loop {
        match tokens.next_if(|token| token.as_str() == ":") {
            Some(_) => continue,
            None => match tokens.peek().map(|token| token.as_str()) {
                Some("{") => {
                    tokens.next();
                    while tokens.next_if(|token| token.as_str() == "}").is_none() {
                        read_tree(tokens, path, leaves);
                        tokens.next_if(|token| token.as_str() == ",");
                    }
                    break path.truncate(depth);
                }
                Some("as") => {
                    tokens.next();
                    *path.last_mut().expect("a name before it") =
                        tokens.next().expect("a name after it").clone();
                }
                Some(name)
                    if name.starts_with(|first: char| {
                        first.is_alphabetic() || "_*".contains(first)
                    }) =>
                {
                    path.push(tokens.next().expect("it was seen").clone());
                }
                _ => {
                    if !path.is_empty() {
                        leaves.push(path.clone());
                    }
                    break path.truncate(depth);
                }
            },
        }
        // A path ends where no `::` follows.
        let goes_on = tokens.peek().is_some_and(|token| matches!(token.as_str(), ":" | "as"));
        if !goes_on {
            leaves.push(path.clone());
            path.truncate(depth);
            break;
        }
    }
}

/// All tokens of a file, without comments; strings are one token with their quotes.
fn flat(text: &str) -> Vec<String> {
    fn add(stream: TokenStream, tokens: &mut Vec<String>) {
        for token in stream {
            match token {
                TokenTree::Group(group) => {
                    let [open, close] = match group.delimiter() {
                        proc_macro2::Delimiter::Brace => ["{", "}"],
                        proc_macro2::Delimiter::Bracket => ["[", "]"],
                        _ => ["(", ")"],
                    };
                    tokens.push(open.to_owned());
                    add(group.stream(), tokens);
                    tokens.push(close.to_owned());
                }
                token => tokens.push(token.to_string()),
            }
        }
    }
    let mut tokens = Vec::new();
    add(text.parse().expect("it is Rust"), &mut tokens);
    tokens
}
