//! Macros that stand for a known one: `macro_rules! net_trace { ($($arg:tt)*) => { log::trace!($($arg)*) } }`.
//!
//! A rule of a macro forwards when its body calls a known macro, or another such macro, with the tokens that the rule
//! takes in the place of the message. What its body supplies itself, and what it takes before the message for itself, is
//! known then. Where this is not plain, the configuration has to say it.

use std::ops::Range;

use super::WrapperConfig;
use super::item_tree::{Invocation, ItemTree, MacroItem};
use super::modules::FileId;
use super::resolve::{Found, Names, Site};
use crate::call::{CallKind, Level};
use crate::dialect::{self, KnownMacro, Leading};
use crate::syntax::split::{self, ArgumentTokens};
use crate::syntax::token::{self, Kind, Reader};

/// A macro that stands for others, one for each of its rules that forwards.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wrapper {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    /// What the rule takes before the message.
    elements: Vec<Element>,
    /// Fragment of the message's variable; empty where nothing need follow.
    message: String,
    /// `None`: a rule that forwards nothing, and only keeps its calls from the rules behind it.
    target: Option<Target>,
}

/// An argument that a rule takes before the message.
#[derive(Clone, Debug, PartialEq)]
struct Element {
    /// Tokens that must stand in the call.
    literal: Vec<String>,
    /// Fragment of its variable (`expr`).
    fragment: String,
    /// `$(…)*`: may be missing.
    repeated: bool,
    /// What follows stands in the same argument: `@inner $($arg:tt)*`.
    glued: bool,
    /// What the call's argument is.
    role: Role,
}

/// What an argument before the message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// For the wrapper alone.
    Own,
    /// slog's logger.
    Logger,
    /// The level.
    Level,
    /// The value of a `target:` and the like.
    Prefix(String),
}

/// Arguments before the message, by their tokens.
pub(super) type Roles = Vec<(Role, Range<usize>)>;

/// What a call comes down to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    /// The known macro.
    pub(super) known: KnownMacro,
    /// Its level, where it does not depend on the call.
    pub(super) level: Option<Level>,
    /// What it still takes from the call before the message.
    pub(super) leading: Leading,
    /// The call's tokens reach the known macro as they are, whatever they be.
    pub(super) takes_tokens: bool,
}

impl Target {
    /// A macro called by itself.
    pub(super) fn direct(known: KnownMacro) -> Self {
        Self { level: known.level, leading: known.leading, known, takes_tokens: true }
    }
}

/// What a call of a wrapper comes down to, and what its first arguments are.
#[derive(Debug)]
pub(super) struct Entered {
    /// The rest is read as a call of this.
    pub(super) target: Target,
    /// The first arguments and their roles.
    pub(super) roles: Roles,
    /// Index of the first token of the rest.
    pub(super) rest: usize,
}

impl Wrapper {
    /// The rule that a call with these arguments takes.
    pub(super) fn enter(&self, reader: &Reader<'_>, parts: &[ArgumentTokens]) -> Option<Entered> {
        self.rules
            .iter()
            .find_map(|rule| {
                let (roles, rest) = rule.matches(reader, parts)?;
                Some((rule, roles, rest))
            })
            .and_then(|(rule, roles, rest)| {
                let mut target = rule.target.clone()?;
                for (role, tokens) in &roles {
                    if *role == Role::Level {
                        target.level = dialect::level(text(reader, tokens));
                    }
                }
                Some(Entered { target, roles, rest })
            })
    }

    /// A wrapper that the configuration declares.
    pub(super) fn declared(config: &WrapperConfig) -> Option<Self> {
        let (package, name) = config.like.rsplit_once("::")?;
        let package = package.trim_start_matches("::");
        let package = package.split("::").next().unwrap_or(package);
        let mut target = Target::direct(dialect::of_package(package)?.find(name)?);
        target.leading.logger &= !config.without_logger;
        target.takes_tokens = false;
        let own = Element {
            literal: Vec::new(),
            fragment: "tokens".to_owned(),
            repeated: false,
            glued: false,
            role: Role::Own,
        };
        let elements = vec![own; config.skip];
        Some(Self { rules: vec![Rule { elements, message: String::new(), target: Some(target) }] })
    }
}

impl Rule {
    /// What a call gives for each element, and where the rest begins; `None` where the call is none of this rule's.
    fn matches(&self, reader: &Reader<'_>, parts: &[ArgumentTokens]) -> Option<(Roles, usize)> {
        let mut roles = Roles::new();
        let mut parts = parts.iter().map(|part| part.tokens.clone());
        let mut current = parts.next();
        for element in &self.elements {
            if element.repeated && current.is_none() {
                break;
            }
            let tokens = current.clone()?;
            let start = element.literal_end(reader, &tokens)?;
            if element.glued {
                current = Some(start..tokens.end);
                continue;
            }
            if !fits(reader, &element.fragment, start..tokens.end) {
                return None;
            }
            roles.push((element.role.clone(), tokens));
            current = parts.next();
        }
        let rest = current.unwrap_or(reader.list.len()..reader.list.len());
        let is_taken = match &*self.message {
            "" => true,
            fragment => fits(reader, fragment, rest.clone()),
        };
        is_taken.then_some((roles, rest.start))
    }
}

impl Element {
    /// The index behind the tokens that must stand in the call.
    fn literal_end(&self, reader: &Reader<'_>, tokens: &Range<usize>) -> Option<usize> {
        let end = tokens.start + self.literal.len();
        let mut words = self.literal.iter().zip(tokens.start..);
        (end <= tokens.end && words.all(|(word, at)| reader.word(at) == word)).then_some(end)
    }
}

/// Whether tokens can be what a fragment of a pattern takes.
fn fits(reader: &Reader<'_>, fragment: &str, tokens: Range<usize>) -> bool {
    let at = tokens.start;
    let n = tokens.len();
    match fragment {
        "" => n == 0,
        "ident" => n == 1 && reader.kind(at) == Some(Kind::Ident),
        "literal" => {
            let is_literal =
                |at| matches!(reader.kind(at), Some(Kind::Str | Kind::RawStr(_) | Kind::Literal));
            n == 1 && is_literal(at) || n == 2 && is_literal(at + 1) || reader.is(at, b'$')
        }
        "expr" => {
            let is_prefix = reader.kind(at) == Some(Kind::Ident)
                && reader.is(at + 1, b':')
                && !reader.is_pair(at + 1, b"::");
            n > 0 && !reader.is(at, b'@') && !is_prefix
        }
        _ => n > 0,
    }
}

fn text<'a>(reader: &Reader<'a>, tokens: &Range<usize>) -> &'a str {
    reader.text.get(reader.span(tokens.clone())).unwrap_or_default()
}

/// All names, and the wrappers that are known so far.
#[derive(Clone, Copy)]
pub(super) struct Definitions<'a> {
    /// All names.
    pub(super) names: Names<'a>,
    /// Wrappers that are known so far.
    pub(super) known: &'a (dyn Fn(FileId, u32) -> Option<&'a Wrapper> + Sync),
}

impl Definitions<'_> {
    /// What a call of a macro comes down to; of several definitions under `cfg` rather one that logs than one that prints.
    pub(super) fn enter(
        &self,
        (file, index): (FileId, u32),
        reader: &Reader<'_>,
        parts: &[ArgumentTokens],
    ) -> Option<Entered> {
        let mut printing = None;
        for index in self.names.alternatives(file, index) {
            match (self.known)(file, index).and_then(|wrapper| wrapper.enter(reader, parts)) {
                Some(entered) if entered.target.known.dialect.prints => {
                    printing = printing.or(Some(entered));
                }
                Some(entered) => return Some(entered),
                None => {}
            }
        }
        printing
    }
}

impl Definitions<'_> {
    /// Reads the definition of a macro; `None` where none of its rules forwards.
    pub(super) fn read(&self, text: &str, file: FileId, index: u32) -> Option<Wrapper> {
        let item_tree = self.names.item_tree(file)?;
        let item = item_tree.macros.get(index as usize)?;
        if !self.may_forward(text, item, file, item_tree) {
            return None;
        }
        let tokens = token::range(text, item.body.clone());
        let reader = Reader { text, list: &tokens.list };
        let mut rules = Vec::new();
        let mut at = 0;
        while at < tokens.list.len() {
            let pattern = at + 1..reader.mate(at);
            let arrow = reader.next(at);
            let open = arrow + 2;
            if !reader.is_open(at) || !reader.is_pair(arrow, b"=>") || !reader.is_open(open) {
                at += 1;
                continue;
            }
            let body = reader.span(open..reader.mate(open));
            rules.push(self.rule(&reader, pattern, body, (file, item_tree)));
            at = reader.next(open);
        }
        let forwards = rules.iter().any(|rule| rule.target.is_some());
        forwards.then_some(Wrapper { rules })
    }

    /// Whether a body calls anything that logs, which most do not.
    fn may_forward(
        &self,
        text: &str,
        item: &MacroItem,
        file: FileId,
        item_tree: &ItemTree,
    ) -> bool {
        calls_in(item_tree, &item.body).any(|call| {
            let site = Site { file, scope: call.scope, offset: call.path.start as u32 };
            let found = text.get(call.path.clone()).and_then(|path| self.names.find(site, path));
            match found {
                Some(Found::Known(_)) => true,
                Some(Found::Macro(file, index)) => {
                    let mut all = self.names.alternatives(file, index).into_iter();
                    all.any(|index| (self.known)(file, index).is_some())
                }
                Some(Found::Other) | None => false,
            }
        })
    }

    fn rule(
        &self,
        reader: &Reader<'_>,
        pattern: Range<usize>,
        body: Range<usize>,
        (file, item_tree): (FileId, &ItemTree),
    ) -> Rule {
        let elements = elements(reader, pattern);
        let calls = calls_in(item_tree, &body);
        let mut found: Option<Rule> = None;
        let mut forwarded = Vec::new();
        for call in calls {
            let Some((rule, variable)) = self.forward(reader.text, &elements, call, file) else {
                continue;
            };
            let dialect = rule.target.as_ref().map(|target| target.known.dialect);
            forwarded.push((dialect, variable));
            match (&mut found, rule.target.clone()) {
                (Some(Rule { target: Some(first), .. }), Some(other)) => {
                    let printing = first.known.dialect.prints;
                    if printing && !other.known.dialect.prints {
                        found = Some(Rule { target: Some(other), ..rule });
                    } else if first.level != other.level {
                        // The body chooses among levels.
                        first.level = None;
                    }
                }
                _ => found = Some(rule),
            }
        }
        if let Some(target) = found.as_mut().and_then(|rule| rule.target.as_mut()) {
            // What else has the tokens, another logger or `format_args!`, would not take others.
            let is_alike = |(dialect, _): &&(_, String)| *dialect == Some(target.known.dialect);
            let n_forwarded = forwarded.iter().filter(is_alike).count();
            let variables = || forwarded.iter().map(|(_, variable)| variable.as_str());
            let n_used = reader.text.get(body).map_or(0, |body| {
                let names = crate::tokens::identifiers(body);
                let is_variable = |at: usize| body[..at].ends_with('$');
                names
                    .filter(|(at, name)| is_variable(*at) && variables().any(|one| one == *name))
                    .count()
            });
            target.takes_tokens &= n_used <= n_forwarded;
        }
        found.unwrap_or_else(|| Rule {
            elements: elements.into_iter().map(|(_, element)| element).collect(),
            message: String::new(),
            target: None,
        })
    }

    /// What a rule comes down to by one call in its body, and the variable that has the message.
    fn forward(
        &self,
        text: &str,
        elements: &[(String, Element)],
        call: &Invocation,
        file: FileId,
    ) -> Option<(Rule, String)> {
        let path = text.get(call.path.clone())?;
        let site = Site { file, scope: call.scope, offset: call.path.start as u32 };
        let tokens = token::range(text, call.arguments.clone());
        let reader = Reader { text, list: &tokens.list };
        let parts = split::arguments(&reader, 0..tokens.list.len());
        let (mut target, parts) = match self.names.find(site, path)? {
            Found::Known(known) => (Target::direct(known), parts),
            Found::Macro(file, index) => {
                let entered = self.enter((file, index), &reader, &parts)?;
                (entered.target, split::arguments(&reader, entered.rest..tokens.list.len()))
            }
            Found::Other => return None,
        };
        if target.known.kind == CallKind::Enabled {
            return None;
        }
        let mut parts = &parts[..];
        let mut elements = elements.to_vec();
        let variable = |at: usize| {
            (reader.is(at, b'$') && reader.kind(at + 1) == Some(Kind::Ident))
                .then(|| reader.word(at + 1))
        };
        let mut role = |variable: &str, role: Role| {
            if let Some((_, element)) = elements.iter_mut().find(|(name, _)| name == variable) {
                element.role = role;
            }
        };
        // What the body gives before the message.
        let message = loop {
            let (part, rest) = parts.split_first()?;
            let range = part.tokens.clone();
            let is_repeated = reader.is(range.start, b'$') && reader.is_open(range.start + 1);
            let single = variable(range.start).filter(|_| range.len() == 2);
            let named = range.len() > 2
                && reader.kind(range.start) == Some(Kind::Ident)
                && reader.is(range.start + 1, b':')
                && !reader.is_pair(range.start + 1, b"::");
            if is_repeated {
                break range;
            }
            if named {
                if let Some(name) = variable(range.start + 2) {
                    role(name, Role::Prefix(reader.word(range.start).to_owned()));
                }
            } else if target.leading.logger {
                target.leading.logger = false;
                if let Some(name) = single {
                    role(name, Role::Logger);
                }
            } else if target.leading.level {
                target.leading.level = false;
                target.level = dialect::level(self::text(&reader, &range));
                if let Some(name) = single {
                    role(name, Role::Level);
                }
            } else if target.leading.tag || reader.is(range.start, b'#') {
                target.leading.tag = false;
            } else if is_field(&reader, &range) {
            } else {
                break range;
            }
            // `log::info!(key = value; $($arg)+)`: there is no place for more pairs.
            target.takes_tokens &= !(part.semicolon && target.known.dialect.closes_pairs());
            parts = rest;
        };
        let first = first_variable(&reader, message.clone(), tokens.list.len())?;
        let at = elements.iter().position(|(name, _)| name == first.name)?;
        let Element { fragment, repeated, .. } = elements[at].1.clone();
        if !["tt", "expr", "literal"].contains(&&*fragment) {
            return None;
        }
        target.takes_tokens &= first.verbatim && fragment == "tt" && repeated;
        let variable = first.name.to_owned();
        let elements = elements.into_iter().take(at).map(|(_, element)| element).collect();
        // A repetition of `tt` takes anything, and nothing.
        let message = if repeated && fragment == "tt" { String::new() } else { fragment };
        Some((Rule { elements, message, target: Some(target) }, variable))
    }
}

/// Macro calls between two bytes.
fn calls_in<'a>(
    item_tree: &'a ItemTree,
    span: &Range<usize>,
) -> impl Iterator<Item = &'a Invocation> {
    let first = item_tree.invocations.partition_point(|call| call.path.start < span.start);
    let end = span.end;
    item_tree.invocations[first..].iter().take_while(move |call| call.path.start < end)
}

/// The parts of a rule's pattern with the name of each one's first variable.
fn elements(reader: &Reader<'_>, pattern: Range<usize>) -> Vec<(String, Element)> {
    let mut elements = Vec::new();
    let mut start = pattern.start;
    let mut at = pattern.start;
    let end = pattern.end.min(reader.list.len());
    while at < end {
        // `$($arg:tt)*` is one by itself, also without a comma before it: `$fmt:expr $(, $arg:expr)*`.
        let repeats = reader.is(at, b'$') && reader.is_open(at + 1);
        if repeats {
            if start < at {
                elements.push(element(reader, start..at, true));
            }
            let behind = reader.next(at + 1);
            elements.push(element(reader, at..behind, false));
            at = behind_operator(reader, behind, end);
            start = at;
        } else if reader.is(at, b',') || reader.is(at, b';') {
            if start < at {
                elements.push(element(reader, start..at, false));
            }
            at += 1;
            start = at;
        } else {
            at = reader.next(at);
        }
    }
    if start < end {
        elements.push(element(reader, start..end, false));
    }
    elements
}

/// The index behind the separator and the operator of a repetition.
fn behind_operator(reader: &Reader<'_>, start: usize, end: usize) -> usize {
    let is_operator = |at| b"*+?".iter().any(|&sign| reader.is(at, sign));
    let operator = if is_operator(start) && !is_operator(start + 1) { start } else { start + 1 };
    if is_operator(operator) && operator < end { operator + 1 } else { start }
}

fn element(
    reader: &Reader<'_>,
    tokens: Range<usize>,
    before_repetition: bool,
) -> (String, Element) {
    let variable = tokens.clone().find(|&at| {
        reader.is(at, b'$') && reader.kind(at + 1) == Some(Kind::Ident) && reader.is(at + 2, b':')
    });
    let repeated = reader.is(tokens.start, b'$') && reader.is_open(tokens.start + 1);
    let literal_end = if repeated { tokens.start } else { variable.unwrap_or(tokens.end) };
    let literal = (tokens.start..literal_end).map(|at| reader.word(at).to_owned()).collect();
    let name = variable.map_or("", |at| reader.word(at + 1)).to_owned();
    let fragment = variable.map_or("", |at| reader.word(at + 3)).to_owned();
    let glued = before_repetition && variable.is_none();
    (name, Element { literal, fragment, repeated, glued, role: Role::Own })
}

/// `key = value` and `%value` of tracing, given by the wrapper itself.
fn is_field(reader: &Reader<'_>, tokens: &Range<usize>) -> bool {
    if reader.is(tokens.start, b'%') || reader.is(tokens.start, b'?') {
        return true;
    }
    let mut at = tokens.start;
    while at + 1 < tokens.end && (reader.kind(at) == Some(Kind::Ident) || reader.is(at, b'.')) {
        at += 1;
    }
    at > tokens.start && reader.is(at, b'=') && !reader.is_pair(at, b"==")
}

struct First<'a> {
    name: &'a str,
    /// It stands where the message is, by itself.
    verbatim: bool,
}

/// The variable that takes the place of the message in a body's call.
fn first_variable<'a>(reader: &Reader<'a>, message: Range<usize>, end: usize) -> Option<First<'a>> {
    let find = |tokens: Range<usize>| {
        tokens.clone().find_map(|at| {
            let is_variable = reader.is(at, b'$') && reader.kind(at + 1) == Some(Kind::Ident);
            (is_variable && reader.word(at + 1) != "crate").then(|| reader.word(at + 1))
        })
    };
    if reader.is(message.start, b'$') {
        return find(message).map(|name| First { name, verbatim: true });
    }
    // Formatted on the way: `info!("{}", format_args!($($arg)*))`, `info!(concat!("net: ", $fmt), …)`.
    let formats = ["format_args", "format", "concat"];
    let nested = (message.start..end).find(|&at| {
        formats.contains(&reader.word(at)) && reader.is(at + 1, b'!') && reader.is_open(at + 2)
    });
    if let Some(at) = nested {
        let name = find(at + 3..reader.mate(at + 2).min(end))?;
        return Some(First { name, verbatim: false });
    }
    // `info!("{}", $message)`: the text is the call's alone.
    let literal = matches!(reader.kind(message.start), Some(Kind::Str | Kind::RawStr(_)));
    let is_bare = literal && !reader.word(message.start).chars().any(char::is_alphabetic);
    if !is_bare || message.len() != 1 {
        return None;
    }
    find(message.end..end).map(|name| First { name, verbatim: false })
}
