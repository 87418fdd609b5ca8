//! Macros that stand for a known one: `macro_rules! net_trace { ($($arg:tt)*) => { log::trace!($($arg)*) } }`.
//!
//! A rule of a macro forwards when its body calls a known macro, or another such macro, with the tokens that the rule
//! takes in the place of the message. What its body supplies itself, and what it takes before the message for itself, is
//! known then. Where this is not plain, the configuration has to say it.

mod definition;
pub(super) mod limit;

use std::ops::Range;

use super::WrapperConfig;
use super::modules::FileId;
use super::resolve::Names;
use crate::call::{CallKind, Level};
use crate::dialect::{self, KnownMacro, Leading};
use crate::syntax::split::ArgumentTokens;
use crate::syntax::token::{Kind, Reader};

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
    /// `None`: a rule that forwards nothing, and only keeps its calls from the rules after it.
    target: Option<Target>,
}

/// An argument that a rule takes before the message.
#[derive(Clone, Debug, PartialEq)]
struct Element {
    /// Tokens that must be in the call.
    literal: Vec<String>,
    /// Fragment of its variable (`expr`).
    fragment: String,
    /// Tokens after it, which end it in the same argument: `$level:ident: $($arg:tt)*`.
    after: Vec<String>,
    /// `$(…)*`: may be missing.
    repeated: bool,
    /// What follows is in the same argument: `@inner $($arg:tt)*`.
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
    /// The V level that the body gives.
    pub(super) verbosity: Option<u32>,
    /// A key that a limit around the call may add.
    pub(super) added_key: Option<&'static str>,
    /// Keys of the pairs that the body gives.
    pub(super) own_keys: Vec<String>,
    /// What it still takes from the call before the message.
    pub(super) leading: Leading,
    /// The call's tokens reach the known macro as they are, whatever they be.
    pub(super) takes_tokens: bool,
}

impl Target {
    /// A macro called by itself.
    pub(super) fn direct(known: KnownMacro) -> Self {
        Self {
            level: known.level,
            verbosity: None,
            added_key: None,
            own_keys: Vec::new(),
            leading: known.leading,
            known,
            takes_tokens: true,
        }
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
        let known = dialect::of_package(package)?.find(name)?;
        if known.kind == CallKind::Limit {
            return None;
        }
        let mut target = Target::direct(known);
        target.leading.logger &= !config.without_logger;
        target.takes_tokens = false;
        let own = Element {
            literal: Vec::new(),
            fragment: "tokens".to_owned(),
            after: Vec::new(),
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
            if !element.after.is_empty() {
                let end = element.end(reader, start..tokens.end)?;
                if !fits(reader, &element.fragment, start..end) {
                    return None;
                }
                roles.push((element.role.clone(), start..end));
                current = Some(end + element.after.len()..tokens.end);
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
    /// The index after the tokens that must be in the call.
    fn literal_end(&self, reader: &Reader<'_>, tokens: &Range<usize>) -> Option<usize> {
        let end = tokens.start + self.literal.len();
        let mut words = self.literal.iter().zip(tokens.start..);
        (end <= tokens.end && words.all(|(word, at)| reader.word(at) == word)).then_some(end)
    }

    /// The index of the tokens after it that end it.
    fn end(&self, reader: &Reader<'_>, tokens: Range<usize>) -> Option<usize> {
        let mut at = tokens.start;
        while at + self.after.len() <= tokens.end {
            if self.after.iter().zip(at..).all(|(word, at)| reader.word(at) == word) {
                return Some(at);
            }
            at = reader.next(at);
        }
        None
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
