//! Cargo's packages and their files, or plain files where cargo knows none.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::FileType;
use std::path::{Path, PathBuf};

use cargo_metadata::DependencyKind;

use super::{
    Crate, Dependency, Problem, Reach, Selection, SourceFile, Target, TargetKind, Workspace,
};
use crate::files::{self, normal};
use crate::git;

pub(super) fn load(selection: &Selection) -> Workspace {
    let mut workspace = Workspace { root: selection.directory.clone(), ..Workspace::default() };
    let manifest = match &selection.manifest_path {
        Some(path) => Some(selection.directory.join(path)),
        None => manifest_above(&selection.directory),
    };
    let mut target = None;
    match manifest.as_deref().map(|manifest| metadata(selection, manifest)) {
        Some(Ok(metadata)) => {
            packages(selection, &metadata, &mut workspace);
            target = Some(metadata.target_directory.clone().into_std_path_buf());
        }
        Some(Err(message)) => {
            let path = PathBuf::from("Cargo.toml");
            workspace.problems.push(Problem { path, line: None, message });
            workspace.unread = manifest;
        }
        None => {}
    }
    let mut finder = Finder { target, workspace, ..Finder::default() };
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

/// The nearest manifest of a directory or those above, as cargo looks for it.
fn manifest_above(directory: &Path) -> Option<PathBuf> {
    let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    directory.ancestors().map(|above| above.join("Cargo.toml")).find(|path| path.is_file())
}

/// Asks cargo from outside of the workspace first, where no toolchain file and no configuration of the tree counts: they
/// may name programs, and toolchains that are missing.
fn metadata(selection: &Selection, manifest: &Path) -> Result<cargo_metadata::Metadata, String> {
    if selection.no_cargo {
        return Err("read without cargo".to_owned());
    }
    let ask = |directory: &Path| {
        let mut command = cargo_metadata::MetadataCommand::new();
        command.no_deps().current_dir(directory).manifest_path(manifest);
        if selection.offline {
            command.other_options(["--offline".to_owned()]);
        }
        command.exec()
    };
    let outside = manifest.ancestors().last().unwrap_or(manifest);
    ask(outside).or_else(|_| ask(&selection.directory)).map_err(|error| {
        let message = error.to_string();
        // Rustup adds a backtrace where one is asked for.
        let message = message.split("Stack backtrace:").next().unwrap_or_default();
        let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        format!("read without cargo: {message}")
    })
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
            requirement: dependency.req.clone(),
            is_conditional: dependency.target.is_some(),
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

#[derive(Default)]
struct Finder {
    /// By the path that reports print.
    files: BTreeMap<PathBuf, SourceFile>,
    /// Where cargo builds.
    target: Option<PathBuf>,
    /// The package that each directory belongs to.
    owners: HashMap<PathBuf, Option<usize>>,
    /// Packages whose files were looked for.
    walked: HashSet<usize>,
    /// Rust files below the root that git tracks.
    tracked: Option<Vec<PathBuf>>,
    /// The root without links.
    real_root: Option<Option<PathBuf>>,
    workspace: Workspace,
}

impl Finder {
    fn package(&mut self, index: usize, wanted: Wanted) {
        if !self.walked.insert(index) {
            return;
        }
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
        let target = self.target.clone();
        let mut builder = ignore::WalkBuilder::new(directory);
        // What hides files from a search does not hide them from the compiler.
        builder.ignore(false);
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
            // A module may be called so, too.
            let is_target = match &target {
                Some(target) => entry.path() == target,
                None => entry.file_name() == "target",
            };
            let is_built = is_target || entry.path().join("CACHEDIR.TAG").exists();
            !is_built && (wanted == Wanted::All || !is_stranger())
        });
        let mut found = HashSet::new();
        for entry in builder.build() {
            match entry {
                Ok(entry) if is_rust(entry.path()) => {
                    self.found(entry.path(), wanted, entry.file_type());
                    found.insert(entry.into_path());
                }
                Ok(_) => {}
                Err(error) => self.workspace.problems.push(Problem {
                    path: directory.to_owned(),
                    line: None,
                    message: error.to_string(),
                }),
            }
        }
        // What git tracks is looked at, also where a `.gitignore` or a dot hides it.
        for path in self.tracked(directory) {
            if found.contains(&path) {
                continue;
            }
            let owner = path.parent().and_then(|parent| self.owner(parent));
            if path.exists() && (wanted == Wanted::All || owner.is_some()) {
                self.found(&path, wanted, None);
            }
        }
    }

    /// Rust files below a directory that git tracks: git is asked once, but for repositories inside of the workspace's.
    fn tracked(&mut self, directory: &Path) -> Vec<PathBuf> {
        let ask = |directory: &Path| -> Vec<PathBuf> {
            let files = git::bytes(directory, &["ls-files", "-z", "--", "*.rs"]);
            let files = files.unwrap_or_default();
            git::paths(&files).map(|path| directory.join(path)).collect()
        };
        if !directory.is_dir() {
            return Vec::new();
        }
        let root = &self.workspace.root;
        let mut below = directory.ancestors().take_while(|above| above != root);
        let is_below = root.is_absolute() && directory.starts_with(root);
        if !is_below || below.any(|above| above.join(".git").exists()) {
            return ask(directory);
        }
        let all = self.tracked.get_or_insert_with(|| ask(root));
        all.iter().filter(|path| path.starts_with(directory)).cloned().collect()
    }

    /// A Rust file of the tree. A link to another one in it is read for its names: the file itself is judged once.
    fn found(&mut self, path: &Path, wanted: Wanted, kind: Option<FileType>) {
        let is_file = kind.is_some_and(|kind| kind.is_file());
        if !is_rust(path) || (!is_file && path.is_dir()) {
            return;
        }
        let is_copy = !is_file && path.is_symlink() && self.is_copy(path);
        self.file(path, if is_copy { Wanted::None } else { wanted });
    }

    /// Whether a link leads to a Rust file of the workspace.
    fn is_copy(&mut self, link: &Path) -> bool {
        let root = &self.workspace.root;
        let root = self.real_root.get_or_insert_with(|| root.canonicalize().ok());
        let leads_to = link.canonicalize().ok();
        leads_to
            .zip(root.as_ref())
            .is_some_and(|(file, root)| file.starts_with(root) && is_rust(&file))
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
            .map(|word| files::shown(Path::new(word.as_os_str())))
            .collect();
        let first = words.first().map_or("", String::as_str);
        let test_code = ["tests", "benches", "examples", "build"].contains(&first)
            || package.is_some_and(|package| is_of_tests(package, absolute));
        let mut module: Vec<String> = words.iter().skip(1).cloned().collect();
        if module.last().is_some_and(|word| ["mod", "lib", "main"].contains(&word.as_str())) {
            module.pop();
        }
        let absolute = absolute.to_owned();
        let file = SourceFile { path, absolute, crate_index, module, test_code, selected };
        self.files.insert(file.path.clone(), file);
    }
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "rs")
}

/// A file of an example, a test, a bench or a build script, wherever the manifest puts them.
fn is_of_tests(package: &Crate, file: &Path) -> bool {
    let is_code =
        |target: &&Target| matches!(target.kind, TargetKind::Library | TargetKind::Binary);
    if package.targets.iter().filter(is_code).any(|target| target.root == file) {
        return false;
    }
    let home = package.manifest.parent();
    package.targets.iter().filter(|target| !is_code(target)).any(|target| {
        let is_shared = |directory: &Path| {
            package.targets.iter().filter(is_code).any(|code| code.root.starts_with(directory))
        };
        let directory = target.root.parent();
        let own = directory.filter(|own| Some(*own) != home && !is_shared(own));
        target.root == file || own.is_some_and(|own| file.starts_with(own))
    })
}
