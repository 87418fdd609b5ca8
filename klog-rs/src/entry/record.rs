//! An entry on its way from the call to the outputs.

use tracing::Event;

use super::{CallSite, verbosity::Place};
use crate::{
    base::{Severity, library},
    pairs::{CallPairs, Name, Pairs},
    value::Value,
};

/// An entry.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) severity: Severity,
    pub(crate) verbosity: u32,
    pub(crate) source: Source<'a>,
    /// What its logger adds.
    pub(crate) logger: (Option<&'a Name>, Option<&'a Pairs>),
    pub(crate) err: Option<&'a Value<'a>>,
    pub(crate) pairs: CallPairs<'a>,
}

/// Where an entry comes from, and what it says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// A macro's call, whose message and keys are the record's.
    Site(&'static CallSite),
    /// An event of plain `tracing`, whose message is found when it is visited.
    Event(&'a Event<'a>),
    /// Something else.
    Parts {
        file: Option<&'a str>,
        module: Option<&'a str>,
        target: Option<&'a str>,
        line: u32,
        message: &'a str,
    },
}

impl<'a> Record<'a> {
    #[inline]
    pub(crate) fn file(&self) -> Option<&'a str> {
        match self.source {
            Source::Site(site) => site.metadata().file(),
            Source::Event(event) => event.metadata().file(),
            Source::Parts { file, .. } => file,
        }
    }

    /// The crate that it comes from, if that is a dependency.
    pub(crate) fn library(&self) -> Option<&'a str> {
        let module = match self.source {
            Source::Site(site) => site.metadata().module_path(),
            Source::Event(event) => event.metadata().module_path(),
            Source::Parts { module, .. } => module,
        };
        library(self.file(), module)
    }

    /// Where it comes from.
    pub(crate) fn place(&self) -> Place<'a> {
        match self.source {
            Source::Site(site) => Place::of(site.metadata()),
            Source::Event(event) => Place::of(event.metadata()),
            Source::Parts { file, module, target, .. } => {
                Place { file, module, target: target.or(module).unwrap_or_default() }
            }
        }
    }

    pub(crate) fn line(&self) -> u32 {
        match self.source {
            Source::Site(site) => site.metadata().line().unwrap_or(0),
            Source::Event(event) => event.metadata().line().unwrap_or(1),
            Source::Parts { line, .. } => line,
        }
    }

    /// The message; empty for an event, of which encoders ask the event.
    pub(crate) fn message(&self) -> &'a str {
        match self.source {
            Source::Site(site) => site.message(),
            Source::Event(..) => "",
            Source::Parts { message, .. } => message,
        }
    }
}
