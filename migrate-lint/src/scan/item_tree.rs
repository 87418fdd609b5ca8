//! What a file declares and which macros it calls, as far as names go: the one pass over all of its tokens.
//!
//! Nothing is resolved here. Ranges point into the file's text; only what outlives the text is copied out of it.

mod items;
mod kept;
mod order;
mod walk;

use crate::call::Span;
use crate::call::known::OwnMethod;

pub(super) use kept::read as read_or_take;
pub(super) use walk::read;

/// Index into [`ItemTree::scopes`].
pub(super) type ScopeId = u32;

/// The scope of the whole file.
pub(super) const FILE: ScopeId = 0;

/// A file's names.
#[derive(Debug, Default)]
pub(super) struct ItemTree {
    /// Scopes; the first is the file.
    pub(super) scopes: Vec<Scope>,
    /// Leaves of `use` trees, by scope and name: see [`ItemTree::uses_of`].
    pub(super) uses: Vec<Use>,
    /// `mod x;` and `mod x { … }`.
    pub(super) modules: Vec<ModuleItem>,
    /// `extern crate`.
    pub(super) externs: Vec<ExternCrate>,
    /// Their indexes by scope and local name: see [`ItemTree::extern_of`].
    pub(super) extern_order: Vec<u32>,
    /// `macro_rules!`.
    pub(super) macros: Vec<MacroItem>,
    /// Their indexes by scope, name and place: see [`ItemTree::macros_before`].
    pub(super) macro_order: Vec<u32>,
    /// Indexes of the modules by scope, in source order: see [`ItemTree::modules_of`].
    pub(super) module_order: Vec<u32>,
    /// Indexes of the modules whose macros may be seen after them, likewise.
    pub(super) macro_modules: Vec<u32>,
    /// Macro calls, but for some that never log.
    pub(super) invocations: Vec<Invocation>,
    /// Names of errors, and names like an error's of something else.
    pub(super) errors: Vec<Binding>,
    /// Paths in `include!("…")` with the scope they are in, by scope.
    pub(super) includes: Vec<(ScopeId, String)>,
    /// Comments that may speak to the linter.
    pub(super) comments: Vec<Span>,
    /// A function called `to_string` is defined, or the trait `ToString` is named: the method says nothing of `Display`.
    pub(super) has_to_string: bool,
    /// It implements a trait for values of a logging library: what it is for has no text perhaps.
    pub(super) has_own_values: bool,
    /// Names of its types and traits.
    pub(super) types: Vec<Box<str>>,
    /// Methods of them that are called as some of the standard library's are.
    pub(super) methods: Vec<OwnMethod>,
    /// Where and why the text is not Rust's.
    pub(super) faults: Vec<(usize, &'static str)>,
}

/// A name that is an error's, or looks like it.
#[derive(Debug)]
pub(super) struct Binding {
    /// Where it holds.
    pub(super) scope: ScopeId,
    /// First byte where it holds.
    pub(super) from: u32,
    /// The name.
    pub(super) name: Span,
    /// Its binding says that it is an error; else that it is none.
    pub(super) is_error: bool,
}

/// A region of a file.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// The scope around it; the file's is its own.
    pub(super) parent: ScopeId,
    /// What it is.
    pub(super) kind: ScopeKind,
    /// First byte.
    pub(super) start: u32,
    /// Its closing brace; 0 where it has none.
    pub(super) end: u32,
    /// The innermost scope around it that is more than a block.
    pub(super) owner: ScopeId,
    /// The innermost module around it or itself, or the file.
    pub(super) module: ScopeId,
    /// How many modules of the file it is in.
    pub(super) n_modules: u32,
    /// The innermost scope of its module, around it or itself, that declares names of macros; else the module.
    pub(super) naming: ScopeId,
    /// How many macros' arguments it is in.
    pub(super) n_macros: u32,
    /// Test code begins here.
    pub(super) is_test: bool,
    /// `#![macro_use]`: its macros are seen after the module that it is.
    pub(super) macro_use: bool,
}

/// What a region is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ScopeKind {
    /// The file.
    File,
    /// `mod name { … }`.
    Module(Box<str>),
    /// A function's body.
    Function {
        /// Its name.
        name: Span,
        /// `async fn`.
        is_async: bool,
    },
    /// Body of an `impl` or `trait`, with the type's name.
    Impl(Span),
    /// Body of a loop.
    Loop,
    /// `async { … }`.
    Async,
    /// Body of a closure.
    Closure {
        /// `async |…|`.
        is_async: bool,
    },
    /// A block, or anything else between braces.
    Block,
    /// A match arm's body without braces.
    Arm,
    /// Arguments of a macro, with its path.
    Macro(Span),
    /// Definition of a macro: index into [`ItemTree::macros`].
    Definition(u32),
    /// Where an attribute's arguments stand.
    Attribute,
}

/// How far a declaration can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visibility {
    /// In its module and those below.
    Private,
    /// In its crate.
    Crate,
    /// Everywhere.
    Public,
}

/// A leaf of a `use` tree.
#[derive(Debug)]
pub(super) struct Use {
    /// Where it holds.
    pub(super) scope: ScopeId,
    /// Segments joined by `::`, with a leading `::` where the source has one; without the `*` of a glob.
    pub(super) path: Box<str>,
    /// Local name; `*` for a glob.
    pub(super) name: Box<str>,
    /// `pub`.
    pub(super) visibility: Visibility,
    /// `#[cfg(…)]`: it may be out of force.
    pub(super) has_cfg: bool,
    /// How many `use` items are before its own in the file.
    pub(super) item: u32,
    /// First byte of the `use`.
    pub(super) start: u32,
}

/// A module.
#[derive(Debug)]
pub(super) struct ModuleItem {
    /// Where it is declared.
    pub(super) scope: ScopeId,
    /// Its name.
    pub(super) name: Box<str>,
    /// Its body, or `None` for a file.
    pub(super) body: Option<ScopeId>,
    /// First byte of its declaration.
    pub(super) start: u32,
    /// Its macros are seen after it (`#[macro_use]`).
    pub(super) macro_use: bool,
    /// `#[path]`, also inside `cfg_attr`.
    pub(super) paths: Vec<String>,
    /// `#[cfg(test)]`.
    pub(super) is_test: bool,
    /// `pub`.
    pub(super) visibility: Visibility,
}

/// `extern crate name as alias;`
#[derive(Debug)]
pub(super) struct ExternCrate {
    /// Where it is.
    pub(super) scope: ScopeId,
    /// The crate.
    pub(super) name: Box<str>,
    /// Local name; `_` for none.
    pub(super) alias: Box<str>,
    /// `#[macro_use]`: the names in its list, empty for all.
    pub(super) macro_use: Option<Vec<String>>,
    /// `#[cfg(…)]`.
    pub(super) has_cfg: bool,
    /// First byte of the `extern`.
    pub(super) start: u32,
}

/// `macro_rules! name { … }`
#[derive(Debug)]
pub(super) struct MacroItem {
    /// Where it is.
    pub(super) scope: ScopeId,
    /// Its name.
    pub(super) name: Box<str>,
    /// `#[macro_export]`.
    pub(super) exported: bool,
    /// `#[cfg(…)]`: another definition may be in for it.
    pub(super) has_cfg: bool,
    /// First byte.
    pub(super) start: u32,
    /// Its rules, between the brackets.
    pub(super) body: Span,
}

/// `path!(…)`
#[derive(Clone, Debug)]
pub(super) struct Invocation {
    /// The path as written.
    pub(super) path: Span,
    /// Between the brackets.
    pub(super) arguments: Span,
    /// After the closing bracket.
    pub(super) end: u32,
    /// The `;` that ends its statement.
    pub(super) semicolon: Option<u32>,
    /// A statement, a block's last expression or a match arm by itself.
    pub(super) stands_alone: bool,
    /// Where it is.
    pub(super) scope: ScopeId,
}

impl ItemTree {
    /// The imports of a scope under one name, in source order; those of `*` are its globs.
    pub(super) fn uses_of(&self, scope: ScopeId, name: &str) -> &[Use] {
        let start = self.uses.partition_point(|item| (item.scope, &*item.name) < (scope, name));
        let found = &self.uses[start..];
        let end = found.partition_point(|item| (item.scope, &*item.name) == (scope, name));
        &found[..end]
    }

    /// Indexes of the modules that a scope declares, in source order.
    pub(super) fn modules_of(&self, scope: ScopeId) -> &[u32] {
        self.of_scope(&self.module_order, scope)
    }

    /// Indexes of those whose macros may be seen after them.
    pub(super) fn macro_modules_of(&self, scope: ScopeId) -> &[u32] {
        self.of_scope(&self.macro_modules, scope)
    }

    fn of_scope<'a>(&self, order: &'a [u32], scope: ScopeId) -> &'a [u32] {
        let scope_of = |index: &u32| self.modules[*index as usize].scope;
        let start = order.partition_point(|index| scope_of(index) < scope);
        let n = order[start..].partition_point(|index| scope_of(index) == scope);
        &order[start..start + n]
    }

    /// The first `extern crate` of a scope with a local name.
    pub(super) fn extern_of(&self, scope: ScopeId, name: &str) -> Option<&ExternCrate> {
        let item = |index: &u32| &self.externs[*index as usize];
        let key = |index: &u32| (item(index).scope, &*item(index).alias);
        let start = self.extern_order.partition_point(|index| key(index) < (scope, name));
        let found = self.extern_order.get(start).map(item)?;
        (found.scope == scope && *found.alias == *name).then_some(found)
    }

    /// The files that a scope includes.
    pub(super) fn includes_of(&self, scope: ScopeId) -> &[(ScopeId, String)] {
        let start = self.includes.partition_point(|(at, _)| *at < scope);
        let n = self.includes[start..].partition_point(|(at, _)| *at == scope);
        &self.includes[start..start + n]
    }

    /// The names of a scope that are bound up to a byte, in source order.
    pub(super) fn errors_before(&self, scope: ScopeId, byte: u32) -> &[Binding] {
        let start = self.errors.partition_point(|one| one.scope < scope);
        let found = &self.errors[start..];
        let end = found.partition_point(|one| one.scope == scope && one.from <= byte);
        &found[..end]
    }

    /// Indexes of the macros of a scope with a name that are defined before a byte, in source order.
    pub(super) fn macros_before(&self, scope: ScopeId, name: &str, byte: u32) -> &[u32] {
        let item = |index: &u32| &self.macros[*index as usize];
        let key = |index: &u32| (item(index).scope, &*item(index).name);
        let start = self.macro_order.partition_point(|index| key(index) < (scope, name));
        let found = &self.macro_order[start..];
        let end =
            found.partition_point(|index| key(index) == (scope, name) && item(index).start < byte);
        &found[..end]
    }

    /// Indexes of all macros of a scope, by name and place.
    pub(super) fn macros_of(&self, scope: ScopeId) -> &[u32] {
        let scope_of = |index: &u32| self.macros[*index as usize].scope;
        let start = self.macro_order.partition_point(|index| scope_of(index) < scope);
        let n = self.macro_order[start..].partition_point(|index| scope_of(index) == scope);
        &self.macro_order[start..start + n]
    }

    /// Macro calls between two bytes.
    pub(super) fn calls_in(&self, span: &Span) -> impl Iterator<Item = &Invocation> {
        let first = self.invocations.partition_point(|call| call.path.start < span.start);
        let end = span.end;
        self.invocations[first..].iter().take_while(move |call| call.path.start < end)
    }

    /// Nothing of the file's text is asked for again.
    pub(super) fn is_silent(&self) -> bool {
        self.invocations.is_empty()
            && self.macros.is_empty()
            && self.comments.is_empty()
            && self.faults.is_empty()
    }
}
