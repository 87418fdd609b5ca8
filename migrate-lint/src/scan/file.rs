//! The log calls of one file, with everything that its workspace knows.

use std::collections::{HashMap, HashSet};

use super::item_tree::{Invocation, ItemTree};
use super::modules::FileId;
use super::resolve::{Found, Names, Site};
use super::wrapper::{Definitions, Entered, Target, Wrapper, limit};
use super::{Comment, grammar, place};
use crate::call::{CallKind, LogCall, Span};
use crate::dialect::{KnownMacro, Parts};
use crate::source::Source;
use crate::syntax::split;
use crate::syntax::token::{self, Reader};
use crate::tokens::line_start;

/// What resolves a file's macros.
pub(super) struct Resolver<'a> {
    /// All names, and the macros of the workspace that stand for known ones.
    pub(super) definitions: Definitions<'a>,
    /// Macros that the configuration declares, by name.
    pub(super) declared: &'a HashMap<String, Wrapper>,
    /// All names as other units have them that this file is a part of.
    pub(super) others: &'a [Names<'a>],
}

/// The log calls of a file.
pub(super) fn calls(
    resolver: &Resolver<'_>,
    source: &Source,
    item_tree: &ItemTree,
    file: FileId,
) -> Vec<LogCall> {
    let mut calls = Vec::new();
    for index in 0..item_tree.invocations.len() {
        if let Some(call) = call(resolver, source, item_tree, file, index) {
            calls.push(call);
        }
    }
    calls.sort_by_key(|call| call.span.start);
    calls
}

fn call(
    resolver: &Resolver<'_>,
    source: &Source,
    item_tree: &ItemTree,
    file: FileId,
    index: usize,
) -> Option<LogCall> {
    let invocation = item_tree.invocations.get(index)?;
    if is_too_deep(item_tree, invocation) {
        return None;
    }
    let text = &*source.text;
    let written = text.get(invocation.path.clone())?;
    let name = written.rsplit("::").next().unwrap_or(written).trim();
    let declared = resolver.declared.get(name);
    let start = invocation.path.start as u32;
    let site = Site { file, scope: invocation.scope, offset: start };
    let limit = limit::around(resolver.definitions.names, text, item_tree, site, name);
    let found = match (declared, limit) {
        (_, Some((known, _))) => Some(Found::Known(known)),
        (Some(_), None) => None,
        (None, None) => Some(resolver.definitions.names.find(site, written)?),
    };
    let is_contested = found.is_some()
        && limit.is_none()
        && (resolver.others.iter().any(|names| names.find(site, written) != found)
            || resolver.definitions.names.is_contested(site, written));
    if matches!(found, Some(Found::Other | Found::Known(KnownMacro { kind: CallKind::Limit, .. })))
    {
        return None;
    }
    let tokens = token::range(text, invocation.arguments.clone());
    let reader = Reader { text, list: &tokens.list };
    let (entered, wrapper) = match (declared, limit, found) {
        (Some(wrapper), None, _) => {
            let parts = split::arguments(&reader, 0..tokens.list.len());
            (wrapper.enter(&reader, &parts)?, Some(name.to_owned()))
        }
        (.., Some(found)) => enter(resolver, &reader, found, limit.map(|(_, limit)| limit))?,
        (.., None) => return None,
    };
    let target = &entered.target;
    let module = resolver.definitions.names.module(file, invocation.scope);
    let is_test = module
        .and_then(|module| resolver.definitions.names.modules.list.get(module as usize))
        .is_some_and(|module| module.is_test);
    let module =
        module.map_or_else(Vec::new, |module| resolver.definitions.names.modules.path(module));
    let Parts { dialect, level, prefix, pairs, message, format_args, unreadable } =
        grammar::read(&reader, &entered);
    Some(LogCall {
        dialect,
        macro_name: target.known.name.to_owned(),
        written: written.to_owned(),
        wrapper,
        forwards_tokens: target.takes_tokens,
        is_contested,
        kind: target.known.kind,
        level,
        added_key: target.added_key,
        verbosity: target.verbosity,
        wrapper_keys: target.own_keys.clone(),
        span: invocation.path.start..invocation.end as usize,
        path_span: invocation.path.clone(),
        args_span: invocation.arguments.clone(),
        statement: place::statement(invocation),
        prefix,
        pairs,
        message,
        format_args,
        comments: tokens.comments.clone(),
        place: place::of(text, item_tree, invocation, module, is_test),
        unreadable,
    })
}

/// The logger's macro that a call leads to, and the name of the wrapper or of the limit on the way.
fn enter<'a>(
    resolver: &Resolver<'a>,
    reader: &Reader<'_>,
    found: Found,
    limit: Option<KnownMacro>,
) -> Option<(Entered, Option<String>)> {
    match found {
        Found::Known(known) => {
            let mut target = Target::direct(known);
            target.added_key = limit.and_then(|limit| limit.adds);
            let entered = Entered { target, roles: Vec::new(), rest: 0 };
            Some((entered, limit.map(|limit| limit.name.to_owned())))
        }
        Found::Macro(file, index) => {
            let parts = split::arguments(reader, 0..reader.list.len());
            let entered = resolver.definitions.enter((file, index), reader, &parts)?;
            let item_tree = resolver.definitions.names.item_tree(file)?;
            let name = &item_tree.macros.get(index as usize)?.name;
            Some((entered, Some(name.to_string())))
        }
        Found::Other => None,
    }
}

/// A call in more macros' arguments than anybody writes: each level would read all that is inside of it again.
pub(super) fn is_too_deep(item_tree: &ItemTree, call: &Invocation) -> bool {
    const N_MACROS: u32 = 16;
    let scope = item_tree.scopes.get(call.scope as usize);
    scope.is_some_and(|scope| scope.n_macros > N_MACROS)
}

/// Calls of macros that have the name of one that logs, and lead to no logger that is known: names and places.
pub(super) fn unknown(
    source: &Source,
    item_tree: &ItemTree,
    calls: &[LogCall],
) -> Vec<(String, usize)> {
    let known: HashSet<usize> = calls.iter().map(|call| call.path_span.start).collect();
    let unknown = item_tree.invocations.iter().filter_map(|call| {
        let name = source.text.get(call.path.clone())?;
        let is_like = is_like_a_logger(name.rsplit("::").next().unwrap_or(name).trim());
        let is_variable = source.text.get(..call.path.start)?.ends_with('$');
        let is_unknown = is_like && !is_variable && !known.contains(&call.path.start);
        is_unknown.then(|| (name.to_owned(), source.position(call.path.start).line))
    });
    unknown.collect()
}

/// The name of a level, as macros have it.
pub(crate) fn is_level(word: &str) -> bool {
    ["trace", "debug", "info", "warn", "error"].contains(&word)
}

/// `info`, `log_info`, `warn_log`.
fn is_like_a_logger(name: &str) -> bool {
    let is_log = |word: &str| matches!(word, "log" | "logger");
    is_level(name) || name.split('_').any(is_level) && name.split('_').any(is_log)
}

/// Comments that begin with `klog:`.
pub(super) fn comments(source: &Source, spans: &[Span]) -> Vec<Comment> {
    let text = &*source.text;
    let comment = |span: &Span| {
        let written = text.get(span.clone())?;
        let inner = written.starts_with("//!") || written.starts_with("/*!");
        let inside = written.trim_start_matches(['/', '!', '*']);
        let inside = inside.strip_suffix("*/").unwrap_or(inside).trim();
        let words = inside.strip_prefix("klog:")?.trim();
        let line = line_start(text, span.start);
        let own_line = text[line..span.start].trim_start_matches('\u{feff}').trim().is_empty();
        Some(Comment { span: span.clone(), text: words.to_owned(), inner, own_line })
    };
    spans.iter().filter_map(comment).collect()
}
