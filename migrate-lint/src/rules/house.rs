//! The style that the code has throughout, counted: how messages begin, the key for errors, the case of keys.

use std::collections::BTreeMap;

use super::{keys, message_style, values};
use crate::call::{CallKind, LogCall, MessageForm, Piece, Shape};
use crate::scan::Scanned;
use crate::settings::{ErrorKey, KeyCase, MessageCase, Settings};
use crate::workspace::Workspace;

/// From so many on a habit is one.
const ENOUGH: usize = 10;

/// What was counted: how many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Share {
    n: usize,
    all: usize,
}

/// The style of a workspace, where it is another than the guide's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct House {
    messages: Option<(MessageCase, String)>,
    error: Option<(ErrorKey, String)>,
    case: Option<(KeyCase, String)>,
}

#[derive(Debug, Default)]
struct Counts {
    small: Share,
    error: Share,
    /// Keys of several words by their case, and how many of them are in their dialect's own.
    cases: BTreeMap<&'static str, usize>,
    own_case: Share,
}

impl Share {
    fn count(&mut self, counts: bool) {
        self.all += 1;
        self.n += usize::from(counts);
    }

    /// Four of five, of enough to tell.
    fn is_habit(self) -> bool {
        self.all >= ENOUGH && self.n * 5 >= self.all * 4
    }

    fn words(self, what: &str) -> String {
        format!("{} of {} {what}", self.n, self.all)
    }
}

/// Counts the style of the workspace's own code.
pub fn of(workspace: &Workspace, scanned: &[Scanned]) -> House {
    let mut counts = Counts::default();
    for scanned in scanned {
        let is_selected = workspace.files.get(scanned.file).is_some_and(|file| file.selected);
        for call in scanned.calls.iter().filter(|call| is_selected && is_counted(call)) {
            counts.add(call);
        }
    }
    counts.house()
}

fn is_counted(call: &LogCall) -> bool {
    call.kind == CallKind::Event && !call.dialect.prints && !call.place.test_code
}

impl Counts {
    fn add(&mut self, call: &LogCall) {
        if let Some(MessageForm::Literal { value, pieces }) =
            call.message.as_ref().map(|message| &message.form)
            && let Some(Piece::Text(_)) = pieces.first()
            && let Some(is_small) = message_style::begins_small(value)
        {
            self.small.count(is_small);
        }
        for pair in &call.pairs {
            let Some(key) = pair.key.as_deref() else { continue };
            let is_literal = pair.value.as_ref().is_some_and(|value| {
                matches!(values::bare(&value.shape), Shape::Str(_) | Shape::Literal(_))
            });
            if !call.dialect.has_error_prefix() && !is_literal && matches!(key, "err" | "error") {
                self.error.count(key == "error");
            }
            self.add_key(call, key);
        }
    }

    /// A key of one word is in every case.
    fn add_key(&mut self, call: &LogCall, key: &str) {
        if keys::words(key).len() < 2 || key.contains('.') {
            return;
        }
        let is_in = |case: KeyCase| keys::is_in_case(key, case, call.dialect);
        for case in KeyCase::ALL.into_iter().filter(|case| is_in(*case)) {
            *self.cases.entry(case.name()).or_default() += 1;
        }
        self.own_case.count(is_in(call.dialect.key_case));
    }

    fn house(self) -> House {
        let Self { small, error, cases, own_case } = self;
        let messages = small
            .is_habit()
            .then(|| (MessageCase::Small, small.words("messages begin with a small letter")));
        let error = error
            .is_habit()
            .then(|| (ErrorKey::Error, error.words("errors are under the key `error`")));
        let most = KeyCase::ALL.into_iter().max_by_key(|case| cases.get(case.name()));
        let case = most.filter(|_| !own_case.is_habit()).and_then(|case| {
            let n = cases.get(case.name()).copied().unwrap_or_default();
            let share = Share { n, all: own_case.all };
            let words = format!("keys of several words are in {}", case.name());
            share.is_habit().then(|| (case, share.words(&words)))
        });
        House { messages, error, case }
    }
}

impl House {
    /// The settings that say so.
    pub fn apply(&self, settings: &mut Settings) {
        if let Some((case, _)) = self.messages {
            settings.messages = case;
        }
        if let Some((error, _)) = self.error {
            settings.keys.error = error;
        }
        if let Some((case, _)) = self.case {
            settings.keys.case = Some(case);
        }
    }

    /// Lines for `[messages]` of the configuration, each with its reason.
    pub fn message_lines(&self) -> Vec<String> {
        let lines = self.messages.iter();
        lines.map(|(case, why)| format!("case = \"{}\"  # {why}", case.name())).collect()
    }

    /// Lines for `[keys]` of the configuration, each with its reason.
    pub fn key_lines(&self) -> Vec<String> {
        let case = self.case.iter().map(|(case, why)| ("case", case.name(), why));
        let error = self.error.iter().map(|(error, why)| ("error", error.name(), why));
        let lines = case.chain(error);
        lines.map(|(name, value, why)| format!("{name} = \"{value}\"  # {why}")).collect()
    }

    /// What was counted and the setting that goes with it, one line each.
    pub fn notes(&self) -> Vec<String> {
        let note = |table: &str, name: &str, value: &str, why: &str| {
            format!("{why}: `{name} = \"{value}\"` in [{table}] of klog.toml")
        };
        let messages =
            self.messages.iter().map(|(case, why)| note("messages", "case", case.name(), why));
        let error = self.error.iter().map(|(error, why)| note("keys", "error", error.name(), why));
        let case = self.case.iter().map(|(case, why)| note("keys", "case", case.name(), why));
        messages.chain(error).chain(case).collect()
    }
}
