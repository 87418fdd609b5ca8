//! Cargo's packages and their files, or plain files where cargo knows none.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};

use cargo_metadata::DependencyKind;

use super::{
    Crate, Dependency, Problem, Reach, Selection, SourceFile, Target, TargetKind, Workspace,
};

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
    let mut finder = Finder { files: BTreeMap::new(), owners: HashMap::new(), workspace };
    if !selection.paths.is_empty() {
        for path in &selection.paths {
            finder.walk(&normal(&selection.directory.join(path)), Wanted::All);
        }
    } else if finder.workspace.crates.is_empty() {
        finder.walk(&selection.directory, Wanted::All);
    } else {
        for index in 0..finder.workspace.crates.len() {
            if finder.workspace.crates[index].selected {
                finder.package(index, Wanted::OfSelected);
            }
        }
    }
    finder.around();
    finder.workspace.files = finder.files.into_values().collect();
    finder.workspace
}

fn packages(selection: &Selection, metadata: &cargo_metadata::Metadata, workspace: &mut Workspace) {
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
            features: dependency.features.clone(),
            reach: match (dependency.kind, dependency.optional) {
                (DependencyKind::Development | DependencyKind::Build, _) => Reach::Development,
                (_, true) => Reach::Optional,
                (_, false) => Reach::All,
            },
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

/// Which of the files below a directory are reported.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    /// All, also those of packages that are not the workspace's.
    All,
    /// Those of selected packages.
    OfSelected,
    /// None: they are read for their names.
    None,
}

struct Finder {
    /// By the path that reports print.
    files: BTreeMap<PathBuf, SourceFile>,
    /// The package that each directory belongs to.
    owners: HashMap<PathBuf, Option<usize>>,
    workspace: Workspace,
}

impl Finder {
    fn package(&mut self, index: usize, wanted: Wanted) {
        let manifest = self.workspace.crates[index].manifest.clone();
        if let Some(directory) = manifest.parent() {
            self.walk(directory, wanted);
        }
    }

    /// The files by whose names the selected ones are judged: those of their packages and of what these depend on.
    fn around(&mut self) {
        let mut is_needed = vec![false; self.workspace.crates.len()];
        let mut left: Vec<usize> =
            self.files.values().filter_map(|file| file.crate_index).collect();
        while let Some(index) = left.pop() {
            if std::mem::replace(&mut is_needed[index], true) {
                continue;
            }
            for dependency in &self.workspace.crates[index].dependencies {
                let mut packages = self.workspace.crates.iter();
                left.extend(packages.position(|package| package.name == dependency.package));
            }
        }
        for (index, is_needed) in is_needed.into_iter().enumerate() {
            if is_needed {
                self.package(index, Wanted::None);
            }
        }
    }

    fn walk(&mut self, directory: &Path, wanted: Wanted) {
        let members: Vec<PathBuf> = self
            .workspace
            .crates
            .iter()
            .filter_map(|package| Some(package.manifest.parent()?.to_owned()))
            .collect();
        let mut builder = ignore::WalkBuilder::new(directory);
        builder.filter_entry(move |entry| {
            let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
            if !is_directory || entry.depth() == 0 {
                return true;
            }
            // A package inside another that is no member of the workspace is not built with it.
            let is_stranger = || {
                entry.path().join("Cargo.toml").exists()
                    && !members.iter().any(|member| member == entry.path())
            };
            entry.file_name() != "target" && (wanted == Wanted::All || !is_stranger())
        });
        for entry in builder.build() {
            match entry {
                Ok(entry) => {
                    let is_rust = entry.path().extension().is_some_and(|end| end == "rs");
                    if is_rust && !entry.path().is_dir() {
                        self.file(entry.path(), wanted);
                    }
                }
                Err(error) => self.workspace.problems.push(Problem {
                    path: directory.to_owned(),
                    line: None,
                    message: error.to_string(),
                }),
            }
        }
    }

    /// The package of a directory: the one whose `Cargo.toml` is nearest, if it is one of the workspace's.
    fn owner(&mut self, directory: &Path) -> Option<usize> {
        if let Some(owner) = self.owners.get(directory) {
            return *owner;
        }
        let mut packages = self.workspace.crates.iter();
        let own = packages.position(|package| package.manifest.parent() == Some(directory));
        let owner = match (own, directory.parent()) {
            (Some(own), _) => Some(own),
            (None, Some(parent)) if !directory.join("Cargo.toml").exists() => self.owner(parent),
            _ => None,
        };
        self.owners.insert(directory.to_owned(), owner);
        owner
    }

    fn file(&mut self, absolute: &Path, wanted: Wanted) {
        let crate_index = absolute.parent().and_then(|directory| self.owner(directory));
        let workspace = &self.workspace;
        let path = absolute.strip_prefix(&workspace.root).unwrap_or(absolute).to_owned();
        let package = crate_index.and_then(|index| workspace.crates.get(index));
        let selected = match wanted {
            Wanted::All => true,
            Wanted::OfSelected => package.is_some_and(|package| package.selected),
            Wanted::None => false,
        };
        if let Some(known) = self.files.get_mut(&path) {
            known.selected |= selected;
            return;
        }
        let below = package
            .and_then(|package| package.manifest.parent())
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
        let absolute = absolute.to_owned();
        let file = SourceFile { path, absolute, crate_index, module, test_code, selected };
        self.files.insert(file.path.clone(), file);
    }
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}
