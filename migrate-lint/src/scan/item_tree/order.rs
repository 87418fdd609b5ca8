//! The orders by which what a scope declares is found, once all of the file is read.

use super::{ItemTree, ScopeKind};

/// Puts everything in order.
pub(super) fn put(item_tree: &mut ItemTree) {
    item_tree.uses.sort_by(|left, right| (left.scope, &left.name).cmp(&(right.scope, &right.name)));
    // Stable: what is bound later comes later.
    item_tree.errors.sort_by_key(|one| (one.scope, one.from));
    item_tree.includes.sort_by_key(|(scope, _)| *scope);
    let mut macros: Vec<u32> = (0..item_tree.macros.len() as u32).collect();
    macros.sort_by_key(|index| {
        let item = &item_tree.macros[*index as usize];
        (item.scope, &item.name, item.start)
    });
    let mut externs: Vec<u32> = (0..item_tree.externs.len() as u32).collect();
    externs.sort_by_key(|index| {
        let item = &item_tree.externs[*index as usize];
        (item.scope, &item.alias)
    });
    let mut modules: Vec<u32> = (0..item_tree.modules.len() as u32).collect();
    modules.sort_by_key(|index| item_tree.modules[*index as usize].scope);
    let may_be_seen = |index: &u32| {
        let item = &item_tree.modules[*index as usize];
        let body = item.body.and_then(|body| item_tree.scopes.get(body as usize));
        item.macro_use || body.is_none_or(|body| body.macro_use)
    };
    item_tree.macro_modules = modules.iter().copied().filter(may_be_seen).collect();
    (item_tree.macro_order, item_tree.extern_order) = (macros, externs);
    item_tree.module_order = modules;
    name(item_tree);
}

/// Finds the innermost scope with names for each: one that is around another comes before it.
fn name(item_tree: &mut ItemTree) {
    let mut has_names = vec![false; item_tree.scopes.len()];
    let uses = item_tree.uses.iter().map(|item| item.scope);
    let macros = item_tree.macros.iter().map(|item| item.scope);
    for scope in uses.chain(macros) {
        has_names[scope as usize] = true;
    }
    for (id, is_named) in has_names.into_iter().enumerate() {
        let scope = &item_tree.scopes[id];
        let is_own = is_named || matches!(scope.kind, ScopeKind::Definition(_));
        let is_module = scope.module as usize == id;
        let naming = match is_own || is_module {
            true => id as u32,
            false => item_tree.scopes[scope.parent as usize].naming,
        };
        item_tree.scopes[id].naming = naming;
    }
}
