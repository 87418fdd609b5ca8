//! What is known of each logging dialect: one file each, read by the scanner, the rules, the rewriting, the manifest and
//! the figures.
//!
//! A dialect is plain data with two functions that read: the arguments of a call, and its format string. A new dialect is
//! a file, a page and a line in [`ALL`].

mod arguments;
mod macros;

pub mod defmt;
pub mod klog;
pub mod log;
pub mod print;
pub mod slog;
pub mod tracing;

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::syntax::parts::{FormatArg, Piece};
use crate::syntax::token::Reader;
pub(crate) use arguments::{Arguments, Parts};
pub use macros::{CallKind, Leading, Level, Macro, Package};
pub(crate) use macros::{KnownCrate, KnownMacro, level, names, of_package, packages, standard};

/// All dialects; where a fix can choose, the first one that the crate depends on is written.
pub const ALL: [&Dialect; 6] = [
    &klog::DIALECT,
    &tracing::DIALECT,
    &log::DIALECT,
    &slog::DIALECT,
    &defmt::DIALECT,
    &print::DIALECT,
];

/// A logging library, or the standard library's printing.
pub struct Dialect {
    /// Its name in settings, reports and catalogs.
    pub name: &'static str,
    /// Its page in Markdown, whose examples are its test.
    pub page: &'static str,
    /// Packages whose macros are known; a fix depends on the first one.
    pub packages: &'static [Package],
    /// Reads the arguments of a call.
    pub(crate) read: fn(&mut Arguments<'_, '_>, KnownMacro, Leading),
    /// Reads text and holes of the format string at a token, whose arguments are these.
    pub(crate) pieces: fn(&Reader<'_>, usize, &str, &[FormatArg]) -> Vec<Piece>,
    /// How a structured call is written; `None` where there are no pairs.
    pub form: Option<Form>,
    /// What `Cargo.toml` needs for its calls; `None` where fixes of other calls cannot write it.
    pub requirement: Option<Requirement>,
    /// How words of a key are joined, unless the user says otherwise.
    pub key_case: KeyCase,
    /// Where a call has its logger.
    pub logger: Logger,
    /// Its entries go past all logging.
    pub prints: bool,
    /// What it says of keys, values and context.
    pub traits: Traits,
}

/// What differs among the dialects in small ways; the rules ask for it.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// A call has a verbosity, `v: 2`.
    pub has_verbosity: bool,
    /// Entered spans and `#[instrument]` add their fields to its entries.
    pub has_spans: bool,
    /// Kubernetes objects are values, and `fatal!` ends the program.
    pub has_objects: bool,
    /// The message is a format string also in a call with pairs.
    pub formats_with_pairs: bool,
    /// A field `message` is the message.
    pub has_message_field: bool,
    /// A key is a constant by the macro's own grammar.
    pub has_constant_keys: bool,
    /// Its macros refuse keys that are not in its own case, of letters and digits of ASCII.
    pub has_fixed_keys: bool,
    /// A dot separates parts of a key, as in OpenTelemetry's names.
    pub has_key_parts: bool,
    /// A key with dots needs no quotes.
    pub has_dotted_names: bool,
    /// Values are evaluated before the level is asked for.
    pub evaluates_values: bool,
    /// Pairs are evaluated from the last to the first.
    pub evaluates_backwards: bool,
    /// A named argument of the message is a pair as well, and evaluated for each.
    pub repeats_named_arguments: bool,
    /// A logger's own pairs must be owned.
    pub owns_context: bool,
    /// A value without a sigil is shown by `Display` where another dialect logs it.
    pub shows_plain_values: bool,
    /// A plain value is logged as what it is, as an error, or by its text.
    pub takes_any_value: bool,
    /// Its entries show the target.
    pub shows_target: bool,
    /// Modules that a glob import of the library brings into scope.
    pub glob_modules: &'static [&'static str],
}

impl Traits {
    /// Those that most dialects have.
    pub const USUAL: Self = Self {
        has_verbosity: false,
        has_spans: false,
        has_objects: false,
        formats_with_pairs: true,
        has_message_field: false,
        has_constant_keys: false,
        has_fixed_keys: false,
        has_key_parts: true,
        has_dotted_names: false,
        evaluates_values: false,
        evaluates_backwards: false,
        repeats_named_arguments: false,
        owns_context: false,
        shows_plain_values: false,
        takes_any_value: false,
        shows_target: true,
        glob_modules: &[],
    };
}

/// How a structured call is written.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Where the message is.
    pub message: Position,
    /// What separates message and pairs.
    pub separator: char,
    /// The message is a format string, in which braces are doubled; else a message with placeholders is refused.
    pub is_format_string: bool,
    /// Pairs may be written between braces before the message.
    pub has_braced_pairs: bool,
    /// Where the entry's error is.
    pub error: ErrorForm,
    /// Keys are always string literals.
    pub quotes_keys: bool,
    /// `r#type` is the key `type`.
    pub has_raw_keys: bool,
    /// The question whether a call is enabled, of the macros' path, `target: "…", ` and the level's name.
    pub enabled: Option<fn(&str, &str, &str) -> String>,
    /// A pair of key, sigil and value.
    pub pair: fn(&str, &str, &str) -> String,
    /// A pair whose value is a variable with the key's name, of key and sigil.
    pub shorthand: fn(&str, &str) -> String,
    /// A shorthand, with another key in front of it.
    pub rekeyed: fn(&str, &str) -> Option<String>,
}

/// Where the message of a structured call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Before the pairs.
    First,
    /// After the pairs.
    Last,
}

/// Where the error of an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorForm {
    /// `err: e` before the message.
    Prefix,
    /// A pair with the key `err`.
    Pair,
}

/// Where a call has its logger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logger {
    /// There is one for the program.
    Global,
    /// `logger: log` before the message, else the current one.
    Current,
    /// The first argument.
    First,
}

/// What `Cargo.toml` needs for the calls of a dialect.
#[derive(Clone, Copy, Debug)]
pub struct Requirement {
    /// Version that a fix writes.
    pub version: &'static str,
    /// A feature that pairs need.
    pub feature: Option<Feature>,
}

/// A feature that pairs need.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// Its name; other features that begin with it bring it.
    pub name: &'static str,
    /// The first version that has it.
    pub since: [u64; 3],
}

/// How words of a key are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyCase {
    /// `podName`, as in Kubernetes.
    LowerCamelCase,
    /// `pod_name`, as in most Rust programs.
    SnakeCase,
    /// `pod-name`.
    KebabCase,
    /// `PodName`.
    UpperCamelCase,
}

/// The dialect of this name.
pub fn named(name: &str) -> Option<&'static Dialect> {
    ALL.into_iter().find(|dialect| dialect.name == name)
}

impl Dialect {
    /// The package that a fix depends on.
    pub fn package(&self) -> &'static Package {
        &self.packages[0]
    }

    /// The name that code uses for its library.
    pub fn library(&self) -> &'static str {
        self.package().libraries[0]
    }

    /// How words of a key are joined: as its macros ask, else as the house does.
    pub(crate) fn case(&self, house: Option<KeyCase>) -> KeyCase {
        house.filter(|_| !self.traits.has_fixed_keys).unwrap_or(self.key_case)
    }

    /// Another crate of that name would hide it: one by the name of the package, or of its library.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        name == self.library() || name == self.package().name.replace('-', "_")
    }

    /// Pairs are closed by a `;` before the message.
    pub(crate) fn closes_pairs(&self) -> bool {
        self.form.is_some_and(|form| form.message == Position::Last && form.separator == ';')
    }

    /// The entry's error is an argument before the message.
    pub(crate) fn has_error_prefix(&self) -> bool {
        self.form.is_some_and(|form| form.error == ErrorForm::Prefix)
    }

    /// A pair of key, sigil and value.
    pub(crate) fn pair(&self, key: &str, sigil: &str, value: &str) -> Option<String> {
        self.form.map(|form| (form.pair)(key, sigil, value))
    }

    /// The level of the call that a fix writes instead of a macro without one.
    pub(crate) fn implied_level(&self, name: &str) -> Option<Level> {
        let macros = self.packages.iter().flat_map(|package| package.macros);
        macros.filter(|one| one.name == name).find_map(|one| one.implied)
    }
}

impl KeyCase {
    /// All cases.
    pub const ALL: [Self; 4] =
        [Self::LowerCamelCase, Self::SnakeCase, Self::KebabCase, Self::UpperCamelCase];

    /// As written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::LowerCamelCase => "lowerCamelCase",
            Self::SnakeCase => "snake_case",
            Self::KebabCase => "kebab-case",
            Self::UpperCamelCase => "UpperCamelCase",
        }
    }
}

/// A dialect is known by its name.
impl PartialEq for Dialect {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Dialect {}

impl Hash for Dialect {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl fmt::Debug for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// `key = %value`, as in tracing and klog.
pub(crate) fn sigil_pair(key: &str, sigil: &str, value: &str) -> String {
    format!("{key} = {sigil}{value}")
}

/// `%key`, as in tracing and klog.
pub(crate) fn sigil_shorthand(key: &str, sigil: &str) -> String {
    format!("{sigil}{key}")
}

/// `key = %value` for `%value`, as in tracing and klog.
pub(crate) fn sigil_rekeyed(key: &str, shorthand: &str) -> Option<String> {
    Some(format!("{key} = {shorthand}"))
}
