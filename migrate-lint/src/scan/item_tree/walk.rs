//! The pass over a file's tokens.
//!
//! A stack of frames follows brackets and regions without brackets, so that no text is nested too deeply.

use super::{Binding, FILE, ItemTree, Scope, ScopeId, ScopeKind, order};
use crate::scan::attributes::Attributes;
use crate::scan::bindings::{self, Bound, Declared};
use crate::syntax::patterns;
use crate::syntax::token::{self, Kind, Reader};

/// How far the end of a statement or expression is looked for, in tokens and brackets.
const N_LOOKAHEAD: usize = 4096;

/// Reads a file.
pub(in crate::scan) fn read(text: &str) -> ItemTree {
    let tokens = token::file(text);
    let reader = Reader { text, list: &tokens.list };
    let file = Scope {
        parent: FILE,
        kind: ScopeKind::File,
        start: 0,
        end: 0,
        owner: FILE,
        module: FILE,
        n_modules: 0,
        naming: FILE,
        n_macros: 0,
        is_test: false,
        macro_use: false,
    };
    let item_tree = ItemTree { scopes: vec![file], ..ItemTree::default() };
    let frame = Frame { end: tokens.list.len(), ..Frame::default() };
    let mut walk =
        Walk { reader, item_tree, frames: vec![frame], n_uses: 0, declared: Declared::default() };
    walk.run();
    let mut item_tree = walk.item_tree;
    order::put(&mut item_tree);
    item_tree.comments = tokens.comments;
    item_tree
        .comments
        .retain(|span| text.get(span.clone()).is_some_and(|comment| comment.contains("klog:")));
    item_tree.faults = tokens.faults;
    item_tree
}

pub(super) struct Walk<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) item_tree: ItemTree,
    frames: Vec<Frame>,
    /// `use` items so far.
    pub(super) n_uses: u32,
    declared: Declared,
}

/// A bracket that is open, or a region without brackets.
#[derive(Default)]
pub(super) struct Frame {
    pub(super) scope: ScopeId,
    /// Index of the token after its last.
    pub(super) end: usize,
    /// What the next `{` opens.
    pub(super) header: Option<Header>,
    /// Attributes of the next item.
    pub(super) attributes: Attributes,
    /// Errors, and what only looks like one, that the next `{` binds.
    pub(super) errors: Vec<Bound>,
}

pub(super) struct Header {
    pub(super) kind: ScopeKind,
    /// Index into [`ItemTree::modules`].
    pub(super) module: Option<usize>,
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut index = 0;
        while index < self.reader.list.len() {
            while self.frames.len() > 1 && self.frame().end <= index {
                self.frames.pop();
                if self.reader.is_brace_end(index) {
                    self.frame().attributes = Attributes::default();
                }
            }
            index = self.token(index).max(index + 1);
        }
    }

    pub(super) fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame { end: self.reader.list.len(), ..Frame::default() });
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Reads from one token on; returns the index of the next to look at.
    fn token(&mut self, index: usize) -> usize {
        match self.reader.kind(index) {
            Some(Kind::Ident) => self.word(index),
            Some(Kind::Punct(b'#')) => self.attribute(index),
            Some(Kind::Punct(b'!')) => self.bang(index),
            Some(Kind::Punct(b';')) => {
                let frame = self.frame();
                frame.header = None;
                frame.errors.clear();
                frame.attributes = Attributes::default();
                index + 1
            }
            Some(Kind::Punct(b',')) => {
                self.frame().attributes = Attributes::default();
                index + 1
            }
            Some(Kind::Punct(b'=')) if self.reader.is_pair(index, b"=>") => self.arm(index),
            Some(Kind::Punct(b'|')) => self.closure(index),
            Some(Kind::Open(b'{')) => self.brace(index),
            Some(Kind::Open(_)) => {
                let scope = self.frame().scope;
                self.push(scope, index);
                index + 1
            }
            _ => index + 1,
        }
    }

    /// Enters the bracket at `index`.
    pub(super) fn push(&mut self, scope: ScopeId, index: usize) {
        let end = self.reader.mate(index).min(self.frame().end);
        self.frames.push(Frame { scope, end, ..Frame::default() });
    }

    pub(super) fn scope(&mut self, kind: ScopeKind, index: usize) -> ScopeId {
        let start = self.reader.list.get(index).map_or(0, |token| token.start);
        let frame = self.frame();
        let (parent, is_test) = (frame.scope, frame.attributes.is_test);
        let mate = self.reader.list.get(self.reader.mate(index));
        let end = mate.filter(|_| self.reader.is_brace(index)).map_or(0, |token| token.start);
        let around = &self.item_tree.scopes[parent as usize];
        let owner = if around.kind == ScopeKind::Block { around.owner } else { parent };
        let n_macros = around.n_macros + u32::from(matches!(kind, ScopeKind::Macro(_)));
        let id = self.item_tree.scopes.len() as ScopeId;
        let is_module = matches!(kind, ScopeKind::Module(_));
        let module = if is_module { id } else { around.module };
        let n_modules = around.n_modules + u32::from(is_module);
        self.item_tree.scopes.push(Scope {
            parent,
            kind,
            start,
            end,
            owner,
            module,
            n_modules,
            naming: module,
            n_macros,
            is_test,
            macro_use: false,
        });
        id
    }

    fn brace(&mut self, index: usize) -> usize {
        let frame = self.frame();
        let header = frame.header.take();
        let errors = std::mem::take(&mut frame.errors);
        let (kind, module) =
            header.map_or((ScopeKind::Block, None), |header| (header.kind, header.module));
        let scope = self.scope(kind, index);
        self.frame().attributes = Attributes::default();
        if let Some(module) = module.and_then(|module| self.item_tree.modules.get_mut(module)) {
            module.body = Some(scope);
        }
        self.bind(scope, index, errors);
        self.push(scope, index);
        index + 1
    }

    fn bind(&mut self, scope: ScopeId, index: usize, errors: Vec<Bound>) {
        let from = self.reader.list.get(index).map_or(0, |token| token.start);
        let bindings =
            errors.into_iter().map(|(name, is_error)| Binding { scope, from, name, is_error });
        self.item_tree.errors.extend(bindings);
    }

    fn attribute(&mut self, index: usize) -> usize {
        let is_inner = self.reader.is(index + 1, b'!');
        let open = index + 1 + usize::from(is_inner);
        if self.reader.kind(open) != Some(Kind::Open(b'[')) {
            return index + 1;
        }
        let read = open + 1..self.reader.mate(open);
        if is_inner {
            let mut attributes = Attributes::default();
            attributes.read(&self.reader, read);
            let scope = self.frame().scope as usize;
            self.item_tree.scopes[scope].is_test |= attributes.is_test;
            self.item_tree.scopes[scope].macro_use |= attributes.macro_use.is_some();
        } else {
            let reader = self.reader;
            self.frame().attributes.read(&reader, read);
        }
        let mark = std::mem::take(&mut self.frame().attributes);
        let scope = self.scope(ScopeKind::Attribute, open);
        self.frame().attributes = mark;
        self.push(scope, open);
        open + 1
    }

    /// Names that a `match` arm binds, and its body where that has no braces.
    fn arm(&mut self, index: usize) -> usize {
        let body = index + 2;
        let errors = bindings::of_arm(&self.reader, &self.declared, index);
        if errors.is_empty() {
            return body;
        }
        if self.reader.kind(body) == Some(Kind::Open(b'{')) {
            self.frame().errors = errors;
        } else {
            let scope = self.region(ScopeKind::Arm, body);
            self.bind(scope, body, errors);
        }
        body
    }

    /// A region that ends at the next `,` or `;`.
    fn region(&mut self, kind: ScopeKind, start: usize) -> ScopeId {
        let scope = self.scope(kind, start);
        let limit = self.frame().end;
        let mut end = start;
        let mut n_left = N_LOOKAHEAD;
        while end < limit && n_left > 0 && !self.reader.is(end, b',') && !self.reader.is(end, b';')
        {
            end = self.reader.next(end);
            n_left -= 1;
        }
        self.frames.push(Frame { scope, end: end.min(limit), ..Frame::default() });
        scope
    }

    fn closure(&mut self, index: usize) -> usize {
        let reader = self.reader;
        if !patterns::starts_closure(&reader, index) {
            return index + 1;
        }
        let limit = self.frame().end;
        let mut close = index + 1;
        while close < limit && !reader.is(close, b'|') {
            if reader.is(close, b';') || reader.is_pair(close, b"=>") {
                return index + 1;
            }
            close = reader.next(close);
        }
        if close >= limit {
            return index + 1;
        }
        let errors = bindings::of_closure(&reader, index, close);
        let before = index.checked_sub(1);
        let is_async = before.is_some_and(|at| {
            reader.is_word(at, "async")
                || reader.is_word(at, "move") && at > 0 && reader.is_word(at - 1, "async")
        });
        let kind = ScopeKind::Closure { is_async };
        let mut body = close + 1;
        if reader.is_pair(body, b"->") {
            let limit = limit.min(body + N_LOOKAHEAD);
            while body < limit && reader.kind(body) != Some(Kind::Open(b'{')) {
                body = reader.next(body);
            }
        }
        if reader.kind(body) == Some(Kind::Open(b'{')) {
            let frame = self.frame();
            frame.header = Some(Header { kind, module: None });
            frame.errors = errors;
        } else {
            let scope = self.region(kind, body);
            self.bind(scope, body, errors);
        }
        body
    }

    fn word(&mut self, index: usize) -> usize {
        let reader = self.reader;
        let header = |kind| Some(Header { kind, module: None });
        match reader.word(index) {
            "fn" if reader.kind(index + 1) == Some(Kind::Ident) => {
                let is_async = (1..5)
                    .map_while(|back| index.checked_sub(back))
                    .take_while(|&at| patterns::is_qualifier(&reader, at))
                    .any(|at| reader.is_word(at, "async"));
                let name = reader.span(index + 1..index + 2);
                self.item_tree.has_to_string |= reader.word(index + 1) == "to_string";
                self.own_method(index + 1);
                self.frame().header = header(ScopeKind::Function { name, is_async });
                self.frame().errors = bindings::of_function(&reader, index + 2);
                return index + 2;
            }
            "ToString" => self.item_tree.has_to_string = true,
            "impl" if self.starts_item(index) => {
                if let Some((name, brace)) = patterns::impl_type(&reader, index) {
                    self.item_tree.has_own_values |= (index..brace).any(|at| {
                        matches!(reader.word(at), "ToValue" | "Value")
                            && reader.is_word(at + 1, "for")
                    });
                    self.frame().header = header(ScopeKind::Impl(name));
                    return brace;
                }
            }
            "trait" if reader.kind(index + 1) == Some(Kind::Ident) => {
                let name = reader.span(index + 1..index + 2);
                self.item_tree.types.push(reader.word(index + 1).into());
                self.frame().header = header(ScopeKind::Impl(name));
                return index + 2;
            }
            "struct" | "enum" | "union" if reader.kind(index + 1) == Some(Kind::Ident) => {
                self.item_tree.types.push(reader.word(index + 1).into());
            }
            "for" if !reader.is(index + 1, b'<') => {
                self.frame().header = header(ScopeKind::Loop);
                let errors = bindings::of_loop(&reader, index);
                self.frame().errors.extend(errors);
            }
            "while" | "loop" => self.frame().header = header(ScopeKind::Loop),
            "async" => {
                let open = index + 1 + usize::from(reader.is_word(index + 1, "move"));
                if reader.kind(open) == Some(Kind::Open(b'{')) {
                    self.frame().header = header(ScopeKind::Async);
                    return open;
                }
            }
            "let" => self.let_pattern(index),
            "use" if self.starts_item(index) && !reader.is(index + 1, b'<') => {
                return self.use_item(index);
            }
            "mod" if self.starts_item(index) && reader.kind(index + 1) == Some(Kind::Ident) => {
                return self.module(index);
            }
            "extern" if reader.is_word(index + 1, "crate") => return self.extern_crate(index),
            "macro_rules"
                if reader.is(index + 1, b'!') && reader.kind(index + 2) == Some(Kind::Ident) =>
            {
                return self.macro_item(index, index + 3);
            }
            "macro"
                if self.starts_item(index)
                    && reader.kind(index + 1) == Some(Kind::Ident)
                    && reader.is_open(index + 2) =>
            {
                return self.macro_item(index, index + 2);
            }
            _ => {}
        }
        index + 1
    }

    /// `Err(e)` of `if let`, `while let` and `let … else`.
    fn let_pattern(&mut self, index: usize) {
        let errors = bindings::of_let(&self.reader, &self.declared, index);
        if errors.is_empty() {
            return;
        }
        let conditional = index.checked_sub(1).is_some_and(|before| {
            ["if", "while"].contains(&self.reader.word(before))
                || self.reader.is(before, b'&')
                || self.reader.is_open(before) && !self.reader.is_brace(before)
        });
        if conditional {
            self.frame().errors.extend(errors);
        } else {
            // `let … else`: bound after the statement.
            let scope = self.frame().scope;
            let mut end = index;
            let mut n_left = N_LOOKAHEAD;
            while end < self.frame().end && n_left > 0 && !self.reader.is(end, b';') {
                end = self.reader.next(end);
                n_left -= 1;
            }
            self.bind(scope, end, errors);
        }
    }

    pub(super) fn starts_item(&self, index: usize) -> bool {
        let Some(before) = index.checked_sub(1) else { return true };
        match self.reader.kind(before) {
            Some(Kind::Punct(b';') | Kind::Open(b'{') | Kind::Close(_)) | None => true,
            Some(Kind::Ident) => {
                ["pub", "crate", "unsafe", "default"].contains(&self.reader.word(before))
            }
            // Items begin a macro's rule, too.
            Some(Kind::Open(_)) => matches!(
                self.frames.last().map(|frame| &self.item_tree.scopes[frame.scope as usize].kind),
                Some(ScopeKind::Macro(_) | ScopeKind::Definition(_))
            ),
            Some(_) => false,
        }
    }

    /// The scope that owns an item: `cfg_if! { mod x; }` declares it where the macro is.
    pub(super) fn owner(&mut self) -> ScopeId {
        // Nobody calls so many macros around an item.
        const N_MACROS: usize = 16;
        let mine = self.frame().scope;
        let mut scope = mine;
        let mut n_macros = 0;
        while n_macros <= N_MACROS {
            let found = &self.item_tree.scopes[scope as usize];
            scope = match found.kind {
                ScopeKind::File | ScopeKind::Module(_) if n_macros > 0 => return scope,
                ScopeKind::Macro(_) => {
                    n_macros += 1;
                    found.parent
                }
                ScopeKind::Block => found.owner,
                _ => return mine,
            }
        }
        mine
    }
}
