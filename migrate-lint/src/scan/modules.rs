//! The modules of a workspace: which file is which module of which crate.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::known::{self, KnownCrate};
use super::outline::{FILE, ModuleItem, Outline, ScopeId, ScopeKind};
use crate::workspace::{Crate, SourceFile, TargetKind, Workspace};

/// Index into [`Modules::list`].
pub(super) type ModuleId = u32;
/// Index into [`Workspace::files`].
pub(super) type FileId = u32;

/// Every module of a workspace.
#[derive(Clone, Debug, Default)]
pub(super) struct Modules {
    /// The modules.
    pub(super) list: Vec<Module>,
    /// Compilation units.
    pub(super) units: Vec<Unit>,
    /// For each file, the scopes that are modules; the file itself comes first.
    pub(super) of_file: Vec<Vec<(ScopeId, ModuleId)>>,
}

/// A module.
#[derive(Clone, Debug)]
pub(super) struct Module {
    /// The module around it; `None` for a crate's root.
    pub(super) parent: Option<ModuleId>,
    /// Its name; the crate's for a root.
    pub(super) name: Box<str>,
    /// Its crate.
    pub(super) unit: u32,
    /// Its file.
    pub(super) file: FileId,
    /// Its scope in that file.
    pub(super) scope: ScopeId,
    /// Modules below; a name stands twice where `cfg` chooses among files.
    pub(super) children: Vec<(Box<str>, ModuleId)>,
    /// File, scope and byte of its declaration, for names that a `macro_rules!` before it brings.
    pub(super) declared: Option<(FileId, ScopeId, u32)>,
    /// Test code as a whole.
    pub(super) is_test: bool,
}

/// A compilation unit: a library, a program, a test.
#[derive(Clone, Debug, Default)]
pub(super) struct Unit {
    /// The package's name, as published.
    pub(super) package: Box<str>,
    /// Its root.
    pub(super) root: ModuleId,
    /// 2015, 2018, …
    pub(super) edition: u16,
    /// Crates by the name that code uses.
    pub(super) externs: HashMap<Box<str>, External>,
    /// `#[macro_use] extern crate`: the crate and the names, empty for all.
    pub(super) macro_use: Vec<(External, Vec<String>)>,
    /// Module path of the root, where a file stands for a crate that is not there as a whole.
    pub(super) prefix: Vec<String>,
    /// Library of the same package.
    pub(super) library: Option<u32>,
}

/// What a crate's name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum External {
    /// A crate whose macros are known.
    Known(KnownCrate),
    /// A library of the workspace: index into [`Modules::units`].
    Unit(u32),
    /// Another crate.
    Foreign,
}

struct Builder<'a> {
    workspace: &'a Workspace,
    outlines: &'a [Outline],
    by_path: HashMap<PathBuf, FileId>,
    modules: Modules,
    reached: Vec<bool>,
}

/// Builds the module trees of all crates.
pub(super) fn build(workspace: &Workspace, outlines: &[Outline]) -> Modules {
    let by_path = workspace.files.iter().enumerate();
    let by_path = by_path.map(|(index, file)| (normal(&file.absolute), index as FileId)).collect();
    let mut builder = Builder {
        workspace,
        outlines,
        by_path,
        modules: Modules {
            of_file: outlines.iter().map(|_| Vec::new()).collect(),
            ..Modules::default()
        },
        reached: vec![false; outlines.len()],
    };
    builder.packages();
    builder.rest();
    builder.crates();
    builder.modules
}

impl Builder<'_> {
    /// The targets that cargo knows, libraries first, so that a module of both belongs to the library.
    fn packages(&mut self) {
        for (index, package) in self.workspace.crates.iter().enumerate() {
            let mut targets: Vec<_> = package.targets.iter().collect();
            targets.sort_by_key(|target| target.kind);
            let mut library = None;
            for target in targets {
                let Some(&file) = self.by_path.get(&normal(&target.root)) else { continue };
                let unit = self.unit(Some(index), file);
                if target.kind == TargetKind::Library {
                    library = Some(unit);
                }
                if let Some(unit) = self.modules.units.get_mut(unit as usize) {
                    unit.library = library;
                }
            }
        }
    }

    /// Files that no `mod` of a known target reaches: they are judged by their place.
    fn rest(&mut self) {
        let mut declared = vec![false; self.outlines.len()];
        for file in 0..self.outlines.len() {
            if !self.reached[file] {
                for (child, _) in self.declared_files(file as FileId) {
                    if child as usize != file {
                        declared[child as usize] = true;
                    }
                }
            }
        }
        // The second round takes files that only declare each other.
        for round in 0..2 {
            for file in 0..self.outlines.len() {
                if !self.reached[file] && (round == 1 || !declared[file]) {
                    self.stray(file as FileId);
                }
            }
        }
    }

    fn stray(&mut self, file: FileId) {
        let source = &self.workspace.files[file as usize];
        let package = source.crate_index.and_then(|index| self.workspace.crates.get(index));
        let package = package.map(|package| package.name.as_str());
        let Some(parent) = self.modules.parent_of_stray(package, source, file) else {
            self.unit(source.crate_index, file);
            return;
        };
        let name = source.module.last().map_or("", String::as_str).into();
        let unit = self.modules.list[parent as usize].unit;
        let module = Module {
            parent: Some(parent),
            name,
            unit,
            file,
            scope: FILE,
            children: Vec::new(),
            declared: None,
            is_test: source.test_code,
        };
        self.grow(module);
    }

    fn unit(&mut self, package: Option<usize>, file: FileId) -> u32 {
        let package = package.and_then(|index| self.workspace.crates.get(index));
        let unit = self.modules.units.len() as u32;
        let source = &self.workspace.files[file as usize];
        let is_target = package.is_some_and(|package| {
            package.targets.iter().any(|target| normal(&target.root) == normal(&source.absolute))
        });
        self.modules.units.push(Unit {
            package: package.map_or("", |package| package.name.as_str()).into(),
            root: self.modules.list.len() as ModuleId,
            prefix: if is_target { Vec::new() } else { source.module.clone() },
            edition: package.map_or(2021, |package| package.edition),
            ..Unit::default()
        });
        self.grow(Module {
            parent: None,
            name: "".into(),
            unit,
            file,
            scope: FILE,
            children: Vec::new(),
            declared: None,
            is_test: source.test_code,
        });
        unit
    }

    /// Adds a module and all below it.
    fn grow(&mut self, module: Module) {
        let mut left = vec![module];
        while let Some(module) = left.pop() {
            let (file, scope, is_test) = (module.file, module.scope, module.is_test);
            // A file that two modules share is read as the first.
            let seen = self.reached[file as usize] && scope == FILE;
            if seen && module.parent.is_some() || self.depth(&module) > 64 {
                if let (Some(parent), Some(&(_, known))) =
                    (module.parent, self.modules.of_file[file as usize].first())
                {
                    self.modules.list[parent as usize].children.push((module.name, known));
                }
                continue;
            }
            let id = self.modules.list.len() as ModuleId;
            if let Some(parent) = module.parent {
                self.modules.list[parent as usize].children.push((module.name.clone(), id));
            }
            let unit = module.unit;
            self.modules.list.push(module);
            if seen {
                // A root that is another target's module, or a second target of the same file.
                continue;
            }
            self.reached[file as usize] |= scope == FILE;
            self.modules.of_file[file as usize].push((scope, id));
            let below = |name, file, scope, item: &ModuleItem| Module {
                parent: Some(id),
                name,
                unit,
                file,
                scope,
                children: Vec::new(),
                declared: None,
                is_test: is_test || item.is_test,
            };
            let outline = &self.outlines[file as usize];
            for item in outline.modules.iter().filter(|item| item.scope == scope).rev() {
                match item.body {
                    Some(body) => left.push(below(item.name.clone(), file, body, item)),
                    None => {
                        for child in self.files_of(file, item) {
                            let declared = Some((file, scope, item.start));
                            let module = below(item.name.clone(), child, FILE, item);
                            left.push(Module { declared, ..module });
                        }
                    }
                }
            }
            // An included file's names are those of the module around it.
            for (at, path) in outline.includes.iter().filter(|(at, _)| *at == scope) {
                let directory = self.path(file).parent().unwrap_or(Path::new(""));
                if let Some(&child) = self.by_path.get(&normal(&directory.join(path))) {
                    if !self.reached[child as usize] {
                        left.push(Module {
                            parent: Some(id),
                            name: "".into(),
                            unit,
                            file: child,
                            scope: FILE,
                            children: Vec::new(),
                            declared: Some((file, *at, u32::MAX)),
                            is_test,
                        });
                    }
                }
            }
        }
    }

    fn depth(&self, module: &Module) -> usize {
        let mut depth = 0;
        let mut at = module.parent;
        while let Some(parent) = at {
            depth += 1;
            at = self.modules.list[parent as usize].parent;
        }
        depth
    }

    fn path(&self, file: FileId) -> &Path {
        &self.workspace.files[file as usize].absolute
    }

    /// Files that a `mod name;` can mean, of those that exist.
    fn files_of(&self, file: FileId, item: &ModuleItem) -> Vec<FileId> {
        let path = self.path(file);
        let directory = path.parent().unwrap_or(Path::new(""));
        let outline = &self.outlines[file as usize];
        let mut inline = Vec::new();
        let mut scope = item.scope;
        while scope != FILE {
            let found = &outline.scopes[scope as usize];
            if let ScopeKind::Module(name) = &found.kind {
                inline.push(name.as_ref());
            }
            scope = found.parent;
        }
        let stem = path.file_stem().map_or("".into(), |stem| stem.to_string_lossy());
        let is_root = self.modules.of_file[file as usize]
            .first()
            .is_none_or(|(_, id)| self.modules.list[*id as usize].parent.is_none());
        let mut below = directory.to_owned();
        if !(is_root || ["mod", "lib", "main"].contains(&&*stem)) {
            below.push(&*stem);
        }
        below.extend(inline.iter().rev());
        let named = item.paths.iter().map(|path| {
            let from = if inline.is_empty() { directory } else { &below };
            from.join(path)
        });
        let name = &*item.name;
        let usual = [below.join(format!("{name}.rs")), below.join(name).join("mod.rs")];
        // A file with a `#[path]` keeps its modules beside it.
        let beside = [directory.join(format!("{name}.rs")), directory.join(name).join("mod.rs")];
        let known = |path: PathBuf| self.by_path.get(&normal(&path)).copied();
        let mut found: Vec<FileId> = named.chain(usual).filter_map(known).collect();
        if found.is_empty() {
            found = beside.into_iter().filter_map(known).filter(|&beside| beside != file).collect();
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn declared_files(&self, file: FileId) -> Vec<(FileId, ScopeId)> {
        let items = self.outlines[file as usize].modules.iter();
        let files = items.filter(|item| item.body.is_none());
        files
            .flat_map(|item| {
                let scope = item.scope;
                self.files_of(file, item).into_iter().map(move |file| (file, scope))
            })
            .collect()
    }

    /// What the names of crates stand for.
    fn crates(&mut self) {
        let libraries: HashMap<&str, u32> = (0..self.modules.units.len() as u32)
            .filter(|&index| self.modules.units[index as usize].library == Some(index))
            .filter_map(|index| {
                let name = &self.modules.units[index as usize].package;
                let package = self.workspace.crates.iter().find(|one| *one.name == **name)?;
                Some((package.name.as_str(), index))
            })
            .collect();
        for index in 0..self.modules.units.len() {
            let mut externs;
            let unit = &self.modules.units[index];
            let package = self.workspace.crates.iter().find(|one| *one.name == *unit.package);
            match package {
                Some(package) => {
                    externs = dependencies(package);
                    for dependency in &package.dependencies {
                        if let Some(&unit) = libraries.get(dependency.package.as_str()) {
                            let renamed = dependency.name != dependency.package.replace('-', "_");
                            let name = library_name(self.workspace, &dependency.package);
                            let name = name.filter(|_| !renamed);
                            let name = name.unwrap_or_else(|| dependency.name.as_str().into());
                            externs.insert(name, External::Unit(unit));
                        }
                    }
                    if let Some(library) = unit.library.filter(|&library| library as usize != index)
                        && let Some(name) = library_name(self.workspace, &package.name)
                    {
                        externs.insert(name, External::Unit(library));
                    }
                }
                None => externs = default_externs(),
            }
            self.modules.units[index].externs = externs;
            self.macro_use(index);
        }
    }

    fn macro_use(&mut self, index: usize) {
        let unit = &self.modules.units[index];
        let Some(root) = self.modules.list.get(unit.root as usize) else { return };
        let mut externs = Vec::new();
        let mut macro_use = Vec::new();
        for item in &self.outlines[root.file as usize].externs {
            let found = match &*item.name {
                "self" => External::Unit(index as u32),
                name => unit.externs.get(name).copied().unwrap_or(External::Foreign),
            };
            if item.scope == FILE && *item.alias != *item.name && *item.alias != *"_" {
                externs.push((item.alias.clone(), found));
            }
            if let Some(names) = &item.macro_use {
                macro_use.push((found, names.clone()));
            }
        }
        self.modules.units[index].externs.extend(externs);
        self.modules.units[index].macro_use = macro_use;
    }
}

fn standard() -> HashMap<Box<str>, External> {
    let std = ["std", "core", "alloc"];
    std.into_iter().map(|name| (name.into(), External::Known(KnownCrate::Std))).collect()
}

/// What names stand for where no `Cargo.toml` says it.
fn default_externs() -> HashMap<Box<str>, External> {
    let mut externs = standard();
    for name in ["log", "tracing", "slog", "slog_scope", "slog_global", "klog"] {
        if let Some(known) = known::of_package(name) {
            externs.insert(name.into(), External::Known(known));
        }
    }
    externs
}

/// What the names of a package's dependencies stand for, where no library of the workspace is among them.
fn dependencies(package: &Crate) -> HashMap<Box<str>, External> {
    let mut externs = standard();
    for dependency in &package.dependencies {
        let known = known::of_package(&dependency.package);
        let external = known.map_or(External::Foreign, External::Known);
        externs.insert(dependency.name.as_str().into(), external);
        if dependency.name == "klog_rs" {
            externs.insert("klog".into(), external);
        }
    }
    externs
}

/// The name that code uses for a package's library.
fn library_name(workspace: &Workspace, package: &str) -> Option<Box<str>> {
    let package = workspace.crates.iter().find(|one| one.name == package)?;
    let target = package.targets.iter().find(|target| target.kind == TargetKind::Library)?;
    Some(target.name.replace('-', "_").into())
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

impl Modules {
    /// The module of a file's scope, which may be any scope inside it.
    pub(super) fn at(&self, outline: &Outline, file: FileId, scope: ScopeId) -> Option<ModuleId> {
        let modules = self.of_file.get(file as usize)?;
        let mut scope = scope;
        loop {
            if let Some((_, id)) = modules.iter().find(|(at, _)| *at == scope) {
                return Some(*id);
            }
            if scope == FILE {
                return None;
            }
            scope = outline.scopes.get(scope as usize)?.parent;
        }
    }

    /// Names from the crate's root to a module.
    pub(super) fn path(&self, module: ModuleId) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = Some(module);
        while let Some(module) = at.and_then(|at| self.list.get(at as usize)) {
            if module.parent.is_some() && !module.name.is_empty() {
                path.push(module.name.to_string());
            }
            if module.parent.is_none() {
                let unit = self.units.get(module.unit as usize);
                path.extend(unit.into_iter().flat_map(|unit| unit.prefix.iter().rev().cloned()));
            }
            at = module.parent;
        }
        path.reverse();
        path
    }

    /// The modules with one more file, which is none of the workspace's yet.
    pub(super) fn with_stray(
        &self,
        workspace: &Workspace,
        file: &SourceFile,
        id: FileId,
    ) -> Modules {
        let mut modules = self.clone();
        modules.of_file.resize_with(id as usize + 1, Vec::new);
        let package = file.crate_index.and_then(|index| workspace.crates.get(index));
        let parent =
            modules.parent_of_stray(package.map(|package| package.name.as_str()), file, id);
        let unit = match parent {
            Some(parent) => modules.list[parent as usize].unit,
            None => {
                modules.units.push(Unit {
                    package: package.map_or("", |package| package.name.as_str()).into(),
                    root: modules.list.len() as ModuleId,
                    edition: package.map_or(2021, |package| package.edition),
                    externs: match package {
                        Some(package) => dependencies(package),
                        None => default_externs(),
                    },
                    prefix: file.module.clone(),
                    ..Unit::default()
                });
                modules.units.len() as u32 - 1
            }
        };
        modules.of_file[id as usize].push((FILE, modules.list.len() as ModuleId));
        modules.list.push(Module {
            parent,
            name: file.module.last().map_or("", String::as_str).into(),
            unit,
            file: id,
            scope: FILE,
            children: Vec::new(),
            declared: None,
            is_test: file.test_code,
        });
        modules
    }

    /// The module that a file which no `mod` reaches most likely belongs below.
    fn parent_of_stray(
        &self,
        package: Option<&str>,
        file: &SourceFile,
        id: FileId,
    ) -> Option<ModuleId> {
        let package = package?;
        let found =
            self.units.iter().find(|unit| *unit.package == *package && unit.library.is_some());
        let found = found.or_else(|| self.units.iter().find(|unit| *unit.package == *package))?;
        // As deep as modules of that name exist, then below.
        let mut parent = found.root;
        for name in &file.module {
            let children = &self.list[parent as usize].children;
            match children.iter().find(|(child, _)| **child == **name) {
                Some(&(_, child)) if self.list[child as usize].file != id => parent = child,
                _ => break,
            }
        }
        Some(parent)
    }

    /// The scopes of a newer text that are modules; those that are new are added.
    pub(super) fn match_scopes<'a>(
        mut modules: Cow<'a, Self>,
        outline: &Outline,
        file: FileId,
    ) -> (Cow<'a, Self>, Vec<(ScopeId, ModuleId)>) {
        let root = modules.of_file.get(file as usize).and_then(|found| found.first());
        let mut found = vec![(FILE, root.map_or(0, |(_, root)| *root))];
        // A module's declaration stands before its content.
        for item in &outline.modules {
            let Some(body) = item.body else { continue };
            let Some(&(_, parent)) = found.iter().find(|(scope, _)| *scope == item.scope) else {
                continue;
            };
            let Some(above) = modules.list.get(parent as usize) else { continue };
            let child = above.children.iter().find(|(name, id)| {
                let same = modules.list.get(*id as usize).is_some_and(|child| child.file == file);
                *name == item.name && same
            });
            let child = match child {
                Some((_, child)) => *child,
                None => {
                    let module = Module {
                        parent: Some(parent),
                        name: item.name.clone(),
                        file,
                        scope: body,
                        children: Vec::new(),
                        declared: None,
                        is_test: above.is_test || item.is_test,
                        unit: above.unit,
                    };
                    let modules = modules.to_mut();
                    let id = modules.list.len() as ModuleId;
                    modules.list[parent as usize].children.push((item.name.clone(), id));
                    modules.list.push(module);
                    id
                }
            };
            found.push((body, child));
        }
        (modules, found)
    }
}
