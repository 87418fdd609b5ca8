//! Why a call stays in the macros that it uses, where a fix would write it in those of another dialect.

use crate::call::{CallKind, LogCall, MessageForm, Piece};
use crate::dialect::Dialect;

/// What keeps a call where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stays {
    /// It goes through a macro of the program that adds to its arguments.
    Formats(String),
    /// It goes through a macro of the program that calls the other library.
    Wrapper(String),
    /// It is in the body of a macro.
    Body(String),
    /// A comment between its arguments.
    Comment,
    /// Its text has what the dialect's messages cannot have.
    Text,
    /// An argument before the message (`parent`).
    Prefix(String),
    /// A pair, as it is written.
    Pair(String),
    /// The entry's error would be evaluated before what it follows.
    Error,
    /// Its values would be evaluated in another order, or at another time.
    Order,
    /// The message is put together by a macro.
    Joined,
    /// Only a person knows what else a change does.
    Code,
    /// There is no message, or it is none that can be read.
    NoMessage,
    /// Nothing but values.
    NoWords,
    /// More values than anybody writes.
    TooMany,
    /// Its arguments cannot be read.
    Unreadable,
    /// The program chooses the level when it runs.
    Level,
    /// A key would be a secret's.
    Secret,
}

impl Stays {
    /// Why a call that is not rewritten at all is not.
    pub fn of(call: &LogCall) -> Self {
        if call.unreadable.is_some() {
            return Self::Unreadable;
        }
        if let Some(own) = Self::by_macros(call) {
            return own;
        }
        match call.message.as_ref().map(|message| &message.form) {
            Some(MessageForm::Literal { pieces, .. }) => match Self::has_words(pieces) {
                true => Self::Text,
                false => Self::NoWords,
            },
            Some(MessageForm::Macro(_)) => Self::Joined,
            Some(MessageForm::Constant(_) | MessageForm::Expr(_)) | None => Self::NoMessage,
        }
    }

    /// The macros that the call goes through, or is in, and the level.
    pub(super) fn by_macros(call: &LogCall) -> Option<Self> {
        match (&call.wrapper, &call.place.macro_definition) {
            (_, Some(name)) => Some(Self::Body(name.clone())),
            (Some(name), None) if !call.forwards_tokens => Some(Self::Formats(name.clone())),
            (Some(name), None) => Some(Self::Wrapper(name.clone())),
            (None, None)
                if call.kind == CallKind::Event && super::level::level_of(call).is_none() =>
            {
                Some(Self::Level)
            }
            (None, None) => None,
        }
    }

    fn has_words(pieces: &[Piece]) -> bool {
        pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Text(text) if text.contains(char::is_alphanumeric)))
    }

    /// The reason in words.
    pub fn words(&self, call: &LogCall, to: &Dialect) -> String {
        let (own, to) = (call.dialect.name, to.name);
        match self {
            Self::Formats(name) => format!(
                "it stays: `{name}!` does more with its arguments than hand them to {own}'s macro"
            ),
            Self::Wrapper(name) => format!("it stays with `{name}!`, which calls {own}'s macro"),
            Self::Body(name) => {
                format!("it stays: `{name}!` and all its calls would have to move together")
            }
            Self::Comment => {
                "it stays: a comment between its arguments has no other place".to_owned()
            }
            Self::Text => format!(
                "it stays: {to}'s macro takes no message with braces, verbs like `%s` or a final period"
            ),
            Self::Prefix(name) => format!("it stays: `{name}:` has no place in {to}'s macro"),
            Self::Pair(text) => format!("it stays: `{text}` has no place in {to}'s macro"),
            Self::Error => {
                "it stays: its error would be evaluated before the values in front of it".to_owned()
            }
            Self::Order => {
                "it stays: its values would be evaluated in another order, or at another time"
                    .to_owned()
            }
            Self::Joined => "it stays: a macro puts its message together".to_owned(),
            Self::Code => "it stays: a change of it would do more than log elsewhere".to_owned(),
            Self::NoMessage => format!("it stays: {to}'s macro needs a constant message"),
            Self::NoWords => "it stays: nothing but values; say in words what happened".to_owned(),
            Self::TooMany => "it stays: it has more values or words than an entry".to_owned(),
            Self::Unreadable => "it stays: its arguments cannot be read".to_owned(),
            Self::Secret => "it stays: a fix would write a secret".to_owned(),
            Self::Level => "it stays: the program chooses its level when it runs".to_owned(),
        }
    }
}
