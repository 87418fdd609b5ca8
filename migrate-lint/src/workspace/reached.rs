//! Files that no walk finds, and that a target reaches all the same.

use std::path::{Path, PathBuf};

use super::finder::{is_rust, module};
use super::{SourceFile, Workspace};

impl Workspace {
    /// Whether a file that a module or an `include!` names is one to look at: Rust's, of the workspace, and not built.
    pub fn has_room_for(&self, path: &Path) -> bool {
        is_rust(path) && path.is_file() && self.is_inside(path) && !self.is_built(path)
    }

    /// Whether a path lies in a directory of the workspace or its packages.
    pub fn is_inside(&self, path: &Path) -> bool {
        self.root.as_os_str().is_empty() || self.roots().iter().any(|root| path.starts_with(root))
    }

    /// Whether a path lies where cargo builds.
    pub fn is_built(&self, path: &Path) -> bool {
        self.target.as_ref().is_some_and(|target| path.starts_with(target))
    }

    /// Adds a file that a package reaches; it is reported where the package or the file itself was asked for.
    pub fn add_reached(&mut self, absolute: PathBuf, package: Option<usize>, test_code: bool) {
        let home = |index: &usize| Some((self.crates.get(*index)?.manifest.parent()?, *index));
        let around = (0..self.crates.len()).filter_map(|index| home(&index));
        let around = around.filter(|(directory, _)| absolute.starts_with(directory));
        let nearest = around.max_by_key(|(directory, _)| directory.components().count());
        let crate_index = nearest.map(|(_, index)| index).or(package);
        let directory = crate_index.as_ref().and_then(home).map(|(directory, _)| directory);
        let path = absolute.strip_prefix(&self.root).unwrap_or(&absolute).to_owned();
        let below = directory.and_then(|directory| absolute.strip_prefix(directory).ok());
        let is_asked_for = match &self.asked[..] {
            [] => crate_index.is_none_or(|index| self.crates[index].selected),
            asked => asked.iter().any(|asked| absolute.starts_with(asked)),
        };
        let selected = is_asked_for && !self.is_link(&absolute);
        let file = SourceFile {
            crate_index,
            module: module(below.unwrap_or(&path)).1,
            test_code,
            selected,
            path,
            absolute,
        };
        self.files.push(file);
    }

    /// Whether links lead from a path to a file that is known by another one: it is judged once.
    fn is_link(&self, path: &Path) -> bool {
        let real = path.canonicalize().ok();
        let root = self.root.canonicalize().ok();
        let known = real.zip(root).and_then(|(real, root)| {
            let place = self.root.join(real.strip_prefix(root).ok()?);
            (place != path).then(|| self.files.iter().find(|file| file.absolute == place))?
        });
        known.is_some()
    }
}
