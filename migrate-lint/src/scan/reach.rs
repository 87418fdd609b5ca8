//! Files that no walk finds, because git ignores them, a dot hides them or they are in no package, and that a `mod`, an
//! `include!` or a manifest leads to: the compiler looks at them, so the linter does.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::item_tree::{self, ItemTree};
use super::modules::places;
use crate::files::{self, normal};
use crate::workspace::{Selection, TargetKind, Workspace};

/// The workspace of a selection, with all files that its targets reach; never fails, see [`Workspace::problems`].
pub fn load(selection: &Selection) -> Workspace {
    let mut workspace = Workspace::load(selection);
    add_reached(&mut workspace);
    workspace
}

fn add_reached(workspace: &mut Workspace) {
    let mut known: HashSet<PathBuf> = HashSet::new();
    known.extend(workspace.files.iter().map(|file| normal(&file.absolute)));
    let roots: HashSet<PathBuf> = workspace
        .crates
        .iter()
        .flat_map(|package| &package.targets)
        .map(|it| it.root.clone())
        .collect();
    let n_walked = workspace.files.len();
    add_roots(workspace, &mut known);
    let mut first = 0;
    while first < workspace.files.len() {
        let next = workspace.files.len();
        let found =
            workspace.files[first..].par_iter().enumerate().flat_map_iter(|(index, file)| {
                let found = unknown(&file.absolute, roots.contains(&file.absolute), &known);
                let found = found.into_iter().filter(|path| workspace.has_room_for(path));
                found.map(move |path| (path, index)).collect::<Vec<_>>()
            });
        let found: Vec<(PathBuf, usize)> = found.collect();
        for (path, from) in found {
            let from = &workspace.files[first + from];
            let (package, test_code) = (from.crate_index, from.test_code);
            if known.insert(path.clone()) {
                workspace.add_reached(path, package, test_code);
            }
        }
        first = next;
    }
    if workspace.files.len() > n_walked {
        workspace.files.sort_by(|left, right| left.path.cmp(&right.path));
    }
}

/// Adds roots of targets; those of packages whose files nobody asked for are not read.
fn add_roots(workspace: &mut Workspace, known: &mut HashSet<PathBuf>) {
    let walked: HashSet<usize> =
        workspace.files.iter().filter_map(|file| file.crate_index).collect();
    let mut found = Vec::new();
    for (index, package) in workspace.crates.iter().enumerate() {
        for target in &package.targets {
            let is_read = package.selected || walked.contains(&index);
            if is_read && !known.contains(&target.root) && workspace.has_room_for(&target.root) {
                let is_code = matches!(target.kind, TargetKind::Library | TargetKind::Binary);
                found.push((target.root.clone(), index, !is_code));
            }
        }
    }
    for (root, package, test_code) in found {
        if known.insert(root.clone()) {
            workspace.add_reached(root, Some(package), test_code);
        }
    }
}

/// Files that a file leads to, and that nobody knows.
fn unknown(path: &Path, is_root: bool, known: &HashSet<PathBuf>) -> Vec<PathBuf> {
    let Ok(bytes) = files::read(path) else { return Vec::new() };
    // Nearly all files lead to nothing that is unknown, and none of these is taken apart.
    if !names_others(&bytes) && declared(&bytes).all(|name| is_known(path, is_root, name, known)) {
        return Vec::new();
    }
    let item_tree = item_tree::read(&String::from_utf8_lossy(&bytes));
    let mut found = Vec::new();
    for item in item_tree.modules.iter().filter(|item| item.body.is_none()) {
        let places = places::of(path, is_root, &item_tree, item);
        let there = |path: &PathBuf| known.contains(path) || path.is_file();
        let mut there: Vec<PathBuf> =
            places.usual.iter().map(|it| normal(it)).filter(there).collect();
        if there.is_empty() {
            let beside = places.beside.iter().map(|it| normal(it));
            there = beside.filter(|it| it != path && it.is_file()).collect();
        }
        found.append(&mut there);
    }
    found.extend(included(path, &item_tree));
    found.retain(|path| !known.contains(path));
    found
}

fn included<'a>(path: &'a Path, item_tree: &'a ItemTree) -> impl Iterator<Item = PathBuf> + 'a {
    let directory = path.parent().unwrap_or(Path::new(""));
    item_tree.includes.iter().map(|(_, path)| normal(&directory.join(path)))
}

/// Whether a text may name other files by their paths.
fn names_others(text: &[u8]) -> bool {
    let has = |words: &[u8], then: u8| {
        memchr::memmem::find_iter(text, words).any(|at| {
            let rest = text[at + words.len()..].trim_ascii_start();
            rest.strip_prefix(&[then])
                .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""))
        })
    };
    has(b"path", b'=') || has(b"include!", b'(')
}

/// The names in what looks like `mod name;`, also in a comment.
fn declared(text: &[u8]) -> impl Iterator<Item = &str> {
    memchr::memmem::find_iter(text, b"mod").filter_map(|at| {
        let rest = &text[at + 3..];
        let after = rest.trim_ascii_start();
        let name = after.strip_prefix(b"r#").unwrap_or(after);
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        let end = name.iter().position(|byte| !is_part(byte))?;
        let is_apart = after.len() < rest.len() && (at == 0 || !is_part(&text[at - 1]));
        let has_body = name[end..].trim_ascii_start().starts_with(b"{");
        (is_apart && !has_body).then(|| std::str::from_utf8(&name[..end]).ok())?
    })
}

/// Whether the file of a module is known, by one of the places where it usually is.
fn is_known(path: &Path, is_root: bool, name: &str, known: &HashSet<PathBuf>) -> bool {
    let directory = path.parent().unwrap_or(Path::new(""));
    let stem = path.file_stem().unwrap_or_default();
    let below = match is_root || ["mod", "lib", "main"].iter().any(|it| stem == *it) {
        true => directory.to_owned(),
        false => directory.join(stem),
    };
    known.contains(&below.join(format!("{name}.rs")))
        || known.contains(&below.join(name).join("mod.rs"))
}
