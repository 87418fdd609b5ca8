//! Where the file of a `mod name;` can be.

use std::path::{Path, PathBuf};

use crate::scan::item_tree::{FILE, ItemTree, ModuleItem, ScopeId, ScopeKind};

/// Paths, whether there is a file or not.
#[derive(Debug)]
pub(in crate::scan) struct Places {
    /// Where Rust looks for it.
    pub(in crate::scan) usual: Vec<PathBuf>,
    /// Where Rust looks if the declaring file has a `#[path]` of its own: it keeps its modules beside it.
    pub(in crate::scan) beside: [PathBuf; 2],
}

/// The places of a module that a file declares, which is a crate's root or not.
pub(in crate::scan) fn of(
    path: &Path,
    is_root: bool,
    item_tree: &ItemTree,
    item: &ModuleItem,
) -> Places {
    let directory = path.parent().unwrap_or(Path::new(""));
    let stem = path.file_stem().map_or("".into(), |stem| stem.to_string_lossy());
    let mut below = directory.to_owned();
    if !(is_root || ["mod", "lib", "main"].contains(&&*stem)) {
        below.push(&*stem);
    }
    let mut inline = Vec::new();
    let mut scope = item_tree.scopes[item.scope as usize].module;
    while scope != FILE {
        inline.push(scope);
        scope = item_tree.scopes[item_tree.scopes[scope as usize].parent as usize].module;
    }
    // A `#[path]` of a module with a body is a directory; the outermost one's begins where the file is.
    let mut named_from = directory.to_owned();
    for (nth, scope) in inline.into_iter().rev().enumerate() {
        let found = &item_tree.scopes[scope as usize];
        match (declared(item_tree, scope).and_then(|item| item.paths.first()), &found.kind) {
            (Some(path), _) if nth == 0 => below = directory.join(path),
            (Some(path), _) => below.push(path),
            (None, ScopeKind::Module(name)) => below.push(&**name),
            (None, _) => {}
        }
        named_from.clone_from(&below);
    }
    let named = item.paths.iter().map(|path| named_from.join(path));
    let both = |at: &Path| {
        let name = &*item.name;
        [at.join(format!("{name}.rs")), at.join(name).join("mod.rs")]
    };
    Places { usual: named.chain(both(&below)).collect(), beside: both(directory) }
}

/// The declaration of a module with a body: nothing that declares another one is between them.
fn declared(item_tree: &ItemTree, body: ScopeId) -> Option<&ModuleItem> {
    let start = item_tree.scopes[body as usize].start;
    let after = item_tree.modules.partition_point(|item| item.start < start);
    let item = item_tree.modules.get(after.checked_sub(1)?)?;
    (item.body == Some(body)).then_some(item)
}
