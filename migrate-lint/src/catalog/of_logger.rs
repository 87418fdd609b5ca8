//! What the logger of a call adds to its entry, as far as the file shows it.

use std::collections::HashSet;

use super::{Key, Kind, literal};
use crate::call::Span;
use crate::scan::Scanned;
use crate::scan::made::{self, Root};

/// Keys of a logger that a statement lists: nobody reads lines with more.
const N_KEYS: usize = 256;

/// Scopes around a call that are followed, each made of the current logger of the next.
const N_SCOPES: usize = 16;

/// What a call's logger adds, as far as it is made in the same function.
#[derive(Debug, Default)]
pub(super) struct OfLogger {
    /// Names that it was given, as they are printed.
    pub(super) name: Option<String>,
    /// Keys, in the order in which they were added.
    keys: Vec<String>,
    /// V levels that it adds.
    pub(super) verbosity: u32,
}

impl OfLogger {
    /// What is added at a place: by the logger that the call has (its text and where that is), else by the current one.
    pub(super) fn at(scanned: &Scanned, logger: Option<(&str, &Span)>, at: usize) -> Self {
        let mut levels = Vec::new();
        let mut of_current = match logger {
            None => Some(at),
            Some((text, span)) => {
                let level = Level::of(scanned, text, span, at);
                let of_current = level.of_current;
                levels.push(level);
                of_current
            }
        };
        let has_scopes = || scanned.mentions("in_scope") || scanned.mentions("with_logger");
        while let Some(place) = of_current.filter(|_| levels.len() < N_SCOPES && has_scopes()) {
            let Some(scope) = scanned.flow().scope_at(place) else { break };
            let text = scanned.source.slice(&scope.logger);
            let place = scope.span.start.min(scope.logger.start);
            let level = Level::of(scanned, text, &scope.logger, place);
            of_current = level.of_current;
            levels.push(level);
        }
        let mut of_logger = Self::default();
        let mut names = Vec::new();
        for level in levels.into_iter().rev() {
            let room = N_KEYS.saturating_sub(of_logger.keys.len());
            of_logger.keys.extend(level.keys.into_iter().take(room));
            of_logger.verbosity = of_logger.verbosity.saturating_add(level.verbosity);
            names.extend(level.names);
        }
        of_logger.name = (!names.is_empty()).then(|| names.join("."));
        of_logger
    }

    /// Adds the keys that a statement does not have yet: of a wrapper, then the logger's.
    pub(super) fn add_keys(&self, keys: &mut Vec<Key>, of_wrapper: &[String]) {
        let mut known: HashSet<String> = keys.iter().map(|key| key.name.clone()).collect();
        for name in of_wrapper.iter().chain(&self.keys) {
            if known.insert(name.clone()) {
                keys.push(Key { name: name.clone(), kind: Kind::Unknown });
            }
        }
    }
}

/// What one expression adds to the logger that it is made of.
#[derive(Default)]
struct Level {
    names: Vec<String>,
    keys: Vec<String>,
    verbosity: u32,
    /// It is made of the current logger of this place.
    of_current: Option<usize>,
}

impl Level {
    /// What the logger of this text adds to a call at a place.
    fn of(scanned: &Scanned, text: &str, span: &Span, at: usize) -> Self {
        let mut level = Self::default();
        let is_name = |c: char| c.is_alphanumeric() || "_.&* ".contains(c);
        // `logger: log.with_values(…)` makes one in the call.
        let made =
            (!text.chars().all(is_name)).then(|| scanned.loggers.made(span, || made::logger(text)));
        let bound = match made.as_ref().map(|made| &made.root) {
            None => text,
            Some(Root::Name(name) | Root::Field(name)) => name,
            Some(Root::Current) => {
                level.of_current = Some(at);
                ""
            }
            Some(Root::Other) => "",
        };
        let derivations = scanned.facts.derivations(bound, at);
        // `let log = Logger::current().with_values(…)`
        if let Some(first) = derivations.first().filter(|one| one.method == "current") {
            level.of_current = Some(first.span.start);
        }
        for one in derivations {
            level.add_keys(one.keys.iter().map(|(key, _)| key));
            let argument = |method: &str| {
                let (_, text) = scanned.source.slice(&one.span).rsplit_once(method)?;
                Some(text.trim_end_matches(')').trim())
            };
            match one.method.as_str() {
                "with_name" => level.names.extend(argument("with_name(").and_then(literal)),
                "v" => {
                    let v = argument(".v(").and_then(|text| text.parse().ok()).unwrap_or(0);
                    level.verbosity = level.verbosity.saturating_add(v);
                }
                _ => {}
            }
        }
        if let Some(made) = made {
            level.add_keys(made.pairs.iter().map(|(key, ..)| key));
            level.names.extend(made.names.iter().cloned());
            level.verbosity = level.verbosity.saturating_add(made.verbosity);
        }
        level
    }

    fn add_keys<'a>(&mut self, keys: impl Iterator<Item = &'a String>) {
        let room = N_KEYS.saturating_sub(self.keys.len());
        self.keys.extend(keys.take(room).cloned());
    }
}
