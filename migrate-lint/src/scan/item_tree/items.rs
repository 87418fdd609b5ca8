//! What the pass finds: imports, modules, crates, macros and their calls.

use super::walk::{Header, Walk};
use super::{ExternCrate, Invocation, MacroItem, ModuleItem, ScopeKind, Use, Visibility};
use crate::call::Span;
use crate::call::known::{self, OwnMethod};
use crate::scan::attributes::Attributes;
use crate::scan::use_tree;
use crate::syntax::patterns;
use crate::syntax::token::Kind;

/// How many modules inside each other are distinguished.
const MAX_MODULES: u32 = 64;

impl Walk<'_> {
    pub(super) fn visibility(&self, index: usize) -> Visibility {
        let Some(before) = index.checked_sub(1) else { return Visibility::Private };
        if self.reader.is_word(before, "pub") {
            return Visibility::Public;
        }
        let restricted = self.reader.kind(before) == Some(Kind::Close(b')'))
            && self
                .reader
                .mate(before)
                .checked_sub(1)
                .is_some_and(|at| self.reader.is_word(at, "pub"));
        if restricted || self.reader.is_word(before, "crate") {
            return Visibility::Crate;
        }
        Visibility::Private
    }

    pub(super) fn use_item(&mut self, index: usize) -> usize {
        let scope = self.owner();
        let visibility = self.visibility(index);
        let limit = self.frame().end;
        let mut end = index + 1;
        while end < limit && !self.reader.is(end, b';') {
            end = self.reader.next(end);
        }
        let end = end.min(limit);
        let has_cfg = self.frame().attributes.has_cfg;
        let (item, start) = (self.n_uses, self.reader.list[index].start);
        self.n_uses += 1;
        use_tree::read(&self.reader, index + 1..end, &mut |path, name| {
            let (path, name) = (path.into(), name.into());
            self.item_tree.uses.push(Use { scope, path, name, visibility, has_cfg, item, start });
        });
        self.frame().attributes = Attributes::default();
        end
    }

    pub(super) fn module(&mut self, index: usize) -> usize {
        let name: Box<str> = self.reader.word(index + 1).trim_start_matches("r#").into();
        let scope = self.owner();
        let visibility = self.visibility(index);
        let attributes = &mut self.frame().attributes;
        let item = ModuleItem {
            scope,
            name: name.clone(),
            body: None,
            start: 0,
            macro_use: attributes.macro_use.is_some(),
            paths: std::mem::take(&mut attributes.paths),
            is_test: attributes.is_test,
            visibility,
        };
        let start = self.reader.list[index].start;
        let has_body = self.reader.kind(index + 2) == Some(Kind::Open(b'{'));
        // Deeper inside, a module is a block like another.
        if has_body && self.item_tree.scopes[scope as usize].n_modules >= MAX_MODULES {
            return index + 2;
        }
        self.item_tree.modules.push(ModuleItem { start, ..item });
        if has_body {
            let module = Some(self.item_tree.modules.len() - 1);
            self.frame().header = Some(Header { kind: ScopeKind::Module(name), module });
        }
        index + 2
    }

    pub(super) fn extern_crate(&mut self, index: usize) -> usize {
        let name: Box<str> = self.reader.word(index + 2).into();
        let renamed = self.reader.is_word(index + 3, "as");
        let alias = if renamed { self.reader.word(index + 4).into() } else { name.clone() };
        let scope = self.owner();
        let has_cfg = self.frame().attributes.has_cfg;
        let macro_use = self.frame().attributes.macro_use.take();
        let start = self.reader.list[index].start;
        self.item_tree.externs.push(ExternCrate { scope, name, alias, macro_use, has_cfg, start });
        index + 3
    }

    pub(super) fn macro_item(&mut self, index: usize, mut open: usize) -> usize {
        let name = self.reader.word(open - 1).trim_start_matches("r#").into();
        if !self.reader.is_open(open) {
            return open;
        }
        // `macro name($x:expr) { … }` has its rules in two brackets.
        if self.reader.is_word(index, "macro") && self.reader.is_brace(self.reader.next(open)) {
            open = self.reader.next(open);
        }
        let scope = self.owner();
        let inside = self.scope(ScopeKind::Definition(self.item_tree.macros.len() as u32), open);
        let item = MacroItem {
            scope,
            name,
            exported: self.frame().attributes.macro_export,
            has_cfg: self.frame().attributes.has_cfg,
            start: self.reader.list[index].start,
            body: self.inside(open),
        };
        self.item_tree.macros.push(item);
        self.frame().attributes = Attributes::default();
        self.push(inside, open);
        open + 1
    }

    /// A method of a type that has the name of one of the standard library.
    pub(super) fn own_method(&mut self, name: usize) {
        const N_AHEAD: usize = 256;
        let reader = self.reader;
        if !known::gives_primitive(reader.word(name)) {
            return;
        }
        let scope = self.frame().scope as usize;
        let ScopeKind::Impl(of) = &self.item_tree.scopes[scope].kind else { return };
        let mut at = name + 1;
        let limit = at + N_AHEAD;
        while at < limit && reader.kind(at) != Some(Kind::Open(b'(')) {
            at = reader.next(at);
        }
        let output = reader.next(at);
        let is_plain = reader.is_pair(output, b"->")
            && known::is_primitive(reader.word(output + 2))
            && !reader.is_pair(output + 3, b"::");
        let method = OwnMethod {
            of: reader.text[of.clone()].into(),
            name: reader.word(name).into(),
            is_plain,
        };
        self.item_tree.methods.push(method);
    }

    /// Bytes between a bracket and its mate.
    pub(super) fn inside(&self, open: usize) -> Span {
        let start = self.reader.list[open].end as usize;
        let mate = self.reader.list.get(self.reader.mate(open));
        let end = mate.map_or(self.reader.text.len(), |token| token.start as usize);
        start..end.max(start)
    }

    /// `path!(…)`
    pub(super) fn bang(&mut self, index: usize) -> usize {
        let reader = self.reader;
        let open = index + 1;
        let Some(name) = index.checked_sub(1) else { return open };
        if !reader.is_open(open)
            || reader.kind(name) != Some(Kind::Ident)
            || patterns::is_keyword(reader.word(name))
        {
            return open;
        }
        let first = patterns::path_start(&reader, name);
        let path = reader.span(first..index);
        if reader.word(name) == "include" && reader.kind(open + 1) == Some(Kind::Str) {
            let scope = self.owner();
            let file = reader.word(open + 1).trim_matches('"').to_owned();
            self.item_tree.includes.push((scope, file));
        }
        let after = reader.next(open);
        let scope = self.frame().scope;
        let semicolon = reader.is(after, b';').then(|| reader.list[after].end);
        let arguments = self.inside(open);
        let closed = reader.list.get(reader.mate(open));
        let end = closed
            .filter(|token| token.mate as usize == open)
            .map_or(arguments.end, |token| token.end as usize);
        let invocation = Invocation {
            path: path.clone(),
            end: end as u32,
            arguments,
            semicolon,
            stands_alone: patterns::stands_alone(&reader, first, after),
            scope,
        };
        if !patterns::is_never_a_log(reader.word(name)) {
            self.item_tree.invocations.push(invocation);
        }
        let mark = std::mem::take(&mut self.frame().attributes);
        let inside = self.scope(ScopeKind::Macro(path), open);
        if reader.is_brace(open) {
            // What follows is another item.
            self.frame().header = None;
            self.frame().errors.clear();
        } else {
            self.frame().attributes = mark;
        }
        self.push(inside, open);
        index + 2
    }
}
