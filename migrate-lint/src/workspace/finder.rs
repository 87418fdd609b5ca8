//! The files of packages and of directories, each with the package that it belongs to.

use std::collections::{HashMap, HashSet};
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use super::walk::{Marks, Visitor, Walker};
use super::{Crate, Problem, SourceFile, TargetKind, Workspace};
use crate::{files, git};

/// Which of the files below a directory are reported.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Wanted {
    /// All, also those of packages that are not the workspace's.
    All,
    /// Those of selected packages.
    OfSelected,
    /// None: they are read for their names.
    None,
}

#[derive(Default)]
pub(super) struct Finder {
    /// By the path that reports print.
    files: HashMap<PathBuf, SourceFile>,
    walker: Walker,
    /// Directories that were looked into. What a later walk would find there is known: who wants more comes first.
    visited: HashSet<PathBuf>,
    /// Rust files that were found.
    seen: HashSet<PathBuf>,
    /// The packages by their directories.
    homes: HashMap<PathBuf, usize>,
    /// Where each package has code that is no part of what others use.
    test_places: HashMap<usize, TestPlaces>,
    /// Whether a directory that was looked into has a manifest.
    manifests: HashMap<PathBuf, bool>,
    /// The package that each directory belongs to.
    owners: HashMap<PathBuf, Option<usize>>,
    /// Packages whose files were looked for.
    walked: HashSet<usize>,
    /// Rust files below the root that git tracks, sorted.
    tracked: Option<Vec<PathBuf>>,
    /// The root without links.
    real_root: Option<Option<PathBuf>>,
    workspace: Workspace,
}

/// A walk from one directory.
struct Round<'a> {
    finder: &'a mut Finder,
    root: &'a Path,
    wanted: Wanted,
}

impl Visitor for Round<'_> {
    fn enters(&mut self, directory: &Path, marks: Marks) -> bool {
        let Self { finder, root, wanted } = self;
        if directory != *root {
            // A package inside another that is no member of the workspace is not built with it.
            let is_stranger = marks.has_manifest && !finder.homes.contains_key(directory);
            // A module may be called so, too.
            let is_target = match &finder.workspace.target {
                Some(target) => directory == target,
                None => directory.ends_with("target"),
            };
            if is_target || marks.is_cache || is_stranger && *wanted != Wanted::All {
                return false;
            }
        }
        finder.manifests.insert(directory.to_owned(), marks.has_manifest);
        finder.visited.insert(directory.to_owned())
    }

    fn file(&mut self, path: PathBuf, kind: FileType) {
        self.finder.found(&path, self.wanted, Some(kind));
        self.finder.seen.insert(path);
    }

    fn fails(&mut self, message: String) {
        let path = self.root.to_owned();
        self.finder.workspace.problems.push(Problem { path, line: None, message });
    }
}

impl Finder {
    pub(super) fn new(workspace: Workspace) -> Self {
        let packages = workspace.crates.iter().enumerate().rev();
        let homes = packages
            .filter_map(|(index, package)| Some((package.manifest.parent()?.to_owned(), index)))
            .collect();
        Self { homes, workspace, ..Self::default() }
    }

    pub(super) fn crates(&self) -> &[Crate] {
        &self.workspace.crates
    }

    /// The workspace with what was found.
    pub(super) fn finish(mut self) -> Workspace {
        self.workspace.files = self.files.into_values().collect();
        self.workspace.files.sort_by(|left, right| left.path.cmp(&right.path));
        self.workspace
    }

    /// Looks for the files of a package.
    pub(super) fn package(&mut self, index: usize, wanted: Wanted) {
        if !self.walked.insert(index) {
            return;
        }
        let manifest = self.workspace.crates[index].manifest.clone();
        if let Some(directory) = manifest.parent() {
            self.walk(directory, wanted);
        }
    }

    /// Looks for the files by whose names the selected ones are judged: those of their packages and of what these depend
    /// on, or of all.
    pub(super) fn around(&mut self, all: bool) {
        let mut is_needed = vec![all; self.workspace.crates.len()];
        let mut left: Vec<usize> =
            self.files.values().filter_map(|file| file.crate_index).collect();
        left.sort_unstable();
        left.dedup();
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

    /// Looks for files below a directory, or takes a file that is named.
    pub(super) fn walk(&mut self, root: &Path, wanted: Wanted) {
        if self.visited.contains(root) {
            return;
        }
        match fs::metadata(root) {
            Ok(metadata) if metadata.is_dir() => {
                let mut walker = std::mem::take(&mut self.walker);
                walker.walk(root, &mut Round { finder: self, root, wanted });
                self.walker = walker;
            }
            Ok(metadata) => {
                if is_rust(root) {
                    self.found(root, wanted, Some(metadata.file_type()));
                    self.seen.insert(root.to_owned());
                }
            }
            Err(error) => {
                let message = format!("{}: {error}", root.display());
                let path = root.to_owned();
                self.workspace.problems.push(Problem { path, line: None, message });
            }
        }
        // What git tracks is looked at, also where a `.gitignore` or a dot hides it.
        for path in self.tracked(root) {
            if self.seen.contains(&path) {
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
            let mut files: Vec<_> = git::paths(&files).map(|path| directory.join(path)).collect();
            files.sort_unstable();
            files
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
        let first = all.partition_point(|path| &**path < directory);
        let n_below = all[first..].partition_point(|path| path.starts_with(directory));
        let unseen = all[first..first + n_below].iter().filter(|path| !self.seen.contains(*path));
        unseen.cloned().collect()
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
        let has_manifest = || {
            let known = self.manifests.get(directory).copied();
            known.unwrap_or_else(|| directory.join("Cargo.toml").exists())
        };
        let owner = match (self.homes.get(directory), directory.parent()) {
            (Some(own), _) => Some(*own),
            (None, Some(parent)) if !has_manifest() => self.owner(parent),
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
        let (first, module) = module(below);
        let test_code = ["tests", "benches", "examples", "build"].contains(&&*first)
            || crate_index.zip(package).is_some_and(|(index, package)| {
                let places = self.test_places.entry(index);
                places.or_insert_with(|| TestPlaces::of(package)).has(absolute)
            });
        let absolute = absolute.to_owned();
        let file = SourceFile { path, absolute, crate_index, module, test_code, selected };
        self.files.insert(file.path.clone(), file);
    }
}

/// The first part of a path within a package, and the module that the others suggest.
pub(super) fn module(below: &Path) -> (String, Vec<String>) {
    let below = below.with_extension("");
    let mut words = below.components().map(|word| files::shown(Path::new(word.as_os_str())));
    let first = words.next().unwrap_or_default();
    let mut module: Vec<String> = words.collect();
    if module.last().is_some_and(|word| ["mod", "lib", "main"].contains(&word.as_str())) {
        module.pop();
    }
    (first, module)
}

pub(super) fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "rs")
}

/// Where a package has examples, tests, benches and its build script, wherever the manifest puts them.
struct TestPlaces {
    /// Roots of its library and its programs.
    code: HashSet<PathBuf>,
    roots: HashSet<PathBuf>,
    /// Directories that have nothing else.
    directories: HashSet<PathBuf>,
    /// Whether a directory is one of them or below one.
    below: HashMap<PathBuf, bool>,
}

impl TestPlaces {
    fn of(package: &Crate) -> Self {
        let (code, other): (Vec<_>, Vec<_>) = package
            .targets
            .iter()
            .partition(|target| matches!(target.kind, TargetKind::Library | TargetKind::Binary));
        let home = package.manifest.parent();
        let is_own = |directory: &&Path| {
            let is_shared = code.iter().any(|target| target.root.starts_with(directory));
            Some(*directory) != home && !is_shared
        };
        let directories = other.iter().filter_map(|target| target.root.parent()).filter(is_own);
        Self {
            directories: directories.map(Path::to_owned).collect(),
            code: code.iter().map(|target| target.root.clone()).collect(),
            roots: other.iter().map(|target| target.root.clone()).collect(),
            below: HashMap::new(),
        }
    }

    fn has(&mut self, file: &Path) -> bool {
        let Self { code, roots, directories, below } = self;
        let mut is_below = |directory: &Path| match below.get(directory) {
            Some(is_below) => *is_below,
            None => {
                let is_below = directory.ancestors().any(|above| directories.contains(above));
                below.insert(directory.to_owned(), is_below);
                is_below
            }
        };
        !code.contains(file) && (roots.contains(file) || file.parent().is_some_and(&mut is_below))
    }
}
