//! Where a call is.

use super::item_tree::{FILE, Invocation, ItemTree, ScopeKind};
use crate::call::{Place, Span};
use crate::syntax::token::{self, Reader};
use crate::work;

/// How many bindings of a block are looked at.
const N_BINDINGS: usize = 256;

/// How many blocks right inside each other are looked at.
const N_BLOCKS: usize = 64;

/// The place of an invocation; `module` and `is_test` are those of its file's module.
pub(super) fn of(
    text: &str,
    item_tree: &ItemTree,
    call: &Invocation,
    module: Vec<String>,
    is_test: bool,
) -> Place {
    let slice = |span: &Span| text.get(span.clone()).unwrap_or_default();
    let mut place = Place {
        module,
        test_code: is_test,
        is_expression: call.semicolon.is_none(),
        next_statement: next_statement(text, call),
        ..Place::default()
    };
    let mut asynchronous = None;
    let mut in_function = true;
    let mut id = call.scope;
    let mut n_blocks = 0;
    place.block_end = text.len();
    while let Some(scope) = item_tree.scopes.get(id as usize) {
        work::count(1);
        // What a macro is given may be put into the block around it.
        let is_block = scope.end > 0 && !matches!(scope.kind, ScopeKind::Macro(_));
        if is_block && place.block_end == text.len() {
            place.block_end = scope.end as usize;
        }
        place.test_code |= scope.is_test;
        match &scope.kind {
            ScopeKind::Function { name, is_async } => {
                if place.function.is_none() {
                    place.function = Some(slice(name).trim_start_matches("r#").to_owned());
                    place.function_start = Some(name.start);
                    asynchronous = asynchronous.or(Some(*is_async));
                }
                in_function = false;
            }
            ScopeKind::Impl(name) if place.self_type.is_none() => {
                place.self_type = Some(slice(name).to_owned());
            }
            ScopeKind::Loop if in_function => place.loop_depth += 1,
            ScopeKind::Async => asynchronous = asynchronous.or(Some(true)),
            ScopeKind::Closure { is_async } => asynchronous = asynchronous.or(Some(*is_async)),
            ScopeKind::Macro(path) => {
                place.inside_macros.insert(0, slice(path).split_whitespace().collect());
            }
            ScopeKind::Definition(index) if place.macro_definition.is_none() => {
                let item = item_tree.macros.get(*index as usize);
                place.macro_definition = item.map(|item| item.name.to_string());
            }
            ScopeKind::File
            | ScopeKind::Module(_)
            | ScopeKind::Impl(_)
            | ScopeKind::Loop
            | ScopeKind::Block
            | ScopeKind::Arm
            | ScopeKind::Definition(_)
            | ScopeKind::Attribute => {}
        }
        if in_function || place.function.is_some() {
            add_bindings(text, item_tree, call, id, &mut place);
        }
        if id == FILE {
            break;
        }
        // Of blocks that are nested as nobody nests them, the innermost are enough.
        n_blocks = if scope.kind == ScopeKind::Block { n_blocks + 1 } else { 0 };
        id = if n_blocks > N_BLOCKS { scope.owner } else { scope.parent };
    }
    place.in_async = asynchronous.unwrap_or(false);
    place
}

/// The names that a scope binds before the call, to an error or to something else.
fn add_bindings(
    text: &str,
    item_tree: &ItemTree,
    call: &Invocation,
    scope: u32,
    place: &mut Place,
) {
    // The last binding of a name is the one that holds.
    for binding in
        item_tree.errors_before(scope, call.path.start as u32).iter().rev().take(N_BINDINGS)
    {
        let name = text.get(binding.name.clone()).unwrap_or_default();
        work::count(1 + place.error_names.len() + place.other_names.len());
        let is_known = |names: &[String]| names.iter().any(|known| known == name);
        if is_known(&place.error_names) || is_known(&place.other_names) {
            continue;
        }
        let names = if binding.is_error { &mut place.error_names } else { &mut place.other_names };
        names.push(name.to_owned());
    }
}

/// What a fix of the call replaces.
pub(super) fn statement(call: &Invocation) -> Option<Span> {
    let end = call.semicolon.unwrap_or(call.end) as usize;
    call.stands_alone.then_some(call.path.start..end)
}

/// The statement after the call's in the same block, at most 200 bytes of it.
fn next_statement(text: &str, call: &Invocation) -> Option<String> {
    let start = call.semicolon? as usize;
    let mut end = text.len().min(start + 400);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let tokens = token::range(text, start..end);
    let reader = Reader { text, list: &tokens.list };
    let mut at = 0;
    while at < tokens.list.len() {
        match reader.kind(at)? {
            // The block ends: here its bracket has no mate.
            token::Kind::Punct(b'}') => break,
            token::Kind::Punct(b';') => {
                at += 1;
                break;
            }
            token::Kind::Open(b'{') => {
                at = reader.next(at);
                if !reader.is_word(at, "else") && !reader.is(at, b'.') && !reader.is(at, b'?') {
                    break;
                }
            }
            _ => at = reader.next(at),
        }
    }
    let span = reader.span(0..at);
    if at == 0 {
        return None;
    }
    let mut end = span.end.min(span.start + 200);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(span.start..end).map(str::to_owned)
}
