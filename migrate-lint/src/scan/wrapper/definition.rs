//! The definition of a macro → what its rules forward to.

use std::ops::Range;

use super::{Definitions, Element, Role, Rule, Target, Wrapper, limit, text};
use crate::call::CallKind;
use crate::dialect::{self, KnownMacro};
use crate::scan::item_tree::{Invocation, ItemTree, MacroItem};
use crate::scan::modules::FileId;
use crate::scan::resolve::{Found, Site};
use crate::syntax::split::{self, ArgumentTokens};
use crate::syntax::token::{self, Kind, Reader};

impl Definitions<'_> {
    /// Reads the definition of a macro; `None` where none of its rules forwards.
    pub(in crate::scan) fn read(&self, text: &str, file: FileId, index: u32) -> Option<Wrapper> {
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
        item_tree.calls_in(&item.body).any(|call| {
            if by_level(text, call).is_some() {
                return true;
            }
            let site = Site { file, scope: call.scope, offset: call.path.start as u32 };
            let Some(path) = text.get(call.path.clone()) else { return false };
            match self.found(text, item_tree, site, path).0 {
                Some(Found::Known(_)) => true,
                Some(Found::Macro(file, index)) => {
                    let mut all = self.names.alternatives(file, index).into_iter();
                    all.any(|index| (self.known)(file, index).is_some())
                }
                Some(Found::Other) | None => false,
            }
        })
    }

    /// What a call in a body means, and the key that a limit around it may add.
    fn found(
        &self,
        text: &str,
        item_tree: &ItemTree,
        site: Site,
        path: &str,
    ) -> (Option<Found>, Option<&'static str>) {
        let name = path.rsplit("::").next().unwrap_or(path).trim();
        match limit::around(self.names, text, item_tree, site, name) {
            Some((known, limit)) => (Some(Found::Known(known)), limit.adds),
            None => (self.names.find(site, path), None),
        }
    }

    fn rule(
        &self,
        reader: &Reader<'_>,
        pattern: Range<usize>,
        body: Range<usize>,
        (file, item_tree): (FileId, &ItemTree),
    ) -> Rule {
        let elements = elements(reader, pattern);
        let calls = item_tree.calls_in(&body);
        let mut found: Option<Rule> = None;
        let mut forwarded = Vec::new();
        for call in calls {
            let Some((rule, variable)) =
                self.forward(reader.text, &elements, call, (file, item_tree))
            else {
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
                    } else if first.verbosity != other.verbosity {
                        first.verbosity = None;
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
        (file, item_tree): (FileId, &ItemTree),
    ) -> Option<(Rule, String)> {
        let path = text.get(call.path.clone())?;
        let site = Site { file, scope: call.scope, offset: call.path.start as u32 };
        let tokens = token::range(text, call.arguments.clone());
        let reader = Reader { text, list: &tokens.list };
        let parts = split::arguments(&reader, 0..tokens.list.len());
        let by_level = by_level(text, call);
        let (found, added_key) = match by_level {
            Some((known, _)) => (Some(Found::Known(known)), None),
            None => self.found(text, item_tree, site, path),
        };
        let (mut target, parts) = match found? {
            Found::Known(known) => (Target { added_key, ..Target::direct(known) }, parts),
            Found::Macro(file, index) => {
                let entered = self.enter((file, index), &reader, &parts)?;
                (entered.target, split::arguments(&reader, entered.rest..tokens.list.len()))
            }
            Found::Other => return None,
        };
        if matches!(target.known.kind, CallKind::Enabled | CallKind::Limit) {
            return None;
        }
        target.own_keys.extend(parts.iter().filter_map(|part| own_key(&reader, &part.tokens)));
        let mut elements = elements.to_vec();
        if let Some((_, variable)) = by_level {
            target.level = None;
            let (_, element) = elements.iter_mut().find(|(name, _)| name == variable)?;
            element.role = Role::Level;
        }
        let message = before_message(&reader, &parts, &mut target, &mut elements)?;
        let first = first_variable(&reader, message, tokens.list.len())?;
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

/// The macro of a crate that a variable of the rule names, and the variable: `tracing::$level!(…)`.
fn by_level<'a>(text: &'a str, call: &Invocation) -> Option<(KnownMacro, &'a str)> {
    let (path, variable) = text.get(call.path.clone())?.rsplit_once("::$")?;
    let package = path.rsplit(['$', ':']).next()?;
    Some((dialect::of_package(package)?.find("info")?, variable))
}

/// Takes note of what a body gives before the message, and of the variables there; returns the message's tokens.
fn before_message(
    reader: &Reader<'_>,
    parts: &[ArgumentTokens],
    target: &mut Target,
    elements: &mut [(String, Element)],
) -> Option<Range<usize>> {
    let variable = |at: usize| {
        (reader.is(at, b'$') && reader.kind(at + 1) == Some(Kind::Ident))
            .then(|| reader.word(at + 1))
    };
    let mut role = |variable: Option<&str>, role: Role| {
        let element = elements.iter_mut().find(|(name, _)| Some(name.as_str()) == variable);
        if let Some((_, element)) = element {
            element.role = role;
        }
    };
    for part in parts {
        let range = part.tokens.clone();
        let is_repeated = reader.is(range.start, b'$') && reader.is_open(range.start + 1);
        let single = variable(range.start).filter(|_| range.len() == 2);
        let named = range.len() > 2
            && reader.kind(range.start) == Some(Kind::Ident)
            && reader.is(range.start + 1, b':')
            && !reader.is_pair(range.start + 1, b"::");
        if is_repeated {
            return Some(range);
        }
        if named {
            let name = reader.word(range.start).to_owned();
            if name == "v" {
                let value = range.start + 2..range.end;
                target.verbosity = text(reader, &value).trim().parse().ok().or(target.verbosity);
            }
            role(variable(range.start + 2), Role::Prefix(name));
        } else if target.leading.logger {
            target.leading.logger = false;
            role(single, Role::Logger);
        } else if target.leading.level {
            target.leading.level = false;
            target.level = dialect::level(text(reader, &range));
            role(single, Role::Level);
        } else if target.leading.tag || reader.is(range.start, b'#') {
            target.leading.tag = false;
        } else if !is_field(reader, &range) {
            return Some(range);
        }
        // `log::info!(key = value; $($arg)+)`: there is no place for more pairs.
        target.takes_tokens &= !(part.semicolon && target.known.dialect.closes_pairs());
    }
    None
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
                add_elements(reader, start..at, true, &mut elements);
            }
            let after = reader.next(at + 1);
            elements.push(element(reader, at..after, false));
            at = after_operator(reader, after, end);
            start = at;
        } else if reader.is(at, b',') || reader.is(at, b';') {
            if start < at {
                add_elements(reader, start..at, false, &mut elements);
            }
            at += 1;
            start = at;
        } else {
            at = reader.next(at);
        }
    }
    if start < end {
        add_elements(reader, start..end, false, &mut elements);
    }
    elements
}

/// The variables of a part of a pattern without commas, each with what is before it and between it and the next one.
fn add_elements(
    reader: &Reader<'_>,
    part: Range<usize>,
    before_repetition: bool,
    elements: &mut Vec<(String, Element)>,
) {
    let is_variable = |at: &usize| {
        reader.is(*at, b'$')
            && reader.kind(at + 1) == Some(Kind::Ident)
            && reader.is(at + 2, b':')
            && reader.kind(at + 3) == Some(Kind::Ident)
    };
    let mut start = part.start;
    while let Some(first) = (start..part.end).find(is_variable) {
        let end = first + 4;
        let next = (end..part.end).find(is_variable);
        let next = next.or((before_repetition && end < part.end).then_some(part.end));
        let Some(next) = next.filter(|next| *next > end) else { break };
        let (name, one) = element(reader, start..end, false);
        let after = (end..next).map(|at| reader.word(at).to_owned()).collect();
        elements.push((name, Element { after, ..one }));
        start = next;
    }
    if start < part.end {
        elements.push(element(reader, start..part.end, before_repetition));
    }
}

/// The index after the separator and the operator of a repetition.
fn after_operator(reader: &Reader<'_>, start: usize, end: usize) -> usize {
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
    let after = Vec::new();
    (name, Element { literal, fragment, after, repeated, glued, role: Role::Own })
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

/// The key of a pair that a body gives: `key = value`, `"key" = value`, `key:% = value`.
fn own_key(reader: &Reader<'_>, tokens: &Range<usize>) -> Option<String> {
    let sign = (tokens.start + 1..tokens.end.min(tokens.start + 12))
        .find(|at| reader.is(*at, b'=') && !reader.is_pair(*at, b"=="))?;
    let has_value = sign + 1 < tokens.end;
    let key = reader.text.get(reader.span(tokens.start..sign))?;
    let key = key.split(':').next().unwrap_or(key).trim();
    let key = key.trim_start_matches("r#").trim_matches('"');
    let is_key = !matches!(key, "" | "message")
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
    (has_value && is_key).then(|| key.to_owned())
}

struct First<'a> {
    name: &'a str,
    /// It is where the message is, by itself.
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
