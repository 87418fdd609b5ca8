//! Log calls of one file by its own `use` declarations and its crate's dependencies.
//!
//! A walk over the token trees of a file that lexes; nothing is known of other files.

use std::collections::HashMap;
use std::path::PathBuf;

use proc_macro2::{Delimiter, Spacing, Span as TokenSpan, TokenStream, TokenTree};

use super::{Comment, CrateFacts, Scanned, WrapperConfig};
use crate::call::{
    CallKind, Expr, Family, FormatArg, Hole, HoleArgument, Level, LogCall, Message, MessageForm,
    Mode, Pair, Piece, Place, PrefixArg, Shape, Span,
};
use crate::source::Source;
use crate::workspace::Problem;

pub(super) fn scan(source: Source, facts: &CrateFacts, wrappers: &[WrapperConfig]) -> Scanned {
    let mut scanned = Scanned::default();
    let has_macro = [
        "info!",
        "warn!",
        "error!",
        "debug!",
        "trace!",
        "print",
        "fatal!",
        "crit!",
        "event!",
        "log!",
        "dbg!",
        "klog:",
        "Logger",
        "instrument",
        ".enter",
    ];
    if has_macro
        .iter()
        .copied()
        .chain(wrappers.iter().map(|wrapper| wrapper.name.as_str()))
        .any(|name| memchr::memmem::find(source.text.as_bytes(), name.as_bytes()).is_some())
    {
        if source.lossy {
            problem(
                &mut scanned,
                None,
                "is not UTF-8; positions are approximate and it is not fixed",
            );
        }
        let skipped = if source.text.starts_with('\u{feff}') { 3 } else { 0 };
        let parsed = if depth(&source.text) > MAX_DEPTH {
            Err(None)
        } else {
            source.text[skipped..].parse::<TokenStream>().map_err(Some)
        };
        match parsed {
            Ok(stream) => {
                let trees: Vec<TokenTree> = stream.into_iter().collect();
                let mut walk = Walk {
                    text: &source.text,
                    skipped,
                    names: HashMap::new(),
                    globs: Vec::new(),
                    facts,
                    wrappers,
                    scanned: &mut scanned,
                };
                walk.imports(&trees);
                let place = Place {
                    module: facts.module.clone(),
                    test_code: facts.test_code,
                    ..Place::default()
                };
                walk.group(&trees, &place);
            }
            Err(None) => {
                problem(&mut scanned, None, "nests too deeply; its calls are not checked");
            }
            Err(Some(error)) => {
                let line = error.span().start().line;
                problem(&mut scanned, Some(line), "does not lex; its calls are not checked");
            }
        }
        comments(&source.text, &mut scanned);
    }
    scanned.facts = super::facts::of(&source);
    proc_macro2::extra::invalidate_current_thread_spans();
    scanned.calls.sort_by_key(|call| call.span.start);
    // Most files log nothing, and a text that no finding points into need not be kept.
    let has_facts = !scanned.facts.functions.is_empty();
    if !scanned.calls.is_empty() || !scanned.comments.is_empty() || has_facts {
        scanned.source = source;
    }
    scanned
}

/// The walk is recursive, and rustc stops at 128 by itself.
const MAX_DEPTH: usize = 400;

/// Deepest nesting of brackets; those in strings count too, which does no harm.
fn depth(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn problem(scanned: &mut Scanned, line: Option<usize>, message: &str) {
    scanned.problems.push(Problem { path: PathBuf::new(), line, message: message.to_owned() });
}

fn comments(text: &str, scanned: &mut Scanned) {
    for (start, _) in text.match_indices("klog:") {
        let line_start = text[..start].rfind('\n').map_or(0, |end| end + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |end| start + end);
        let before = text[line_start..start].trim_end();
        if let Some(mark) = ["//!", "//"].iter().find(|mark| before.ends_with(**mark)) {
            let slashes = before.len() - mark.len();
            let inner = *mark == "//!";
            let own_line = before[..slashes].trim().is_empty();
            let words = text[start + "klog:".len()..line_end].trim().to_owned();
            scanned.comments.push(Comment {
                span: line_start + slashes..line_end,
                text: words,
                inner,
                own_line,
            });
        }
    }
}

struct Walk<'a> {
    text: &'a str,
    skipped: usize,
    /// Local name → path.
    names: HashMap<String, Vec<String>>,
    globs: Vec<String>,
    facts: &'a CrateFacts,
    wrappers: &'a [WrapperConfig],
    scanned: &'a mut Scanned,
}

impl Walk<'_> {
    fn span(&self, span: TokenSpan) -> Span {
        let range = span.byte_range();
        range.start + self.skipped..range.end + self.skipped
    }

    fn cover(&self, trees: &[TokenTree]) -> Span {
        let start = trees.first().map_or(0, |tree| self.span(tree.span()).start);
        start..trees.last().map_or(start, |tree| self.span(tree.span()).end)
    }

    /// All `use` declarations of the file, whatever their scope.
    fn imports(&mut self, trees: &[TokenTree]) {
        for (index, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Ident(word) if word == "use" => {
                    let end = trees[index..].iter().position(|tree| is(tree, ';'));
                    let end = end.map_or(trees.len(), |end| index + end);
                    self.use_tree(&trees[index + 1..end], &[]);
                }
                TokenTree::Ident(word) if word == "macro_use" => {}
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    if is_word(inner.first(), "macro_use")
                        && is_word(trees.get(index + 1), "extern")
                        && let Some(TokenTree::Ident(name)) = trees.get(index + 3)
                    {
                        self.globs.push(name.to_string());
                    }
                    self.imports(&inner);
                }
                _ => {}
            }
        }
    }

    fn use_tree(&mut self, trees: &[TokenTree], prefix: &[String]) {
        let mut path = prefix.to_vec();
        let mut index = 0;
        while let Some(tree) = trees.get(index) {
            match tree {
                TokenTree::Ident(word) if word == "as" => {
                    if let Some(TokenTree::Ident(name)) = trees.get(index + 1) {
                        self.names.insert(name.to_string(), path);
                    }
                    return;
                }
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '*' => {
                    self.globs.extend(path.first().cloned().filter(|_| path.len() == 1));
                    return;
                }
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    for part in split(&inner, ',') {
                        self.use_tree(part, &path);
                    }
                    return;
                }
                _ => {}
            }
            index += 1;
        }
        if let Some(name) = path.last().cloned() {
            self.names.insert(name, path);
        }
    }

    fn group(&mut self, trees: &[TokenTree], place: &Place) {
        let mut place = place.clone();
        let mut is_test = false;
        for (index, tree) in trees.iter().enumerate() {
            if let TokenTree::Ident(word) = tree
                && word == "fn"
                && let Some(TokenTree::Ident(name)) = trees.get(index + 1)
            {
                place.function = Some(name.to_string());
            }
            if is(tree, '!')
                && let Some(TokenTree::Group(group)) = trees.get(index + 1)
                && matches!(
                    index.checked_sub(1).map(|index| &trees[index]),
                    Some(TokenTree::Ident(_))
                )
            {
                let mut start = index - 1;
                while start >= 3
                    && is(&trees[start - 1], ':')
                    && is(&trees[start - 2], ':')
                    && matches!(trees[start - 3], TokenTree::Ident(_))
                {
                    start -= 3;
                }
                let arguments: Vec<TokenTree> = group.stream().into_iter().collect();
                self.call(&trees[start..index], trees, index, &arguments, &place);
            }
            if let TokenTree::Group(group) = tree {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                if group.delimiter() == Delimiter::Bracket
                    && index > 0
                    && is(&trees[index - 1], '#')
                {
                    let text = group.stream().to_string();
                    is_test |= text == "test"
                        || text.starts_with("cfg (test")
                        || text.starts_with("cfg(test")
                        || text.ends_with(":: test");
                    continue;
                }
                let test_code =
                    place.test_code || (is_test && group.delimiter() == Delimiter::Brace);
                self.group(&inner, &Place { test_code, ..place.clone() });
                is_test &= group.delimiter() != Delimiter::Brace;
            } else if is(tree, ';') {
                is_test = false;
            }
        }
    }

    fn resolve(&self, path: &[String]) -> Option<(Family, String)> {
        let path = match self.names.get(&path[0]) {
            Some(full) => [full, &path[1..]].concat(),
            None => path.to_vec(),
        };
        let name = path.last()?.clone();
        if path.len() == 1 {
            if ["print", "println", "eprint", "eprintln", "dbg"].contains(&name.as_str()) {
                return Some((Family::Print, name));
            }
            let glob = self.globs.iter().find_map(|name| self.family(name))?;
            return level(&name).map(|_| (glob, name));
        }
        let family = self.family(&path[path.len() - 2])?;
        (level(&name).is_some() || name == "event" || name == "log").then_some((family, name))
    }

    fn family(&self, crate_name: &str) -> Option<Family> {
        let known = self.facts.dependencies.iter().find(|(name, _)| name == crate_name);
        match known.map_or(crate_name, |(_, package)| package) {
            "log" => Some(Family::Log),
            "tracing" => Some(Family::Tracing),
            "slog" => Some(Family::Slog),
            "klog" | "klog-rs" => Some(Family::Klog),
            _ => None,
        }
    }

    fn call(
        &mut self,
        path: &[TokenTree],
        trees: &[TokenTree],
        bang: usize,
        arguments: &[TokenTree],
        place: &Place,
    ) {
        let words: Vec<String> = path
            .iter()
            .filter_map(|tree| match tree {
                TokenTree::Ident(word) => Some(word.to_string()),
                _ => None,
            })
            .collect();
        let wrapper = self.wrappers.iter().find(|wrapper| Some(&wrapper.name) == words.last());
        let like: Vec<String> = wrapper
            .map_or(Vec::new(), |wrapper| wrapper.like.split("::").map(str::to_owned).collect());
        let path_words = if wrapper.is_some() { &like } else { &words };
        let Some((family, macro_name)) = self.resolve(path_words) else { return };
        let path_span = self.cover(path);
        let group = self.span(trees[bang + 1].span());
        let mut call = LogCall {
            family,
            level: level(&macro_name),
            macro_name,
            written: self.text[path_span.clone()].to_owned(),
            wrapper: wrapper.map(|wrapper| wrapper.name.clone()),
            kind: CallKind::Event,
            span: path_span.start..group.end,
            path_span,
            args_span: group.start + 1..group.end - 1,
            statement: None,
            prefix: Vec::new(),
            pairs: Vec::new(),
            message: None,
            format_args: Vec::new(),
            comments: Vec::new(),
            place: Place {
                is_expression: !trees.get(bang + 2).is_some_and(|tree| is(tree, ';')),
                ..place.clone()
            },
            unreadable: None,
        };
        let n_skipped = wrapper.map_or(0, |wrapper| wrapper.skip);
        let arguments = split(arguments, ',').filter(|argument| !argument.is_empty());
        for argument in arguments.skip(n_skipped) {
            self.argument(argument, &mut call);
        }
        self.scanned.calls.push(call);
    }

    fn argument(&mut self, argument: &[TokenTree], call: &mut LogCall) {
        let span = self.cover(argument);
        let first = &argument[0];
        let colon = argument.len() > 2 && is(&argument[1], ':') && !is(&argument[2], ':');
        if let (TokenTree::Ident(name), true, None) = (first, colon, &call.message) {
            let value = self.expression(&argument[2..]);
            call.prefix.push(PrefixArg { name: name.to_string(), span, value });
            return;
        }
        let literal = match first {
            TokenTree::Literal(literal) if argument.len() == 1 => {
                syn::parse_str::<syn::LitStr>(&literal.to_string())
                    .ok()
                    .map(|literal| literal.value())
            }
            _ => None,
        };
        let is_pair = argument.windows(2).position(|pair| {
            matches!(&pair[0], TokenTree::Punct(punct) if punct.as_char() == '=' && punct.spacing() == Spacing::Alone) && !is(&pair[1], '=')
        });
        let is_print = call.family == Family::Print;
        // slog: the logger stands first, and pairs are `"key" => value`.
        if call.family == Family::Slog {
            let logger = match &call.message {
                Some(Message { form: MessageForm::Expr(logger), .. }) if literal.is_some() => {
                    Some(logger.clone())
                }
                _ => None,
            };
            if let Some(value) = logger {
                let span = value.span.clone();
                call.prefix.push(PrefixArg { name: "logger".to_owned(), span, value });
                call.message = None;
            }
            let arrow = argument.windows(2).position(|pair| is(&pair[0], '=') && is(&pair[1], '>'));
            if let Some(arrow) = arrow {
                let key_span = self.cover(&argument[..arrow]);
                let key = self.text[key_span.clone()].strip_prefix('"');
                let key = key.map(|key| key.trim_end_matches('"').to_owned());
                let (mode, value) = self.mode(&argument[arrow + 2..]);
                let value = Some(value);
                call.pairs.push(Pair { key, key_span, span, shorthand: false, mode, value });
                return;
            }
        }
        match (literal, is_pair) {
            (Some(value), _) if call.message.is_none() => {
                let pieces = template(&value);
                call.message = Some(Message { span, form: MessageForm::Literal { value, pieces } });
            }
            (_, Some(equals)) if !is_print => {
                let has_holes = matches!(&call.message, Some(Message { form: MessageForm::Literal { pieces, .. }, .. }) if pieces.iter().any(|piece| matches!(piece, Piece::Hole(_))));
                if has_holes && call.family != Family::Klog {
                    call.format_args.push(FormatArg {
                        name: Some(argument[0].to_string()),
                        value: self.expression(&argument[equals + 1..]),
                        span,
                    });
                } else {
                    let key_span = self.cover(&argument[..equals]);
                    let key = self.text[key_span.clone()].trim_matches('"').to_owned();
                    let (mode, value) = self.mode(&argument[equals + 1..]);
                    call.pairs.push(Pair {
                        key: Some(key),
                        key_span,
                        span,
                        shorthand: false,
                        mode,
                        value: Some(value),
                    });
                }
            }
            _ if call.message.is_none()
                && (is(first, '%') || is(first, '?') || call.family == Family::Klog)
                || is_shorthand(call) =>
            {
                let (mode, value) = self.mode(argument);
                call.pairs.push(Pair {
                    key: Some(value.text.clone()),
                    key_span: value.span.clone(),
                    span,
                    shorthand: true,
                    mode,
                    value: Some(value),
                });
            }
            _ if call.message.is_none() => {
                let value = self.expression(argument);
                call.message = Some(Message { span, form: MessageForm::Expr(value) });
            }
            _ => call.format_args.push(FormatArg {
                name: None,
                value: self.expression(argument),
                span,
            }),
        }
    }

    fn mode(&self, trees: &[TokenTree]) -> (Mode, Expr) {
        match trees.first() {
            Some(tree) if is(tree, '%') => (Mode::Display, self.expression(&trees[1..])),
            Some(tree) if is(tree, '?') => (Mode::Debug, self.expression(&trees[1..])),
            _ => (Mode::Plain, self.expression(trees)),
        }
    }

    fn expression(&self, trees: &[TokenTree]) -> Expr {
        let span = self.cover(trees);
        let text = self.text.get(span.clone()).unwrap_or_default().to_owned();
        let shape = match trees {
            [TokenTree::Ident(word)] => Shape::Ident(word.to_string()),
            _ => syn::parse_str(&text).map_or(Shape::Other, |expression| shape(&expression)),
        };
        Expr {
            has_await: text.contains(".await"),
            has_control_flow: text.contains('?'),
            span,
            text,
            shape,
        }
    }
}

fn shape(expression: &syn::Expr) -> Shape {
    use syn::Expr as E;
    let path = |path: &syn::Path| -> Vec<String> {
        path.segments.iter().map(|segment| segment.ident.to_string()).collect()
    };
    let boxed = |inner: &syn::Expr| Box::new(shape(inner));
    match expression {
        E::Path(one) => match path(&one.path) {
            names if names.len() == 1 => Shape::Ident(names.concat()),
            names => Shape::Path(names),
        },
        E::Field(field) => Shape::Field(
            boxed(&field.base),
            match &field.member {
                syn::Member::Named(name) => name.to_string(),
                syn::Member::Unnamed(index) => index.index.to_string(),
            },
        ),
        E::MethodCall(call) => Shape::Method(
            boxed(&call.receiver),
            call.method.to_string(),
            call.args.iter().map(shape).collect(),
        ),
        E::Call(call) => match &*call.func {
            E::Path(function) => {
                Shape::Call(path(&function.path), call.args.iter().map(shape).collect())
            }
            _ => Shape::Other,
        },
        E::Macro(call) => Shape::MacroCall(path(&call.mac.path), call.mac.tokens.to_string()),
        E::Reference(inner) => Shape::Reference(boxed(&inner.expr)),
        E::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => {
            Shape::Deref(boxed(&inner.expr))
        }
        E::Unary(inner) => Shape::Operator(vec![shape(&inner.expr)]),
        E::Binary(both) => Shape::Operator(vec![shape(&both.left), shape(&both.right)]),
        E::Cast(inner) => Shape::Cast(boxed(&inner.expr)),
        E::Try(inner) => Shape::Try(boxed(&inner.expr)),
        E::Await(inner) => Shape::Await(boxed(&inner.base)),
        E::Index(inner) => Shape::Index(boxed(&inner.expr)),
        E::Paren(inner) => Shape::Group(boxed(&inner.expr)),
        E::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Shape::Str(text.value()),
            _ => Shape::Literal(String::new()),
        },
        E::If(_) | E::Match(_) => Shape::Branch,
        _ => Shape::Other,
    }
}

/// After klog's message only pairs follow.
fn is_shorthand(call: &LogCall) -> bool {
    call.family == Family::Klog && call.message.as_ref().is_some_and(|message| {
        matches!(&message.form, MessageForm::Literal { pieces, .. } if pieces.iter().all(|piece| matches!(piece, Piece::Text(_))))
    })
}

fn template(value: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = value;
    let mut n_positional = 0;
    while let Some(open) = rest.find('{') {
        if rest[open + 1..].starts_with('{') {
            pieces.push(Piece::Text(rest[..=open].to_owned()));
            rest = &rest[open + 2..];
            continue;
        }
        let Some(close) = rest[open..].find('}') else { break };
        pieces.push(Piece::Text(rest[..open].to_owned()));
        let (name, spec) = rest[open + 1..open + close]
            .split_once(':')
            .unwrap_or((&rest[open + 1..open + close], ""));
        let argument = match name.trim() {
            "" => {
                n_positional += 1;
                HoleArgument::Index(n_positional - 1)
            }
            name => name
                .parse()
                .map_or_else(|_| HoleArgument::Capture(name.to_owned()), HoleArgument::Index),
        };
        pieces.push(Piece::Hole(Hole {
            span: None,
            argument,
            spec: spec.to_owned(),
            spec_arguments: Vec::new(),
        }));
        rest = &rest[open + close + 1..];
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces
}

fn level(name: &str) -> Option<Level> {
    Some(match name {
        "trace" => Level::Trace,
        "debug" => Level::Debug,
        "info" => Level::Info,
        "warn" => Level::Warn,
        "error" => Level::Error,
        "fatal" | "crit" => Level::Fatal,
        _ => return None,
    })
}

fn is(tree: &TokenTree, punct: char) -> bool {
    matches!(tree, TokenTree::Punct(found) if found.as_char() == punct)
}

fn is_word(tree: Option<&TokenTree>, word: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(found)) if found == word)
}

fn split(trees: &[TokenTree], at: char) -> impl Iterator<Item = &[TokenTree]> {
    trees.split(move |tree| is(tree, at) || is(tree, ';'))
}
