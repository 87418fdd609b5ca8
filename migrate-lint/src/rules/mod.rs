//! What a log call should not be: one rule a file, each with its page.
//!
//! A rule is plain data with a function. It looks at a call or at a file and appends findings; it knows nothing of levels,
//! suppression and other rules. A new rule is a file, a page and a line in `RULES`.

pub mod house;
pub mod names;
mod page;
mod workspace_facts;

mod formatted_value;
mod interpolated_message;
mod non_constant_message;
mod other_macros;
mod print_macro;

mod duplicate_key;
mod dynamic_key;
mod placeholder_in_message;
mod reserved_key;

mod key_case;
mod key_name;
mod key_type_conflict;

mod costly_argument;
mod error_not_under_err;
mod object_by_string;
mod secret_value;

mod log_and_return;
mod message_style;

mod verbosity_on_error;
mod verbosity_range;
mod verbosity_zero;
mod warning_level;

mod context_not_carried;
mod entered_across_await;
mod global_logger;
mod instrument_captures_all;
mod logger_and_context;
mod logger_in_loop;
mod logger_not_passed;
mod pair_in_context;
mod repeated_pair;
mod unconverted_logger;
mod unnamed_component;

mod exit_after_error;

mod allow_without_reason;
mod unknown_directive;
mod unused_allow;

mod carried;
mod context_fix;
mod edits;
mod instrument;
mod keys;
mod loggers;
mod needs;
mod plain_functions;
mod structured;
mod unchanged;
mod values;
mod wrappers;

use crate::call::{Function, LogCall, Span};
use crate::directive::Directive;
use crate::finding::{Edit, Finding, Fix, Level};
use crate::rustfmt::Widths;
use crate::safety::Reason;
use crate::scan::Scanned;
use crate::settings::{FixDialect, Settings};
use crate::workspace::SourceFile;

pub use page::texts;
pub use workspace_facts::WorkspaceFacts;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Identifier, named for what it flags.
    pub name: &'static str,
    /// Group, with logcheck's name where logcheck has one.
    pub group: &'static str,
    /// Level without a configuration.
    pub level: Level,
    /// What is flagged, one line.
    pub summary: &'static str,
    /// Where the convention comes from.
    pub origin: &'static str,
    /// What `--fix` can do about it.
    pub fix: FixKind,
    /// The rule's page in Markdown; [`Rule::explain`] is the form for people.
    pub page: &'static str,
    /// Judges.
    pub check: Check,
}

/// What `--fix` can do about the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixKind {
    /// Nothing: a person has to decide.
    None,
    /// `--fix` fixes it.
    Safe,
    /// `--fix --unsafe-fixes` fixes it.
    Unsafe,
    /// Some findings have a safe fix, others an unsafe one.
    Both,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Every call.
    Call(fn(&Context<'_>, &LogCall, &mut Vec<Finding>)),
    /// The file as a whole.
    File(fn(&Context<'_>, &mut Vec<Finding>)),
    /// The comments that speak to the linter, after all other rules have run.
    Directives(fn(&Context<'_>, &[Directive], &mut Vec<Finding>)),
}

/// What a rule may ask.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What the file holds.
    pub scanned: &'a Scanned,
    /// Which file it is.
    pub file: &'a SourceFile,
    /// What the user wants.
    pub settings: &'a Settings,
    /// What is known of the workspace as a whole.
    pub workspace: &'a WorkspaceFacts,
    /// Rules that are in force for the file.
    pub active: &'a [&'static Rule],
}

/// All rules, in the order of their groups.
static RULES: &[&Rule] = &[
    &interpolated_message::RULE,
    &non_constant_message::RULE,
    &print_macro::RULE,
    &other_macros::RULE,
    &formatted_value::RULE,
    &placeholder_in_message::RULE,
    &duplicate_key::RULE,
    &reserved_key::RULE,
    &dynamic_key::RULE,
    &key_case::RULE,
    &key_name::RULE,
    &key_type_conflict::RULE,
    &error_not_under_err::RULE,
    &object_by_string::RULE,
    &secret_value::RULE,
    &costly_argument::RULE,
    &message_style::RULE,
    &log_and_return::RULE,
    &verbosity_zero::RULE,
    &verbosity_on_error::RULE,
    &verbosity_range::RULE,
    &warning_level::RULE,
    &global_logger::RULE,
    &logger_and_context::RULE,
    &logger_in_loop::RULE,
    &unconverted_logger::RULE,
    &repeated_pair::RULE,
    &pair_in_context::RULE,
    &context_not_carried::RULE,
    &logger_not_passed::RULE,
    &unnamed_component::RULE,
    &entered_across_await::RULE,
    &instrument_captures_all::RULE,
    &exit_after_error::RULE,
    &unknown_directive::RULE,
    &unused_allow::RULE,
    &allow_without_reason::RULE,
];

/// All rules, in the order of their groups.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied()
}

impl Rule {
    /// Its level where nobody has set one.
    pub fn usual_level(&self, settings: &Settings) -> Level {
        let is_of_target = self.name == other_macros::RULE.name;
        match settings.dialect {
            FixDialect::Of(_) if is_of_target => Level::Warn,
            FixDialect::Of(_) | FixDialect::Own => self.level,
        }
    }
}

impl Context<'_> {
    /// The source of a range.
    pub fn text(&self, span: &Span) -> &str {
        self.scanned.source.slice(span)
    }

    /// How long rustfmt lets lines of the file become.
    pub fn widths(&self) -> Widths {
        self.workspace.widths(self.file.crate_index)
    }

    /// The innermost function around a place; none in a macro's arguments outside of functions and in code that does not
    /// parse.
    pub fn function_at(&self, offset: usize) -> Option<&Function> {
        self.scanned.facts.function_at(offset)
    }
}

/// A finding without label, help and fix; the driver sets rule, level and call.
fn finding(span: Span, message: impl Into<String>) -> Finding {
    Finding {
        rule: "",
        level: Level::Warn,
        message: message.into(),
        span,
        label: None,
        related: Vec::new(),
        help: Vec::new(),
        fix: None,
        rewrite: None,
        call: None,
        also: Vec::new(),
        is_soft: false,
    }
}

/// A fix of one edit.
fn fix(reasons: &[Reason], title: impl Into<String>, edits: Vec<Edit>) -> Option<Fix> {
    Some(Fix { title: title.into(), reasons: reasons.to_vec(), edits, writes: None })
}
