//! Which files there are, and which crate each belongs to.

mod cargo;
mod dependencies;
mod finder;
mod load;
mod reached;
mod version;
mod walk;

use std::path::PathBuf;

use cargo_metadata::semver::VersionReq;

pub use dependencies::bringing;
pub use version::{Raised, allows, raised, spelled};

/// What the user asked to look at.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Directory that relative paths start from; the current directory when empty.
    pub directory: PathBuf,
    /// `--manifest-path`.
    pub manifest_path: Option<PathBuf>,
    /// `-p`, `--package`; empty with `workspace == false` means cargo's default members.
    pub packages: Vec<String>,
    /// `--workspace`.
    pub workspace: bool,
    /// `--exclude`.
    pub exclude: Vec<String>,
    /// Files and directories: only these are reported, but the crates around them are read to resolve names.
    pub paths: Vec<PathBuf>,
    /// `--no-cargo`.
    pub no_cargo: bool,
    /// `--offline`.
    pub offline: bool,
    /// Read the names of all packages: one that is not asked for may have a file of another one as a module.
    pub all_names: bool,
    /// Take answers of earlier runs, and keep those of this one, in the directory where cargo builds.
    pub cache: bool,
}

/// A workspace, or a heap of files where there is no `Cargo.toml`.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// Directory of the workspace's `Cargo.toml`, or the common directory of the paths.
    pub root: PathBuf,
    /// Packages in cargo's order.
    pub crates: Vec<Crate>,
    /// Files in order of their paths.
    pub files: Vec<SourceFile>,
    /// What could not be read, and why.
    pub problems: Vec<Problem>,
    /// The manifest that cargo did not read, and what it said.
    pub unread: Option<(PathBuf, String)>,
    /// Where answers are kept for the next run, see [`Selection::cache`].
    pub cache: Option<PathBuf>,
    /// Where cargo builds.
    pub target: Option<PathBuf>,
    /// Files and directories that were asked for; none where packages were.
    pub asked: Vec<PathBuf>,
}

/// A package.
#[derive(Clone, Debug, Default)]
pub struct Crate {
    /// Name of the package.
    pub name: String,
    /// Its `Cargo.toml`.
    pub manifest: PathBuf,
    /// `2015`, `2018`, `2021`, `2024`.
    pub edition: u16,
    /// Asked for by the selection; the others are read only to resolve names.
    pub selected: bool,
    /// Roots of its compilation units.
    pub targets: Vec<Target>,
    /// Dependencies by the name that the code uses.
    pub dependencies: Vec<Dependency>,
    /// `metadata.klog` of its manifest or the workspace's is read by the configuration, not here.
    pub has_proc_macro: bool,
}

/// A compilation unit.
#[derive(Clone, Debug)]
pub struct Target {
    /// Name that code uses for it (`klog` for the library of `klog-rs`).
    pub name: String,
    /// What it is.
    pub kind: TargetKind,
    /// Root file.
    pub root: PathBuf,
}

/// Kind of a compilation unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// `src/lib.rs`, also of a proc macro.
    Library,
    /// `src/main.rs`, `src/bin/`.
    Binary,
    /// `examples/`.
    Example,
    /// `tests/`.
    Test,
    /// `benches/`.
    Bench,
    /// `build.rs`.
    BuildScript,
}

/// A dependency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependency {
    /// Name in code, with underscores (`log_facade` for `log-facade = { package = "log" }`).
    pub name: String,
    /// Name of the package, as published (`log`).
    pub package: String,
    /// Features that the manifest asks for.
    pub features: Vec<String>,
    /// Which versions meet it.
    pub requirement: VersionReq,
    /// It is there on some targets only.
    pub is_conditional: bool,
    /// For whom it is there.
    pub reach: Reach,
}

/// Which code of a package a dependency is there for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// All of it.
    #[default]
    All,
    /// Where a feature of the package asks for it.
    Optional,
    /// Tests, benches and examples, or the build script.
    Development,
}

/// A Rust file.
#[derive(Clone, Debug, Default)]
pub struct SourceFile {
    /// Path as reports print it: relative to [`Workspace::root`] where it lies below it.
    pub path: PathBuf,
    /// Path to open.
    pub absolute: PathBuf,
    /// Index into [`Workspace::crates`]; `None` for a file outside of every package.
    pub crate_index: Option<usize>,
    /// Module path that the file's place suggests (`src/net/tcp.rs` → `["net", "tcp"]`).
    pub module: Vec<String>,
    /// Test, bench, example or build script by its place.
    pub test_code: bool,
    /// Reported; the others are read only to resolve names.
    pub selected: bool,
}

/// Something that could not be read; never a reason to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File or directory.
    pub path: PathBuf,
    /// Line, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong and what to do, one line.
    pub message: String,
}

impl Workspace {
    /// The directories that belong to the workspace: its own and its packages'.
    pub fn roots(&self) -> Vec<PathBuf> {
        let packages = self.crates.iter().filter_map(|package| package.manifest.parent());
        std::iter::once(self.root.clone()).chain(packages.map(Into::into)).collect()
    }

    /// Finds the crates of a selection, and the files in their directories; never fails, see [`Workspace::problems`].
    pub fn load(selection: &Selection) -> Self {
        load::load(selection)
    }
}
