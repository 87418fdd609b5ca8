//! A log call as plain data: what the scanner found, what rules, fixes, statistics and the catalogue read.
//!
//! No type of `syn` or `proc-macro2` leaves the scanner, so that a call can cross threads and outlive its file's syntax tree.
//! All ranges are byte offsets into the file as it is on disk (a BOM and a shebang line are counted).

mod facts;
pub(crate) mod known;
mod nested;

use std::sync::Arc;

pub use self::facts::{Emitted, Facts, Function, Instrument, LoggerCall};
pub use self::known::Known;
pub use self::nested::Nested;
use crate::dialect::Dialect;
pub use crate::dialect::{CallKind, Level};
pub use crate::syntax::parts::{
    Expr, FormatArg, Hole, HoleArgument, Message, MessageForm, Mode, Pair, Piece, PrefixArg, Shape,
    Span,
};

/// One log call.
#[derive(Clone, Debug)]
pub struct LogCall {
    /// The dialect that its macro is of.
    pub dialect: &'static Dialect,
    /// Resolved name of the macro without path (`info`), also where the source renames it.
    pub macro_name: String,
    /// Path as written in the source (`tracing::info`, `i`).
    pub written: String,
    /// Name of the wrapper through which the call goes, when it is one.
    pub wrapper: Option<String>,
    /// What is between the delimiters reaches the known macro as it is: other arguments may be written there.
    /// Always so without a wrapper; a wrapper that takes expressions (`$($arg:expr),*`) or formats by itself does not.
    pub forwards_tokens: bool,
    /// Its name means something else in another target that has the file as a module, or where `cfg` chooses another import.
    pub is_contested: bool,
    /// Event, span or question.
    pub kind: CallKind,
    /// Level, where it is visible.
    pub level: Option<Level>,
    /// A key that the macro around the call may add to its entries: klog's limits say how many they have left out.
    pub added_key: Option<&'static str>,
    /// V level that the wrapper gives.
    pub verbosity: Option<u32>,
    /// Keys of the pairs that the wrapper gives.
    pub wrapper_keys: Vec<String>,
    /// The whole invocation: path, `!`, delimiters and all between; without a following `;`.
    pub span: Span,
    /// The macro's path as written.
    pub path_span: Span,
    /// Between the delimiters.
    pub args_span: Span,
    /// The whole statement or expression that a fix of the call replaces (with its `;` where it is a statement).
    pub statement: Option<Span>,
    /// Arguments before the message, in source order: `target:`, `parent:`, `name:`, `logger:`, `v:`, `err:`, slog's logger and tag.
    pub prefix: Vec<PrefixArg>,
    /// Key/value pairs in source order.
    pub pairs: Vec<Pair>,
    /// The message argument.
    pub message: Option<Message>,
    /// Arguments of the message's format string in source order.
    pub format_args: Vec<FormatArg>,
    /// Comments between the delimiters.
    pub comments: Vec<Span>,
    /// Where the call is.
    pub place: Place,
    /// The arguments could not be read as the dialect's grammar (the call is still counted).
    pub unreadable: Option<String>,
}

/// Where a call is.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Module path within the crate (`["net", "tcp"]`), inline modules included.
    pub module: Vec<String>,
    /// Name of the function around it.
    pub function: Option<String>,
    /// Where the block around the call ends: its bracket, or the end of the file.
    pub block_end: usize,
    /// First byte of that name.
    pub function_start: Option<usize>,
    /// Type of the `impl` around it.
    pub self_type: Option<String>,
    /// Index into [`Facts::functions`].
    pub function_index: Option<usize>,
    /// In `#[cfg(test)]`, `#[test]`, `tests/`, `benches/`, `examples/` or `build.rs`.
    pub test_code: bool,
    /// Names of the macros in whose arguments it is, outermost first (`tokio::select`).
    pub inside_macros: Vec<String>,
    /// In the body of this `macro_rules!`.
    pub macro_definition: Option<String>,
    /// In an `async` body.
    pub in_async: bool,
    /// Depth of `for`, `while` and `loop` around it within the function.
    pub loop_depth: usize,
    /// The pattern binding that makes a name an error (`Err(e)`, `map_err(|e| …)`) in force here.
    pub error_names: Vec<String>,
    /// Names like an error's that a binding in plain sight gives to something else (`for e in events`, `e: u32`).
    pub other_names: Vec<String>,
    /// The statement that follows in the same block, as text, shortened to 200 bytes.
    pub next_statement: Option<String>,
    /// The call is the block's last expression or a match arm (no `;` of its own).
    pub is_expression: bool,
    /// Types of what is around it.
    pub known: Arc<Known>,
}
