//! Why a fix is not safe: every reason is one value of [`Reason`], which the reports print.
//!
//! A fix without a reason is safe: `--fix` applies it unattended. `safety.md` says what that means; `cargo klog explain safety`
//! prints it with the list of the reasons.

use std::fmt::Write as _;

/// Whether a fix may be applied unattended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// Applied by `--fix`.
    Safe,
    /// Applied by `--fix --unsafe-fixes`: a person should look at words, keys or levels.
    Unsafe,
}

/// A reason for a person to look at a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The key is not a name that the author gave.
    KeyInvented,
    /// A key that is in the source gets another name.
    KeyRenamed,
    /// The unit of a value is neither in its key nor in the message.
    UnitLost,
    /// The message is made of other words than the author's.
    MessageInvented,
    /// The message is written otherwise: case, punctuation.
    MessageReworded,
    /// What is left of the message is no phrase.
    NoPhrase,
    /// The value was the subject of the sentence.
    SubjectLost,
    /// The sentence says less without the value.
    ObjectLost,
    /// A clause is left that only named values.
    ListLeft,
    /// A word is followed by one that it did not precede.
    WordsJoined,
    /// Values have left the sentence, not all of them from where it stays whole.
    SentenceUnchecked,
    /// A word of the text is neither in the message nor in a key.
    WordsLost,
    /// The ending of a plural was chosen at run time.
    PluralCut,
    /// The text has braces, which may be part of what it says.
    BracesInText,
    /// Colours of a terminal leave the message.
    StylingCut,
    /// A value was part of a longer word: a file name, an address.
    WordTakenOut,
    /// `if` or `match` chooses the value.
    ChoiceAsValue,
    /// Values are computed by statements in front of the call.
    ComputedBefore,
    /// What was printed with `Debug` would be printed with `Display`.
    DebugToDisplay,
    /// The error gets another place in the entry.
    ErrorMoved,
    /// An object is logged instead of its name.
    ObjectForText,
    /// A logger and what it adds to its entries leaves the call.
    LoggerDropped,
    /// The call goes to another output, and its level is a guess.
    PrintBecomesLog,
    /// The call gets another level.
    LevelChanged,
    /// The entry's text is formatted by another call.
    FormattedElsewhere,
    /// The program ends by another function.
    ExitChanged,
    /// Another rule would flag the fixed call.
    FlaggedAfterwards,
    /// A pair leaves the call for a logger or span around it.
    PairMoved,
    /// Lines of a task gain the context of the code that spawned it.
    ContextGained,
    /// The value may be another one at another call.
    ValueChanges,
    /// The value is more than a path, a getter or a constant.
    ValueComputed,
    /// The calls have no block in common in which the value is known.
    NoCommonScope,
    /// A span would be entered across an await.
    SpanAcrossAwait,
    /// The type of the logger is not known here.
    LoggerUnknown,
    /// The logger must own the value, and how to own it is not known here.
    NotOwned,
    /// What the function returns may hold a logger that the function makes.
    LoggerReturned,
    /// The library has neither loggers with pairs nor spans.
    NoContext,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 37] = [
        Self::KeyInvented,
        Self::KeyRenamed,
        Self::UnitLost,
        Self::MessageInvented,
        Self::MessageReworded,
        Self::NoPhrase,
        Self::SubjectLost,
        Self::ObjectLost,
        Self::ListLeft,
        Self::WordsJoined,
        Self::SentenceUnchecked,
        Self::WordsLost,
        Self::PluralCut,
        Self::BracesInText,
        Self::StylingCut,
        Self::WordTakenOut,
        Self::ChoiceAsValue,
        Self::ComputedBefore,
        Self::DebugToDisplay,
        Self::ErrorMoved,
        Self::ObjectForText,
        Self::LoggerDropped,
        Self::PrintBecomesLog,
        Self::LevelChanged,
        Self::FormattedElsewhere,
        Self::ExitChanged,
        Self::FlaggedAfterwards,
        Self::PairMoved,
        Self::ContextGained,
        Self::ValueChanges,
        Self::ValueComputed,
        Self::NoCommonScope,
        Self::SpanAcrossAwait,
        Self::LoggerUnknown,
        Self::NotOwned,
        Self::LoggerReturned,
        Self::NoContext,
    ];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyInvented => "key-invented",
            Self::KeyRenamed => "key-renamed",
            Self::UnitLost => "unit-lost",
            Self::MessageInvented => "message-invented",
            Self::MessageReworded => "message-reworded",
            Self::NoPhrase => "no-phrase",
            Self::SubjectLost => "subject-lost",
            Self::ObjectLost => "object-lost",
            Self::ListLeft => "list-left",
            Self::WordsJoined => "words-joined",
            Self::SentenceUnchecked => "sentence-unchecked",
            Self::WordsLost => "words-lost",
            Self::PluralCut => "plural-cut",
            Self::BracesInText => "braces-in-text",
            Self::StylingCut => "styling-cut",
            Self::WordTakenOut => "word-taken-out",
            Self::ChoiceAsValue => "choice-as-value",
            Self::ComputedBefore => "computed-before",
            Self::DebugToDisplay => "debug-to-display",
            Self::ErrorMoved => "error-moved",
            Self::ObjectForText => "object-for-text",
            Self::LoggerDropped => "logger-dropped",
            Self::PrintBecomesLog => "print-becomes-log",
            Self::LevelChanged => "level-changed",
            Self::FormattedElsewhere => "formatted-elsewhere",
            Self::ExitChanged => "exit-changed",
            Self::FlaggedAfterwards => "flagged-afterwards",
            Self::PairMoved => "pair-moved",
            Self::ContextGained => "context-gained",
            Self::ValueChanges => "value-changes",
            Self::ValueComputed => "value-computed",
            Self::NoCommonScope => "no-common-scope",
            Self::SpanAcrossAwait => "span-across-await",
            Self::LoggerUnknown => "logger-unknown",
            Self::NotOwned => "not-owned",
            Self::LoggerReturned => "logger-returned",
            Self::NoContext => "no-context",
        }
    }

    /// What a person should look at.
    pub fn words(self) -> &'static str {
        match self {
            Self::KeyInvented => "a key is not the author's own name",
            Self::KeyRenamed => "a key gets another name",
            Self::UnitLost => "the unit of a value is lost",
            Self::MessageInvented => "the message is not made of the author's words",
            Self::MessageReworded => "the message is written otherwise",
            Self::NoPhrase => "the message is hardly a phrase",
            Self::SubjectLost => "the subject of the sentence was a value",
            Self::ObjectLost => "the sentence says less without a value",
            Self::ListLeft => "a clause is left that only named values",
            Self::WordsJoined => "words are together that were apart in the source",
            Self::SentenceUnchecked => {
                "values have left the sentence, which may not be whole without them"
            }
            Self::WordsLost => "a word of the text is neither in the message nor in a key",
            Self::PluralCut => "the ending of a plural was chosen at run time",
            Self::BracesInText => "the text has braces",
            Self::StylingCut => "colours leave the message",
            Self::WordTakenOut => "a value was part of a longer word",
            Self::ChoiceAsValue => "`if` or `match` chooses a value",
            Self::ComputedBefore => "values are computed in front of the call",
            Self::DebugToDisplay => "`Debug` becomes `Display`",
            Self::ErrorMoved => "the error gets another place in the entry",
            Self::ObjectForText => "an object is logged instead of its name",
            Self::LoggerDropped => "what the logger adds to its entries is lost",
            Self::PrintBecomesLog => "the text goes to another output, at a level that is a guess",
            Self::LevelChanged => "the level changes",
            Self::FormattedElsewhere => "the text is formatted by the log call itself",
            Self::ExitChanged => "the program ends by another function",
            Self::FlaggedAfterwards => "another rule would flag the fixed call",
            Self::PairMoved => {
                "a pair goes to the logger or span around the calls, and the lines of callees gain it"
            }
            Self::ContextGained => "the lines of the task gain pairs",
            Self::ValueChanges => "the value may be another one from call to call",
            Self::ValueComputed => {
                "the value is more than a path, a getter or a constant, and would be computed at another time"
            }
            Self::NoCommonScope => "no block that holds the calls begins where the value is known",
            Self::SpanAcrossAwait => "a span would be entered across an `.await`",
            Self::LoggerUnknown => "the logger's type is not known here",
            Self::NotOwned => "the logger must own the value, and its type is not known here",
            Self::LoggerReturned => "what the function returns may hold the logger",
            Self::NoContext => "`log` has no context: klog, `tracing` and `slog` have",
        }
    }
}

/// Whether a fix with these reasons may be applied unattended.
pub fn applicability(reasons: &[Reason]) -> Applicability {
    if reasons.is_empty() { Applicability::Safe } else { Applicability::Unsafe }
}

/// The page about safe fixes, with the list of the reasons.
pub fn page() -> String {
    let mut page = include_str!("safety.md").trim_end().to_owned();
    page += "\n\n";
    for reason in Reason::ALL {
        let _ = writeln!(page, "- `{}`: {}", reason.name(), reason.words());
    }
    page
}
