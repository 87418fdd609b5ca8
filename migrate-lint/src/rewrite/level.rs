//! The level of a rewritten call.

use super::{RewriteStyle, error, words};
use crate::call::{Hole, HoleArgument, Level, LogCall, MessageForm, Piece, Shape};

/// The call's level; a print's by its words, because the standard error is where all that is no result goes.
pub(super) fn level_of(call: &LogCall) -> Option<Level> {
    const ERRORS: &str = "\
        cannot can't couldn't err error errors fail failed fails failure fatal invalid panic panicked unable";
    const WARNINGS: &str = "caution deprecated warn warning warnings";
    let implied = call.level.or_else(|| call.dialect.implied_level(&call.macro_name));
    if let Some((level, _)) = said(call) {
        return Some(level);
    }
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

/// The level that a print begins with, and the length of what says so: `[DEBUG] `, `warning: `.
pub(super) fn said(call: &LogCall) -> Option<(Level, usize)> {
    let Some(MessageForm::Literal { pieces, .. }) =
        call.message.as_ref().map(|message| &message.form)
    else {
        return None;
    };
    let Some(Piece::Text(text)) = pieces.first().filter(|_| call.dialect.prints) else {
        return None;
    };
    let rest = text.trim_start().strip_prefix('[').unwrap_or(text.trim_start());
    let end = rest.find(|char: char| !char.is_ascii_alphabetic())?;
    let (word, after) = rest.split_at(end);
    let level = match word.to_ascii_lowercase().as_str() {
        "trace" => Level::Trace,
        "debug" => Level::Debug,
        "info" => Level::Info,
        "warn" | "warning" => Level::Warn,
        "error" | "err" | "fatal" => Level::Error,
        _ => return None,
    };
    let is_loud = word.bytes().all(|byte| byte.is_ascii_uppercase()) && word.len() > 3;
    let after = match after.strip_prefix([':', ']']) {
        Some(after) => after.strip_prefix(':').unwrap_or(after),
        None if is_loud && after.starts_with(' ') => after,
        None => return None,
    };
    Some((level, text.len() - after.trim_start().len()))
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
