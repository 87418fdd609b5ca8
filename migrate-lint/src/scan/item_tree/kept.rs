//! A file's names, kept from one run to the next under the file's content.

use super::{
    Binding, ExternCrate, FILE, Invocation, ItemTree, MacroItem, ModuleItem, Scope, ScopeKind, Use,
    Visibility,
};
use crate::cache::{self, Cache, Input, Stored, stored};
use crate::call::Span;
use crate::call::known::OwnMethod;

/// Reads a file's names, or takes those of an earlier run from the cache.
pub(in crate::scan) fn read(text: &str, cache: &Cache) -> ItemTree {
    if !cache.is_on() {
        return super::read(text);
    }
    let key = cache::key(text.as_bytes());
    if let Some(Kept(item_tree)) = cache.find(key) {
        return item_tree;
    }
    let item_tree = super::read(text);
    // Faults are rare, and their texts are the program's own.
    if item_tree.faults.is_empty() {
        let kept = Kept(item_tree);
        cache.add(key, &kept);
        return kept.0;
    }
    item_tree
}

/// Names without faults.
struct Kept(ItemTree);

impl Stored for Kept {
    fn put(&self, out: &mut Vec<u8>) {
        let ItemTree {
            scopes,
            uses,
            modules,
            externs,
            extern_order,
            macros,
            macro_order,
            module_order,
            macro_modules,
            invocations,
            errors,
            includes,
            comments,
            has_to_string,
            has_own_values,
            types,
            methods,
            faults: _,
        } = &self.0;
        scopes.put(out);
        uses.put(out);
        modules.put(out);
        externs.put(out);
        extern_order.put(out);
        macros.put(out);
        macro_order.put(out);
        module_order.put(out);
        macro_modules.put(out);
        invocations.put(out);
        errors.put(out);
        includes.put(out);
        comments.put(out);
        has_to_string.put(out);
        has_own_values.put(out);
        types.put(out);
        methods.put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        let item_tree = ItemTree {
            scopes: Stored::take(input)?,
            uses: Stored::take(input)?,
            modules: Stored::take(input)?,
            externs: Stored::take(input)?,
            extern_order: Stored::take(input)?,
            macros: Stored::take(input)?,
            macro_order: Stored::take(input)?,
            module_order: Stored::take(input)?,
            macro_modules: Stored::take(input)?,
            invocations: Stored::take(input)?,
            errors: Stored::take(input)?,
            includes: Stored::take(input)?,
            comments: Stored::take(input)?,
            has_to_string: Stored::take(input)?,
            has_own_values: Stored::take(input)?,
            types: Stored::take(input)?,
            methods: Stored::take(input)?,
            faults: Vec::new(),
        };
        is_sound(&item_tree).then_some(Self(item_tree))
    }
}

/// Whether every index leads somewhere, and every scope to the file's: the way up has an end.
fn is_sound(item_tree: &ItemTree) -> bool {
    let ItemTree { scopes, modules, externs, macros, .. } = item_tree;
    let is_scope = |scope: u32| (scope as usize) < scopes.len();
    let is_macro = |index: u32| (index as usize) < macros.len();
    let is_module = |index: u32| (index as usize) < modules.len();
    let is_scope_sound = |(index, scope): (u32, &Scope)| {
        let is_below = scope.parent < index || index == FILE && scope.parent == FILE;
        let defines = match scope.kind {
            ScopeKind::Definition(index) => is_macro(index),
            _ => true,
        };
        let is_around = |other: u32| other <= index;
        is_below
            && is_scope(scope.owner)
            && is_around(scope.module)
            && is_around(scope.naming)
            && defines
    };
    !scopes.is_empty()
        && (0..).zip(scopes).all(is_scope_sound)
        && item_tree.uses.iter().all(|it| is_scope(it.scope))
        && modules.iter().all(|it| is_scope(it.scope) && it.body.is_none_or(is_scope))
        && externs.iter().all(|it| is_scope(it.scope))
        && item_tree.extern_order.iter().all(|&it| (it as usize) < externs.len())
        && macros.iter().all(|it| is_scope(it.scope))
        && item_tree.macro_order.iter().all(|&it| is_macro(it))
        && item_tree.module_order.iter().all(|&it| is_module(it))
        && item_tree.macro_modules.iter().all(|&it| is_module(it))
        && item_tree.invocations.iter().all(|it| is_scope(it.scope))
        && item_tree.errors.iter().all(|it| is_scope(it.scope))
        && item_tree.includes.iter().all(|(it, _)| is_scope(*it))
}

stored!(Scope {
    parent,
    kind,
    start,
    end,
    owner,
    module,
    n_modules,
    naming,
    n_macros,
    is_test,
    macro_use
});
stored!(Use { scope, path, name, visibility, has_cfg, item, start });
stored!(ModuleItem { scope, name, body, start, macro_use, paths, is_test, visibility });
stored!(ExternCrate { scope, name, alias, macro_use, has_cfg, start });
stored!(MacroItem { scope, name, exported, has_cfg, start, body });
stored!(Invocation { path, arguments, end, semicolon, stands_alone, scope });
stored!(OwnMethod { of, name, is_plain });
stored!(Binding { scope, from, name, is_error });
stored!(
    enum Visibility {
        Private,
        Crate,
        Public,
    }
);

impl Stored for ScopeKind {
    fn put(&self, out: &mut Vec<u8>) {
        let number: u32 = match self {
            Self::File => 0,
            Self::Module(_) => 1,
            Self::Function { is_async, .. } => 2 + u32::from(*is_async),
            Self::Impl(_) => 4,
            Self::Loop => 5,
            Self::Async => 6,
            Self::Closure { is_async } => 7 + u32::from(*is_async),
            Self::Block => 9,
            Self::Arm => 10,
            Self::Macro(_) => 11,
            Self::Definition(_) => 12,
            Self::Attribute => 13,
        };
        number.put(out);
        match self {
            Self::Module(name) => name.put(out),
            Self::Function { name, .. } | Self::Impl(name) | Self::Macro(name) => name.put(out),
            Self::Definition(index) => index.put(out),
            _ => {}
        }
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        let number = u32::take(input)?;
        let span = <Span as Stored>::take;
        Some(match number {
            0 => Self::File,
            1 => Self::Module(Stored::take(input)?),
            2 | 3 => Self::Function { name: span(input)?, is_async: number == 3 },
            4 => Self::Impl(span(input)?),
            5 => Self::Loop,
            6 => Self::Async,
            7 | 8 => Self::Closure { is_async: number == 8 },
            9 => Self::Block,
            10 => Self::Arm,
            11 => Self::Macro(span(input)?),
            12 => Self::Definition(Stored::take(input)?),
            13 => Self::Attribute,
            _ => return None,
        })
    }
}
