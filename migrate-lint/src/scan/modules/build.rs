//! Module trees: from each crate's root along its `mod` declarations.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};

use super::{FileId, Module, ModuleId, Modules, Place, Unit, places};
use crate::files;
use crate::scan::item_tree::{FILE, ItemTree, ModuleItem, ScopeId};
use crate::workspace::{TargetKind, Workspace};

struct Builder<'a> {
    workspace: &'a Workspace,
    item_trees: &'a [ItemTree],
    by_path: HashMap<PathBuf, FileId>,
    modules: Modules,
    reached: Vec<bool>,
}

/// Builds the module trees of all crates.
pub(in crate::scan) fn build(workspace: &Workspace, item_trees: &[ItemTree]) -> Modules {
    let by_path = workspace.files.iter().enumerate();
    let by_path = by_path
        .map(|(index, file)| (normal(&file.absolute).into_owned(), index as FileId))
        .collect();
    let mut builder = Builder {
        workspace,
        item_trees,
        by_path,
        modules: Modules {
            of_file: item_trees.iter().map(|_| Vec::new()).collect(),
            ..Modules::default()
        },
        reached: vec![false; item_trees.len()],
    };
    builder.packages();
    builder.rest();
    let Modules { of_file, views, .. } = &mut builder.modules;
    let views = views.values_mut().flat_map(|view| view.values_mut());
    of_file.iter_mut().chain(views).for_each(|modules| modules.sort_by_key(|(scope, _)| *scope));
    super::crates::name(&mut builder.modules, workspace, item_trees);
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
                let Some(&file) = self.by_path.get(&*normal(&target.root)) else { continue };
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
        let mut declared = vec![false; self.item_trees.len()];
        let unreached =
            (0..self.item_trees.len() as FileId).filter(|&at| !self.reached[at as usize]);
        for file in unreached {
            for child in self.declared_files(file).filter(|&child| child != file) {
                declared[child as usize] = true;
            }
        }
        // The second round takes files that only declare each other.
        for round in 0..2 {
            for (file, is_declared) in (0..).zip(&declared) {
                if !self.reached[file as usize] && (round == 1 || !is_declared) {
                    self.stray(file);
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
            children: BTreeMap::new(),
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
            children: BTreeMap::new(),
            declared: None,
            is_test: source.test_code,
        });
        unit
    }

    /// Adds a module and all below it.
    fn grow(&mut self, module: Module) {
        let mut left = vec![(module, None)];
        while let Some((module, around)) = left.pop() {
            let (file, scope) = (module.file, module.scope);
            let seen = self.reached[file as usize] && scope == FILE;
            let place = match scope {
                FILE => seen.then(|| self.another_place(&module)).flatten(),
                _ => around,
            };
            let is_shared = seen && place.is_none();
            if is_shared && module.parent.is_some() || self.depth(&module) > 64 {
                // A file that too many modules share is read as the first.
                if let (Some(parent), Some(&(_, known))) =
                    (module.parent, self.modules.of_file[file as usize].first())
                {
                    self.modules.list[parent as usize].add_child(module.name, known);
                }
                continue;
            }
            let id = self.modules.list.len() as ModuleId;
            if let Some(parent) = module.parent {
                self.modules.list[parent as usize].add_child(module.name.clone(), id);
            }
            let is_test = module.is_test;
            self.modules.list.push(module);
            if is_shared {
                // A second target of the same file.
                continue;
            }
            if let Some(place) = place {
                let view = self.modules.views.entry(place).or_default();
                view.entry(file).or_default().push((scope, id));
            } else {
                self.reached[file as usize] |= scope == FILE;
                self.modules.of_file[file as usize].push((scope, id));
            }
            let below = self.below(id, file, scope, is_test);
            left.extend(below.into_iter().map(|module| (module, place)));
        }
    }

    /// Where a file is a module that was read as another one: what the names in it mean may differ.
    fn another_place(&self, module: &Module) -> Option<Place> {
        // One more says no more, as a rule.
        const N_PLACES: u32 = 4;
        self.modules.of_file[module.file as usize].first()?;
        let above =
            std::iter::successors(module.parent, |id| self.modules.list[*id as usize].parent);
        let mut above = above.map(|id| &self.modules.list[id as usize]);
        if above.any(|above| above.file == module.file && above.scope == FILE) {
            return None;
        }
        let has_file = |place: &Place| {
            self.modules.views.get(place).is_some_and(|view| view.contains_key(&module.file))
        };
        (0..N_PLACES).map(|nth| (module.unit, nth)).find(|place| !has_file(place))
    }

    /// The modules that a scope of a file declares, the first one last.
    fn below(&self, id: ModuleId, file: FileId, scope: ScopeId, is_test: bool) -> Vec<Module> {
        let mut found = Vec::new();
        let unit = self.modules.list[id as usize].unit;
        let below = |name, file, scope, item: &ModuleItem| Module {
            parent: Some(id),
            name,
            unit,
            file,
            scope,
            children: BTreeMap::new(),
            declared: None,
            is_test: is_test || item.is_test,
        };
        let item_tree = &self.item_trees[file as usize];
        for index in item_tree.modules_of(scope).iter().rev() {
            let item = &item_tree.modules[*index as usize];
            match item.body {
                Some(body) => found.push(below(item.name.clone(), file, body, item)),
                None => {
                    for child in self.files_of(file, item) {
                        let declared = Some((file, scope, item.start));
                        let module = below(item.name.clone(), child, FILE, item);
                        found.push(Module { declared, ..module });
                    }
                }
            }
        }
        // An included file's names are those of the module around it.
        for (at, path) in item_tree.includes_of(scope) {
            let directory = self.path(file).parent().unwrap_or(Path::new(""));
            if let Some(&child) = self.by_path.get(&*normal(&directory.join(path))) {
                found.push(Module {
                    parent: Some(id),
                    name: "".into(),
                    unit,
                    file: child,
                    scope: FILE,
                    children: BTreeMap::new(),
                    declared: Some((file, *at, u32::MAX)),
                    is_test,
                });
            }
        }
        found
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
        let is_root = self.modules.of_file[file as usize]
            .first()
            .is_none_or(|(_, id)| self.modules.list[*id as usize].parent.is_none());
        let item_tree = &self.item_trees[file as usize];
        let places = places::of(self.path(file), is_root, item_tree, item);
        let known = |path: PathBuf| self.by_path.get(&*normal(&path)).copied();
        let mut found: Vec<FileId> = places.usual.into_iter().filter_map(known).collect();
        if found.is_empty() {
            let beside = places.beside.into_iter().filter_map(known);
            found = beside.filter(|&beside| beside != file).collect();
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn declared_files(&self, file: FileId) -> impl Iterator<Item = FileId> {
        let items = self.item_trees[file as usize].modules.iter();
        items.filter(|item| item.body.is_none()).flat_map(move |item| self.files_of(file, item))
    }
}

/// A path without `.` and `..`, which most have none of.
fn normal(path: &Path) -> Cow<'_, Path> {
    let is_dot = |part: Component<'_>| matches!(part, Component::CurDir | Component::ParentDir);
    let bytes = path.as_os_str().as_encoded_bytes();
    if memchr::memmem::find(bytes, b"/.").is_none()
        && !path.components().next().is_some_and(is_dot)
        && cfg!(unix)
    {
        return Cow::Borrowed(path);
    }
    Cow::Owned(files::normal(path))
}
