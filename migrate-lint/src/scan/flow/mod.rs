//! What happens to values within a function, as far as its text shows: bodies, blocks, names, changes of them, ways out.
//!
//! Plain data, in byte offsets of the file. Needs the syntax tree, so it is gathered for files that a rule asks about.
//! Code in a macro's arguments is no part of the tree: of it the words are read (`tokens`), and doubt is on the safe side.

mod gather;
mod index;
mod names;
mod tokens;

use self::index::Index;
pub use self::index::Scope;
use crate::call::{Instrument, Span};
use crate::source::Source;

/// The flow of a file.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    /// Functions, closures and `async` blocks, each before those inside of it.
    pub bodies: Vec<Body>,
    /// Blocks in braces, each before those inside of it.
    pub blocks: Vec<Block>,
    /// Names that are bound.
    pub bindings: Vec<Binding>,
    /// What is done to names.
    pub changes: Vec<Change>,
    /// Calls of functions and methods.
    pub calls: Vec<Called>,
    /// Literals that have more lines than one: their text must not be indented.
    pub literals: Vec<Span>,
    /// Modules of the file in braces, and the file: where an import can be added, and where the module is.
    pub modules: Vec<(Span, usize)>,
    /// Functions that are in no other one, in source order.
    functions: Vec<Span>,
    index: Index,
}

/// A function, a closure or an `async` block.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// What it is.
    pub kind: BodyKind,
    /// Name of the function.
    pub name: String,
    /// The whole: from `fn`, `|` or `async` to its end.
    pub span: Span,
    /// The block in braces, or the expression of a closure.
    pub block: Span,
    /// The body around it.
    pub parent: Option<usize>,
    /// `async fn`, `async {}`, `async || {}`.
    pub is_async: bool,
    /// It takes what it names.
    pub takes: bool,
    /// A closure that the function it is passed to runs at once: `map_err(|e| …)`.
    pub runs_at_once: bool,
    /// Text of the receiver: `&self`.
    pub receiver: Option<String>,
    /// Parameters by name and type.
    pub parameters: Vec<(String, String)>,
    /// Text of the return type; empty for none.
    pub output: String,
    /// Where attributes of the function go.
    pub attributes_at: usize,
    /// Its `#[instrument(…)]`.
    pub instruments: Vec<Instrument>,
    /// `const fn`, a function with attributes that write it again.
    pub is_special: bool,
    /// `?`, `return`, `break`, `continue` of this body, not of bodies inside.
    pub exits: Vec<Exit>,
    /// `.await` of this body.
    pub awaits: Vec<usize>,
}

/// What a [`Body`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyKind {
    /// `fn`.
    #[default]
    Function,
    /// `|…| …`.
    Closure,
    /// `async { … }`.
    Async,
}

/// A way out of a body, or of a loop.
#[derive(Clone, Debug)]
pub struct Exit {
    /// Where.
    pub at: usize,
    /// The loop that it leaves or begins again; none for `?` and `return`.
    pub of_loop: Option<Span>,
}

/// A block in braces.
#[derive(Clone, Debug)]
pub struct Block {
    /// With its braces.
    pub span: Span,
    /// The body that it is of.
    pub body: usize,
    /// It is the body of a loop.
    pub is_loop: bool,
    /// Its statements.
    pub statements: Vec<Span>,
}

/// A name.
#[derive(Clone, Debug)]
pub struct Binding {
    /// As written.
    pub name: String,
    /// From where on it means this, to the end of its block.
    pub scope: Span,
    /// The `let` statement; none for parameters and patterns.
    pub statement: Option<Span>,
    /// It may be changed without a trace here: `mut`, `&mut`.
    pub is_mutable: bool,
    /// The value that it is bound to.
    pub value: Option<Span>,
}

/// Something that is done to a name.
#[derive(Clone, Debug)]
pub struct Change {
    /// The name at the root: `pod` of `pod.spec.node`.
    pub name: String,
    /// Where.
    pub at: usize,
    /// What.
    pub kind: ChangeKind,
}

/// What is done to a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// `x = …`, `x.y += …`, `&mut x`.
    Set,
    /// A method is called on it, which may take `&mut self`.
    Method(String),
}

/// A call of a function or a method.
#[derive(Clone, Debug)]
pub struct Called {
    /// Segments of the path, or the method alone.
    pub path: Vec<String>,
    /// It is a method.
    pub receiver: Option<Span>,
    /// It is a method of an iterator that runs closures on the threads of a pool, as rayon's do.
    pub is_parallel: bool,
    /// The whole call.
    pub span: Span,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Where.
    pub span: Span,
    /// It is a closure or an `async` block: that body.
    pub body: Option<usize>,
}

/// Whether a text may run something elsewhere, by its words.
pub(crate) fn may_spawn(text: &str) -> bool {
    const SPAWNERS: &[&str] = &["spawn", "rayon", "install", "par_"];
    let has = |word: &&str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    SPAWNERS.iter().any(has)
}

/// The flow of a syntax tree that was just parsed from the source by `syn::parse_file`, on this thread.
pub(super) fn gathered(file: &syn::File, source: &Source) -> Flow {
    let mut flow = gather::gather(file, source);
    flow.finish();
    flow
}

/// The flow of a text; empty where it does not parse.
pub(super) fn of(source: &Source) -> Flow {
    let Some(file) = super::facts::parsed(source) else { return Flow::default() };
    let flow = gathered(&file, source);
    drop(file);
    // The table of spans is the thread's own and only grows.
    proc_macro2::extra::invalidate_current_thread_spans();
    flow
}

impl Flow {
    /// The innermost body around a place.
    pub fn body_at(&self, at: usize) -> Option<usize> {
        // Each body comes before those inside of it, so that its starts are in order.
        let mut body = self.bodies.partition_point(|body| body.block.start <= at).checked_sub(1);
        while let Some(index) = body {
            let one = self.bodies.get(index)?;
            if one.block.contains(&at) {
                break;
            }
            body = one.parent;
        }
        body
    }

    /// The outermost function around a place: names of others mean nothing in it.
    fn function_at(&self, at: usize) -> Option<&Span> {
        let before = self.functions.partition_point(|one| one.start <= at).checked_sub(1)?;
        self.functions.get(before).filter(|one| one.contains(&at))
    }

    /// The function around a body, which is the body itself where it is one.
    pub fn function_of(&self, mut body: usize) -> usize {
        while let Some(one) = self.bodies.get(body)
            && one.kind != BodyKind::Function
            && let Some(parent) = one.parent
        {
            body = parent;
        }
        body
    }

    /// Whether code of `inner` runs while `outer` does, on its thread and in its task.
    pub fn runs_within(&self, mut inner: usize, outer: usize) -> bool {
        while inner != outer {
            let Some(body) = self.bodies.get(inner) else { return false };
            if !body.runs_at_once {
                return false;
            }
            let Some(parent) = body.parent else { return false };
            inner = parent;
        }
        true
    }
}

/// A method that reads a value and is cheap: `name_any`.
pub fn is_getter(method: &str) -> bool {
    names::is_getter(method)
}
