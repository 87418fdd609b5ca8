//! A copy of `examples/legacy-controller` to work on.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A copy of the example.
pub(crate) struct Legacy {
    pub(crate) directory: TempDir,
}

impl Legacy {
    pub(crate) fn new() -> Self {
        let directory = TempDir::with_prefix("klog-").unwrap();
        let from = root().join("examples/legacy-controller");
        std::fs::create_dir(directory.path().join("src")).unwrap();
        let sources = std::fs::read_dir(from.join("src")).unwrap();
        let sources = sources.map(|entry| Path::new("src").join(entry.unwrap().file_name()));
        for path in sources.chain(["Cargo.toml".into(), "rustfmt.toml".into()]) {
            std::fs::copy(from.join(&path), directory.path().join(&path)).unwrap();
        }
        // The versions that are tested, and that are at hand.
        std::fs::copy(root().join("Cargo.lock"), directory.path().join("Cargo.lock")).unwrap();
        Self { directory }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    pub(crate) fn texts(&self) -> Vec<(PathBuf, String)> {
        let sources = std::fs::read_dir(self.path("src")).unwrap();
        let sources = sources.map(|entry| Path::new("src").join(entry.unwrap().file_name()));
        let mut paths: Vec<PathBuf> = sources.chain(["Cargo.toml".into()]).collect();
        paths.sort();
        let text = |path: &PathBuf| std::fs::read_to_string(self.directory.path().join(path));
        paths.into_iter().map(|path| (path.clone(), text(&path).unwrap())).collect()
    }

    #[track_caller]
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = std::fs::read_to_string(self.path(path)).unwrap();
        let n_places = text.matches(old).count();
        assert_eq!(n_places, 1, "{path} has {n_places} places with\n{old}");
        std::fs::write(self.path(path), text.replacen(old, new, 1)).unwrap();
    }

    pub(crate) fn klog(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_cargo-klog"))
            .args(arguments)
            .current_dir(self.directory.path())
            .env_remove("CLICOLOR_FORCE")
            .env("NO_COLOR", "1")
            .output()
            .unwrap()
    }

    /// Builds the program, which must give no warning, in a directory that later runs find again.
    #[track_caller]
    pub(crate) fn build(&self) -> PathBuf {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("legacy");
        let output = Command::new(env!("CARGO"))
            .arg("build")
            .current_dir(self.directory.path())
            .env("CARGO_TARGET_DIR", &target)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            // It is built three times, with few changes between.
            .env("CARGO_INCREMENTAL", "1")
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("warning"), "{said}");
        target.join("debug/legacy-controller")
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
