//! A copy of a crate that compiles against marked copies of the logging crates.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Subject;

const MARKED: &[&str] = &["log", "tracing", "slog"];

/// Copies the crate and what it logs with; returns its directory.
pub(crate) fn prepare(work: &Path, subject: &Subject) -> PathBuf {
    let directory = work.join(format!("{}-{}", subject.name, subject.version));
    if directory.join(".prepared").exists() {
        return directory;
    }
    let _ = std::fs::remove_dir_all(&directory);
    copy(&source_of(work, subject), &directory);
    if subject.no_lock {
        let _ = std::fs::remove_file(directory.join("Cargo.lock"));
    }
    let manifest = directory.join("Cargo.toml");
    let mut text = std::fs::read_to_string(&manifest).unwrap();
    if !text.contains("[workspace]") {
        text.push_str("\n[workspace]\n");
    }
    std::fs::write(&manifest, &text).unwrap();
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

/// Where cargo keeps the crate's source.
fn source_of(work: &Path, subject: &Subject) -> PathBuf {
    let fetch = work.join("fetch").join(&subject.name);
    std::fs::create_dir_all(fetch.join("src")).unwrap();
    std::fs::write(fetch.join("src/lib.rs"), "").unwrap();
    let (name, version) = (&subject.name, &subject.version);
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n{name} = \"={version}\"\n\n[workspace]\n"
    );
    std::fs::write(fetch.join("Cargo.toml"), manifest).unwrap();
    let found = packages(&fetch).into_iter().find(|package| package.name.as_str() == name);
    found.unwrap().manifest_path.parent().unwrap().as_std_path().to_owned()
}

fn packages(directory: &Path) -> Vec<cargo_metadata::Package> {
    let mut command = cargo_metadata::MetadataCommand::new();
    command.current_dir(directory);
    let mut packages = command.exec().unwrap().packages;
    packages.sort_by(|left, right| right.version.cmp(&left.version));
    packages
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let status = Command::new("cp").arg("-rT").arg(from).arg(to).status().unwrap();
    assert!(status.success(), "{} cannot be copied", from.display());
    let status = Command::new("chmod").args(["-R", "u+w"]).arg(to).status().unwrap();
    assert!(status.success());
}

/// Marks every exported macro below a directory.
fn mark(directory: &Path, name: &str) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            mark(&path, name);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let mut text = std::fs::read_to_string(&path).unwrap();
            // An attribute of that name may stand once.
            while let Some(start) = text.find("#[deprecated") {
                let end = text[start..].find(")]").map_or(text.len(), |end| start + end + 2);
                text.replace_range(start..end, "");
            }
            let mark = format!("#[deprecated(note = \"oracle {name}\")]\n#[macro_export");
            std::fs::write(&path, text.replace("#[macro_export", &mark)).unwrap();
        }
    }
}
