//! A published crate to try the linter on, taken from cargo's own cache.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A crate: `name@version[:feature,feature][:no-lock][:no-default][:tests]`.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// Its name.
    pub(crate) name: String,
    /// Exact version.
    pub(crate) version: String,
    /// Arguments of `cargo check`.
    pub(crate) arguments: Vec<String>,
    /// Its lock file is out of date.
    pub(crate) no_lock: bool,
}

impl Subject {
    /// Reads the form that the command line has.
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = text.split(':');
        let (name, version) =
            parts.next().unwrap_or_default().split_once('@').expect("name@version");
        let mut subject = Self {
            name: name.to_owned(),
            version: version.to_owned(),
            arguments: Vec::new(),
            no_lock: false,
        };
        for part in parts {
            match part {
                "no-lock" => subject.no_lock = true,
                "no-default" => subject.arguments.push("--no-default-features".to_owned()),
                "tests" => subject.arguments.push("--tests".to_owned()),
                features => subject.arguments.push(format!("--features={features}")),
            }
        }
        subject
    }

    /// Copies its source to a directory of its name, as a workspace of its own.
    pub(crate) fn copy(&self, work: &Path, to: &Path) {
        let _ = std::fs::remove_dir_all(to);
        copy(&self.source(work), to);
        let _ = std::fs::remove_file(to.join(".cargo-ok"));
        if self.no_lock {
            let _ = std::fs::remove_file(to.join("Cargo.lock"));
        }
        let manifest = to.join("Cargo.toml");
        let mut text = std::fs::read_to_string(&manifest).unwrap();
        if !text.contains("[workspace]") {
            text.push_str("\n[workspace]\n");
        }
        std::fs::write(&manifest, text).unwrap();
    }

    /// Where cargo keeps its source.
    fn source(&self, work: &Path) -> PathBuf {
        let fetch = work.join("fetch").join(&self.name);
        std::fs::create_dir_all(fetch.join("src")).unwrap();
        std::fs::write(fetch.join("src/lib.rs"), "").unwrap();
        let Self { name, version, .. } = self;
        let manifest = format!(
            "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n{name} = \"={version}\"\n\n[workspace]\n"
        );
        std::fs::write(fetch.join("Cargo.toml"), manifest).unwrap();
        let found = packages(&fetch).into_iter().find(|package| package.name.as_str() == name);
        found.unwrap().manifest_path.parent().unwrap().as_std_path().to_owned()
    }
}

/// What a directory's crate may be built from with any of its features, newest versions first.
pub(crate) fn packages(directory: &Path) -> Vec<cargo_metadata::Package> {
    let mut command = cargo_metadata::MetadataCommand::new();
    command.current_dir(directory).features(cargo_metadata::CargoOpt::AllFeatures);
    let mut packages = command.exec().unwrap().packages;
    packages.sort_by(|left, right| right.version.cmp(&left.version));
    packages
}

/// Copies a directory with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let status = Command::new("cp").arg("-rT").arg(from).arg(to).status().unwrap();
    assert!(status.success(), "{} cannot be copied", from.display());
    let status = Command::new("chmod").args(["-R", "u+w"]).arg(to).status().unwrap();
    assert!(status.success());
}
