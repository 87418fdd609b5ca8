//! What calls are made of, as plain data.
//!
//! All ranges are byte offsets into the file as it is on disk (a BOM and a shebang line are counted).

use std::ops::Range;

/// Byte offsets into the file as it is on disk.
pub type Span = Range<usize>;

/// An argument before the message.
#[derive(Clone, Debug)]
pub struct PrefixArg {
    /// `target`, `parent`, `name`, `logger`, `v`, `err`, `tag`, or the wrapper's own word.
    pub name: String,
    /// Name, colon and value.
    pub span: Span,
    /// The value alone.
    pub value: Expr,
}

/// A key/value pair.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Key as it is logged (without quotes and `r#`); `None` when it is not a constant.
    pub key: Option<String>,
    /// Key as written; the value's span for a shorthand (`%addr`).
    pub key_span: Span,
    /// Key, separator and value.
    pub span: Span,
    /// Shorthand: the key is taken from the value (`user`, `%user.name`).
    pub shorthand: bool,
    /// How the value is captured.
    pub mode: Mode,
    /// The value; `None` for an empty field of a span (`field::Empty` keeps its expression).
    pub value: Option<Expr>,
}

/// How a value is captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As it is (`k = v`, `"k" => v`).
    Plain,
    /// `%v`, `:%`, `:display`.
    Display,
    /// `?v`, `:?`, `:debug`.
    Debug,
    /// `:err`, slog's `#v`.
    Error,
    /// `:serde`, `:sval`, `#?v` and the like, as written.
    Other(String),
}

/// The message argument.
#[derive(Clone, Debug)]
pub struct Message {
    /// The literal or expression.
    pub span: Span,
    /// What it is.
    pub form: MessageForm,
}

/// What a message is made of.
#[derive(Clone, Debug)]
pub enum MessageForm {
    /// A string literal: its value with escapes resolved, and its pieces.
    Literal {
        /// Value of the literal, before formatting.
        value: String,
        /// Text and holes in order.
        pieces: Vec<Piece>,
    },
    /// A path to a constant by its spelling (`MSG`, `messages::STARTED`).
    Constant(String),
    /// `concat!(…)`, `stringify!(…)` and other macros in place of the literal.
    Macro(String),
    /// Any other expression.
    Expr(Expr),
}

/// A piece of a format string.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Text with `{{` and `}}` resolved.
    Text(String),
    /// A placeholder.
    Hole(Hole),
}

/// A placeholder of a format string.
#[derive(Clone, Debug)]
pub struct Hole {
    /// Place in the file from `{` to `}`, `None` where escapes or macros make it unknowable.
    pub span: Option<Span>,
    /// What fills it.
    pub argument: HoleArgument,
    /// What follows the colon in Rust's own placeholder (`?`, `#x`, `>8`, `.2`); empty for `{}`.
    pub spec: String,
    /// Index into `format_args` of the arguments used as width or precision.
    pub spec_arguments: Vec<usize>,
}

/// What fills a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoleArgument {
    /// Index into `LogCall::format_args`.
    Index(usize),
    /// An inline capture.
    Capture(String),
    /// The argument is missing; the call does not compile.
    Missing,
}

/// An argument of the format string.
#[derive(Clone, Debug)]
pub struct FormatArg {
    /// Name of a named argument.
    pub name: Option<String>,
    /// The whole argument.
    pub span: Span,
    /// Its value.
    pub value: Expr,
}

/// An expression by its source and by what a rule may ask about it.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Place in the file.
    pub span: Span,
    /// Text as written.
    pub text: String,
    /// Shape, for keys and rules.
    pub shape: Shape,
    /// Contains `.await`.
    pub has_await: bool,
    /// Contains `?`, `return`, `break` or `continue`.
    pub has_control_flow: bool,
}

/// The shape of an expression, as deep as keys and rules need it.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// `pod`, `self`, `MAX`.
    Ident(String),
    /// `a::b::C`.
    Path(Vec<String>),
    /// `base.field` (also tuple fields: `base.0`).
    Field(Box<Shape>, String),
    /// `base.method(args)`.
    Method(Box<Shape>, String, Vec<Shape>),
    /// `function(args)` with the function's path.
    Call(Vec<String>, Vec<Shape>),
    /// `name!(…)` with the macro's path and its argument text.
    MacroCall(Vec<String>, String),
    /// `&x`, `&mut x`.
    Reference(Box<Shape>),
    /// `*x`.
    Deref(Box<Shape>),
    /// `x as T`.
    Cast(Box<Shape>),
    /// `x?`.
    Try(Box<Shape>),
    /// `x.await`.
    Await(Box<Shape>),
    /// `x[i]`, and the index where it is a text: `x["name"]`.
    Index(Box<Shape>, Option<String>),
    /// `(x)`, `{ x }`, `unsafe { x }`.
    Group(Box<Shape>),
    /// A string literal and its value.
    Str(String),
    /// Any other literal, as written.
    Literal(String),
    /// `left op right`, `-x`, `!x`.
    Operator(Vec<Shape>),
    /// `if`/`match` as a value.
    Branch,
    /// Anything else.
    Other,
}
