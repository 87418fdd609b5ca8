//! The level of a rewritten call.

use super::{RewriteStyle, error, words};
use crate::call::{Hole, HoleArgument, Level, LogCall, MessageForm, Piece, Shape};

/// The call's level; a print's by its words, because the standard error is where all that is no result goes.
pub(super) fn level_of(call: &LogCall) -> Option<Level> {
    const ERRORS: &str = "\
        cannot can't couldn't err error errors fail failed fails failure fatal invalid panic panicked unable";
    const WARNINGS: &str = "caution deprecated warn warning warnings";
    let implied = call.level.or_else(|| call.dialect.implied_level(&call.macro_name));
    if implied != Some(Level::Error) || !call.dialect.prints {
        return implied;
    }
    let text = match call.message.as_ref().map(|message| &message.form) {
        Some(MessageForm::Literal { value, .. }) => value.to_lowercase(),
        _ => String::new(),
    };
    let mut words = text.split(|char: char| !char.is_alphanumeric() && char != '\'');
    let has = |class: &str, word: &str| words::has(class, word);
    let is_captured = |piece: &Piece| matches!(piece, Piece::Hole(Hole { argument: HoleArgument::Capture(name), .. }) if error::is_error(&Shape::Ident(name.clone()), &call.place));
    let has_error = call
        .format_args
        .iter()
        .any(|argument| error::is_error(&argument.value.shape, &call.place))
        || matches!(call.message.as_ref().map(|message| &message.form), Some(MessageForm::Literal { pieces, .. }) if pieces.iter().any(is_captured));
    if has_error || text.contains("could not") || words.clone().any(|word| has(ERRORS, word)) {
        return Some(Level::Error);
    }
    Some(if words.any(|word| has(WARNINGS, word)) { Level::Warn } else { Level::Info })
}

/// The level's macro in the dialect that is written.
pub(super) fn level(call: &LogCall, style: RewriteStyle) -> String {
    match level_of(call) {
        Some(Level::Trace) => "trace",
        Some(Level::Debug) => "debug",
        Some(Level::Warn) => "warn",
        Some(Level::Error) => "error",
        // What others call fatal ends the program; slog's `crit!` does not.
        Some(Level::Fatal) if style.dialect == call.dialect => "fatal",
        Some(Level::Fatal) => "error",
        Some(Level::Info) | None => "info",
    }
    .to_owned()
}
