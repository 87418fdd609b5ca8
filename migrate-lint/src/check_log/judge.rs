//! An entry that was taken apart → what the rules say about it.

use std::sync::Arc;

use super::LogFormat;
use super::alone::{self, Alone, Overview};
use super::counts::Counts;
use super::expect::Progress;
use super::foreign::Foreign;
use super::options::Options;
use super::raw::{Defect, MessageForm, Raw};
use super::rules::Id;
use super::sieve::Tally;
use super::statements::Statements;
use super::tables::{Keys, Messages};

/// What entries are judged by, and what they leave behind.
#[derive(Debug)]
pub(super) struct Judge {
    pub alone: Arc<Alone>,
    pub keys: Keys,
    pub messages: Messages,
    pub counts: Counts,
    pub progress: Vec<Progress>,
    pub statements: Option<Statements>,
    /// Other loggers whose JSON was reported.
    pub foreign: Vec<Foreign>,
}

/// Where an entry begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// In the bytes that were looked over.
    pub start: usize,
    /// Line of its file.
    pub line: usize,
}

impl Judge {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            alone: Arc::new(Alone::new(options.max_line)),
            keys: Keys::new(&options.forbid),
            messages: Messages::default(),
            counts: Counts::default(),
            progress: vec![Progress::default(); options.require.len()],
            statements: options.catalog.clone().map(Statements::new),
            foreign: Vec::new(),
        }
    }

    /// Judges an entry; adds to `raw.defects`. `stream` is the format of the entry before it.
    pub(super) fn entry(
        &mut self,
        entry: &[u8],
        place: Place,
        overview: &mut Overview,
        stream: &mut Option<LogFormat>,
        raw: &mut Raw,
        options: &Options,
    ) {
        let Place { start, line } = place;
        self.alone.look(entry, start, overview, raw);
        if !raw.is_json && raw.body == 0 {
            self.counts.n_other += 1;
            return;
        }
        let foreign = if raw.is_json { Foreign::of(entry, raw) } else { None };
        if let Some(foreign) = foreign {
            self.foreign(foreign, entry, raw);
        }
        self.counts.count(raw);
        mixed(stream, options.format, raw);
        if raw.is_json && foreign.is_none() {
            alone::fields(entry, raw);
        }
        self.pairs(entry, line, raw);
        if raw.form == MessageForm::Quoted {
            let message = &entry[raw.message.clone()];
            if let Some((skeleton, count)) = self.messages.see(raw.message_hash, message) {
                let words = format!("{count} messages so far differ only in a part: `{skeleton}`");
                let help = "keep the message constant, and log what differs as key/value pairs";
                raw.defect_with_help(Id::DynamicMessage, raw.message.clone(), words, help);
            }
        }
        if let Some(statements) = &mut self.statements
            && raw.form != MessageForm::Missing
            && !statements.see(entry, raw)
        {
            let words = "no statement of the catalog logs this message from this file";
            raw.defect(Id::UnknownStatement, raw.message.clone(), words);
        }
        for (requirement, progress) in options.require.iter().zip(&mut self.progress) {
            if !progress.is_met {
                requirement.look(entry, raw, line, progress);
            }
        }
    }

    /// Adds what was found out of entries that say nothing new.
    pub(super) fn add(&mut self, tally: &Tally) {
        self.counts.add(&tally.counts);
        self.keys.add_counts(&tally.keys);
        self.keys.n_beyond += tally.n_keys_beyond;
        self.messages.add_counts(&tally.messages);
        self.messages.n_beyond += tally.n_messages_beyond;
        if let Some(statements) = &mut self.statements {
            statements.add_counts(&tally.statements, tally.n_unknown_statements);
        }
    }

    /// An entry of another logger: one finding in a run, and what it lacks is no finding of each line.
    fn foreign(&mut self, foreign: Foreign, entry: &[u8], raw: &mut Raw) {
        if foreign.settle(entry, raw) && !self.foreign.contains(&foreign) {
            self.foreign.push(foreign);
            let (words, help) = foreign.words();
            raw.defect_with_help(Id::MissingField, 0..raw.end.min(30), words, help);
        }
    }

    fn pairs(&mut self, entry: &[u8], line: usize, raw: &mut Raw) {
        let mut defects = std::mem::take(&mut raw.defects);
        let is_text = !raw.is_json;
        let secrets = alone::secrets(&defects);
        for pair in &raw.pairs {
            let name = &entry[pair.key.clone()];
            let seen = self.keys.see(pair.hash, name, pair.kind, line);
            let mut found = |rule, message: String, help| {
                let span = pair.key.clone();
                defects.push(Defect { rule, span, message: message.into(), help });
            };
            let name = || String::from_utf8_lossy(name).into_owned();
            if let Some((kind, first)) = seen.changed {
                let words = format!(
                    "`{}` is a {} here, and was a {} at line {first}",
                    name(),
                    pair.kind.name(),
                    kind.name()
                );
                let help = "stores that learn types from the first value refuse the others";
                found(Id::TypeChange, words, Some(help));
            }
            if seen.is_new_and_odd && (raw.is_json || pair.is_quoted_key) {
                let help = "keys are lowerCamelCase";
                let words = match raw.is_json {
                    true => {
                        format!("key `{}` is no plain word, which queries have to quote", name())
                    }
                    false => format!("key `{}` has to be quoted", name()),
                };
                found(Id::OddKey, words, Some(help));
            }
            if seen.is_forbidden {
                found(Id::ForbiddenKey, format!("key `{}` is forbidden", name()), None);
            }
            if seen.is_credential && alone::is_exposed(entry, pair, is_text, &secrets) {
                let help = "take it back, then wrap the value in `Secret` or leave it out";
                let message = format!("the value of `{}` in the log", name()).into();
                let (rule, span) = (Id::SecretValue, pair.value.clone());
                defects.push(Defect { rule, span, message, help: Some(help) });
            }
        }
        raw.defects = defects;
    }
}

/// A switch from one format to the other; where one is expected, each entry in the other.
#[inline]
pub(super) fn mixed(stream: &mut Option<LogFormat>, expected: Option<LogFormat>, raw: &mut Raw) {
    let format = if raw.is_json { LogFormat::Json } else { LogFormat::Text };
    let before = expected.or(*stream);
    *stream = Some(format);
    if before.is_some_and(|before| before != format) {
        let words = match (expected, format) {
            (None, LogFormat::Json) => "this entry is JSON, the one before it is text",
            (None, LogFormat::Text) => "this entry is text, the one before it is JSON",
            (Some(_), LogFormat::Json) => "this entry is JSON, and the log should be text",
            (Some(_), LogFormat::Text) => "this entry is text, and the log should be JSON",
        };
        raw.defect(Id::MixedFormat, 0..raw.end.min(30), words);
    }
}
