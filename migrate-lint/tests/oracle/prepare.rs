//! A copy of a crate that compiles against marked copies of the logging crates.

use std::path::{Path, PathBuf};

use crate::subject::{Subject, copy, packages};

const MARKED: &[&str] = &["log", "tracing", "slog"];

/// Copies the crate and what it logs with; returns its directory.
pub(crate) fn prepare(work: &Path, subject: &Subject) -> PathBuf {
    let directory = work.join(format!("{}-{}", subject.name, subject.version));
    if directory.join(".prepared").exists() {
        return directory;
    }
    subject.copy(work, &directory);
    let manifest = directory.join("Cargo.toml");
    let mut text = std::fs::read_to_string(&manifest).unwrap();
    text.push_str("\n[patch.crates-io]\n");
    for package in packages(&directory) {
        if !MARKED.contains(&package.name.as_str()) {
            continue;
        }
        let marked = work.join("marked").join(format!("{}-{}", package.name, package.version));
        // Of two versions in one tree the newer is what today's code uses.
        let line = format!("{} = {{ path = {:?} }}\n", package.name, marked);
        if !text.contains(&format!("\n{} = {{ path = ", package.name)) {
            text.push_str(&line);
        }
        if !marked.exists() {
            copy(package.manifest_path.parent().unwrap().as_std_path(), &marked);
            mark(&marked.join("src"), &package.name);
        }
    }
    std::fs::write(&manifest, text).unwrap();
    std::fs::write(directory.join(".prepared"), "").unwrap();
    directory
}

/// Marks every exported macro below a directory.
fn mark(directory: &Path, name: &str) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            mark(&path, name);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let mut text = std::fs::read_to_string(&path).unwrap();
            // An attribute of that name may occur once.
            while let Some(start) = text.find("#[deprecated") {
                let end = text[start..].find(")]").map_or(text.len(), |end| start + end + 2);
                text.replace_range(start..end, "");
            }
            let mark = format!("#[deprecated(note = \"oracle {name}\")]\n#[macro_export");
            std::fs::write(&path, text.replace("#[macro_export", &mark)).unwrap();
        }
    }
}
