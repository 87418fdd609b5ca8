//! Which files there are, and which crate each belongs to.

use std::path::PathBuf;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Name in code, with underscores (`log_facade` for `log-facade = { package = "log" }`).
    pub name: String,
    /// Name of the package, as published (`log`).
    pub package: String,
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
    /// Finds the crates and files of a selection; never fails, see [`Workspace::problems`].
    pub fn load(selection: &Selection) -> Self {
        load::load(selection)
    }
}

mod load {
    //! Cargo's packages and their files, or plain files where cargo knows none.

    use std::path::{Path, PathBuf};

    use super::{Crate, Dependency, Problem, Selection, SourceFile, Target, TargetKind, Workspace};

    pub(super) fn load(selection: &Selection) -> Workspace {
        let mut workspace = Workspace { root: selection.directory.clone(), ..Workspace::default() };
        let mut command = cargo_metadata::MetadataCommand::new();
        command.no_deps().current_dir(&selection.directory);
        if let Some(path) = &selection.manifest_path {
            command.manifest_path(path);
        }
        match command.exec() {
            Ok(metadata) => packages(selection, &metadata, &mut workspace),
            Err(error) => {
                let message = error.to_string();
                // Rustup adds a backtrace where one is asked for.
                let message = message.split("Stack backtrace:").next().unwrap_or_default();
                let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
                if !message.contains("could not find `Cargo.toml`") {
                    let message = format!("read without cargo: {message}");
                    let path = PathBuf::from("Cargo.toml");
                    workspace.problems.push(Problem { path, line: None, message });
                }
            }
        }
        let asked: Vec<PathBuf> =
            selection.paths.iter().map(|path| selection.directory.join(path)).collect();
        let directories: Vec<PathBuf> = if !asked.is_empty() {
            asked
        } else if workspace.crates.is_empty() {
            vec![selection.directory.clone()]
        } else {
            let selected = workspace.crates.iter().filter(|package| package.selected);
            selected.filter_map(|package| Some(package.manifest.parent()?.to_owned())).collect()
        };
        for directory in &directories {
            walk(directory, &mut workspace);
        }
        workspace.files.sort_by(|left, right| left.path.cmp(&right.path));
        workspace.files.dedup_by(|left, right| left.path == right.path);
        workspace
    }

    fn packages(
        selection: &Selection,
        metadata: &cargo_metadata::Metadata,
        workspace: &mut Workspace,
    ) {
        workspace.root = metadata.workspace_root.clone().into_std_path_buf();
        let default: Vec<_> = metadata.workspace_default_members.iter().collect();
        for package in metadata.workspace_packages() {
            let name = package.name.to_string();
            let selected = match (&selection.packages[..], selection.workspace) {
                ([], false) => default.contains(&&package.id),
                (packages, all) => all || packages.contains(&name),
            };
            let targets = package.targets.iter().map(|target| Target {
                name: target.name.clone(),
                kind: kind(target),
                root: target.src_path.clone().into_std_path_buf(),
            });
            let dependencies = package.dependencies.iter().map(|dependency| Dependency {
                name: dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_"),
                package: dependency.name.clone(),
            });
            workspace.crates.push(Crate {
                selected: selected && !selection.exclude.contains(&name),
                name,
                manifest: package.manifest_path.clone().into_std_path_buf(),
                edition: package.edition.as_str().parse().unwrap_or(2021),
                targets: targets.collect(),
                dependencies: dependencies.collect(),
                has_proc_macro: false,
            });
        }
    }

    fn kind(target: &cargo_metadata::Target) -> TargetKind {
        match () {
            () if target.is_bin() => TargetKind::Binary,
            () if target.is_example() => TargetKind::Example,
            () if target.is_test() => TargetKind::Test,
            () if target.is_bench() => TargetKind::Bench,
            () if target.is_custom_build() => TargetKind::BuildScript,
            () => TargetKind::Library,
        }
    }

    fn walk(directory: &Path, workspace: &mut Workspace) {
        let mut builder = ignore::WalkBuilder::new(directory);
        builder.filter_entry(|entry| entry.file_name() != "target");
        for entry in builder.build() {
            match entry {
                Ok(entry) => {
                    let is_rust = entry.path().extension().is_some_and(|end| end == "rs");
                    if is_rust && !entry.path().is_dir() {
                        let file = file(entry.path(), workspace);
                        workspace.files.push(file);
                    }
                }
                Err(error) => workspace.problems.push(Problem {
                    path: directory.to_owned(),
                    line: None,
                    message: error.to_string(),
                }),
            }
        }
    }

    fn file(absolute: &Path, workspace: &Workspace) -> SourceFile {
        let path = absolute.strip_prefix(&workspace.root).unwrap_or(absolute).to_owned();
        let depth = |package: &Crate| {
            let directory = package.manifest.parent()?;
            absolute.strip_prefix(directory).ok().map(|_| directory.components().count())
        };
        let crate_index = (0..workspace.crates.len())
            .filter(|index| depth(&workspace.crates[*index]).is_some())
            .max_by_key(|index| depth(&workspace.crates[*index]));
        let below = crate_index
            .and_then(|index| workspace.crates[index].manifest.parent())
            .and_then(|directory| absolute.strip_prefix(directory).ok())
            .unwrap_or(&path);
        let words: Vec<String> = below
            .with_extension("")
            .components()
            .map(|word| word.as_os_str().to_string_lossy().into_owned())
            .collect();
        let first = words.first().map_or("", String::as_str);
        let test_code = ["tests", "benches", "examples", "build"].contains(&first);
        let mut module: Vec<String> = words.iter().skip(1).cloned().collect();
        if module.last().is_some_and(|word| ["mod", "lib", "main"].contains(&word.as_str())) {
            module.pop();
        }
        SourceFile {
            path,
            absolute: absolute.to_owned(),
            crate_index,
            module,
            test_code,
            selected: true,
        }
    }
}
