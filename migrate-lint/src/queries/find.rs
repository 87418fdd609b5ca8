//! Files of queries, where none are named.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// Directories that hold rules and dashboards by custom.
const DIRECTORIES: &[&str] = &["alerts", "dashboards"];

/// Files below a directory that its settings name, or that stand where queries are by custom, in order.
pub fn below(directory: &Path, wanted: Option<&dyn Fn(&Path) -> bool>) -> Vec<PathBuf> {
    let by_custom = |path: &Path| {
        let is_plain = path.extension().is_some_and(|ending| ending == "logql");
        let folders = path.strip_prefix(directory).unwrap_or(path).parent();
        let mut folders = folders.into_iter().flat_map(Path::components);
        is_plain || folders.any(|it| DIRECTORIES.iter().any(|name| it.as_os_str() == *name))
    };
    let mut files = all(directory);
    files.retain(|path| match wanted {
        None => by_custom(path),
        Some(wanted) => path.strip_prefix(directory).is_ok_and(wanted),
    });
    files
}

/// All files below a directory whose names say that they can hold queries, in order.
pub fn all(directory: &Path) -> Vec<PathBuf> {
    let walk = WalkBuilder::new(directory).build().flatten();
    let is_file = |entry: &ignore::DirEntry| entry.file_type().is_some_and(|kind| kind.is_file());
    let can_hold = |path: &Path| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| matches!(ending, "yaml" | "yml" | "json" | "logql"))
    };
    let mut files: Vec<PathBuf> = walk.filter(is_file).map(ignore::DirEntry::into_path).collect();
    files.retain(|path| can_hold(path));
    files.sort();
    files
}
