//! `cargo klog catalog`: every log statement of a workspace as data, which is what a program promises to log.
//!
//! People who search and count logs, and alert on them, depend on messages, keys and kinds of values as callers of a library
//! depend on its functions; [`diff`] says which changes break them.
//!
//! Made from the calls that the scanner has found, so that code need not compile. Test code and printing are left out.

pub mod diff;
mod json;
mod kind;
mod markdown;
mod of_logger;
mod schema;

use std::collections::BTreeMap;
use std::io::{self, Write};

use self::of_logger::OfLogger;
use crate::call::{CallKind, Emitted, Level, LogCall, MessageForm, Piece};
use crate::dialect::{klog, tracing};
use crate::finding::content_hash;
use crate::scan::Scanned;
use crate::workspace::Workspace;
pub use json::{ReadError, read};
pub use kind::Kind;

/// The statements of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// By crate, module, function, message and ordinal, so that moved lines keep their order.
    pub statements: Vec<Statement>,
}

/// A log statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Hash of crate, module, function, message and ordinal: the same wherever the statement is in its function.
    pub id: String,
    /// Package.
    pub crate_name: String,
    /// Module path within the crate, `net::tcp`; empty for its root.
    pub module: String,
    /// Function around it; empty outside of functions.
    pub function: String,
    /// Path with slashes, relative to the workspace.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// `info`, `warning`, `error`, `fatal`; empty when it is not visible.
    pub severity: String,
    /// V level of information, where it is a constant.
    pub v: Option<u32>,
    /// The message; a value in it is `{}`, and a message that is made at run time is `{}` as a whole.
    pub message: String,
    /// Keys in order of the source.
    pub keys: Vec<Key>,
    /// Name of the logger, where it is visible.
    pub logger: Option<String>,
    /// `klog`, `tracing`, `log` or `slog`.
    pub dialect: String,
}

/// A key of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// As it is logged; `{}` when it is made at run time.
    pub name: String,
    /// What its values are, as far as the source says.
    pub kind: Kind,
}

/// A form of `--format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One line for each statement, for `--diff` and `check-log --catalog`.
    #[default]
    Json,
    /// Tables for people.
    Markdown,
    /// A JSON Schema of the entries, with all keys.
    Schema,
}

/// Writes a catalog.
///
/// # Errors
///
/// Those of `out`.
pub fn write(format: Format, catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Json => json::write(catalog, out),
        Format::Markdown => markdown::write(catalog, out),
        Format::Schema => schema::write(catalog, out),
    }
}

impl Catalog {
    /// The statements of scanned files.
    pub fn of(workspace: &Workspace, scanned: &[Scanned]) -> Self {
        let mut statements = Vec::new();
        for scanned in scanned {
            let Some(file) = workspace.files.get(scanned.file).filter(|file| file.selected) else {
                continue;
            };
            let package = file.crate_index.and_then(|index| workspace.crates.get(index));
            let path = crate::files::shown(&file.path);
            let name = package.map_or("", |package| &package.name);
            for call in &scanned.calls {
                let is_statement = call.kind == CallKind::Event
                    && !call.dialect.prints
                    && !call.place.test_code
                    && call.unreadable.is_none();
                if is_statement {
                    statements.push(statement(scanned, call, name, &path));
                }
            }
            let has_klog = package.is_none_or(|package| {
                package.dependencies.iter().any(|one| one.package == klog::DIALECT.packages[0].name)
            });
            for entry in &scanned.facts.emitted {
                let is_statement = !scanned.is_test && !entry.test_code;
                if is_statement && (has_klog || !entry.is_of_klog) {
                    statements.push(emitted(scanned, entry, name, &path));
                }
            }
        }
        let mut catalog = Self { statements };
        catalog.sort();
        catalog
    }

    /// Numbers statements that have all else in common in the order of the source, and sorts.
    fn sort(&mut self) {
        self.statements
            .sort_by(|a, b| (&a.file, a.line, &a.message).cmp(&(&b.file, b.line, &b.message)));
        let mut ordinals = BTreeMap::<String, usize>::new();
        let mut order = Vec::new();
        for statement in &mut self.statements {
            let Statement { crate_name, module, function, message, .. } = statement;
            let name = format!("{crate_name}\0{module}\0{function}\0{message}");
            let ordinal = ordinals.entry(name.clone()).or_default();
            statement.id = content_hash_of(&name, *ordinal);
            order.push((name, *ordinal));
            *ordinal += 1;
        }
        let mut sorted: Vec<_> =
            order.into_iter().zip(std::mem::take(&mut self.statements)).collect();
        sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.statements = sorted.into_iter().map(|(_, statement)| statement).collect();
    }
}

/// White space counts here, unlike in fingerprints of source text.
fn content_hash_of(name: &str, ordinal: usize) -> String {
    content_hash(&format!("{name:?}#{ordinal}").replace(' ', "\\x20"))
}

fn statement(scanned: &Scanned, call: &LogCall, crate_name: &str, path: &str) -> Statement {
    let logger = call.prefix.iter().find(|argument| argument.name == "logger");
    let logger = logger.map(|logger| (&*logger.value.text, &logger.value.span));
    let logger = match logger.is_some() || call.dialect.name == klog::DIALECT.name {
        true => OfLogger::at(scanned, logger, call.span.start),
        false => OfLogger::default(),
    };
    let (severity, v) = severity(call);
    let v = v.map(|v| v.saturating_add(logger.verbosity));
    Statement {
        id: String::new(),
        crate_name: crate_name.to_owned(),
        module: call.place.module.join("::"),
        function: call.place.function.clone().unwrap_or_default(),
        file: path.to_owned(),
        line: scanned.source.position(call.span.start).line,
        severity,
        v,
        message: message(call),
        keys: keys(call, &logger, crate_name),
        logger: logger.name,
        dialect: call.dialect.name.to_owned(),
    }
}

/// The statement of an entry that no macro makes.
fn emitted(scanned: &Scanned, entry: &Emitted, crate_name: &str, path: &str) -> Statement {
    let logger = entry
        .logger
        .as_ref()
        .map(|(text, span)| OfLogger::at(scanned, Some((text, span)), entry.span.start));
    let logger = logger.unwrap_or_default();
    let (severity, v) = of_level(Some(entry.level));
    let keys = entry.keys.iter().map(|(name, value)| Key {
        name: name.clone().unwrap_or_else(|| "{}".to_owned()),
        kind: value.as_ref().map_or(Kind::String, |value| Kind::of_text(value)),
    });
    let target = entry.target.is_some().then(target_key);
    let mut keys: Vec<Key> = target.into_iter().chain(keys).collect();
    logger.add_keys(&mut keys, &[]);
    Statement {
        id: String::new(),
        crate_name: crate_name.to_owned(),
        module: [&scanned.module[..], &entry.modules[..]].concat().join("::"),
        function: entry.function.clone().unwrap_or_default(),
        file: path.to_owned(),
        line: scanned.source.position(entry.span.start).line,
        severity: severity.to_owned(),
        v: v.map(|v| v.saturating_add(logger.verbosity)),
        message: entry.message.clone().unwrap_or_else(|| "{}".to_owned()),
        keys,
        logger: logger.name,
        dialect: if entry.is_of_klog { klog::DIALECT.name } else { tracing::DIALECT.name }
            .to_owned(),
    }
}

/// Severity and V level of a level.
fn of_level(level: Option<Level>) -> (&'static str, Option<u32>) {
    match level {
        Some(Level::Trace) => ("info", Some(5)),
        Some(Level::Debug) => ("info", Some(4)),
        Some(Level::Info) => ("info", Some(0)),
        Some(Level::Warn) => ("warning", None),
        Some(Level::Error) => ("error", None),
        Some(Level::Fatal) => ("fatal", None),
        None => ("", None),
    }
}

fn severity(call: &LogCall) -> (String, Option<u32>) {
    let (severity, v) = of_level(call.level);
    let written = call.prefix.iter().find(|argument| argument.name == "v");
    match written {
        Some(written) if v.is_some() => {
            (severity.to_owned(), written.value.text.trim().parse().ok())
        }
        _ => (severity.to_owned(), v.map(|v| call.verbosity.unwrap_or(v))),
    }
}

fn message(call: &LogCall) -> String {
    match call.message.as_ref().map(|message| &message.form) {
        // `name: "named.event"` is printed where there is no message.
        None => {
            let name = call.prefix.iter().find(|argument| argument.name == "name");
            name.map_or_else(String::new, |name| {
                literal(&name.value.text).unwrap_or_else(|| "{}".to_owned())
            })
        }
        Some(MessageForm::Literal { pieces, .. }) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Hole(_) => "{}",
            })
            .collect(),
        Some(MessageForm::Constant(_) | MessageForm::Macro(_) | MessageForm::Expr(_)) => {
            "{}".to_owned()
        }
    }
}

fn keys(call: &LogCall, logger: &OfLogger, crate_name: &str) -> Vec<Key> {
    let err = call.prefix.iter().filter(|argument| argument.name == "err");
    let err = err.map(|_| Key { name: "err".to_owned(), kind: Kind::String });
    let pairs = call.pairs.iter().map(|pair| Key {
        name: pair.key.clone().unwrap_or_else(|| "{}".to_owned()),
        kind: Kind::of(pair),
    });
    let target = has_target(call, crate_name).then(target_key);
    let mut keys: Vec<Key> = err.chain(target).chain(pairs).collect();
    keys.extend(call.added_key.map(|name| Key { name: name.to_owned(), kind: Kind::Number }));
    logger.add_keys(&mut keys, &call.wrapper_keys);
    keys
}

/// Whether a call says a target: it is printed as a pair, unless it is the module's path, which any call has.
fn has_target(call: &LogCall, crate_name: &str) -> bool {
    let Some(target) = call.prefix.iter().find(|argument| argument.name == "target") else {
        return false;
    };
    let krate = crate_name.replace('-', "_");
    let of_module = std::iter::once(&krate).chain(&call.place.module);
    let of_module = of_module.map(String::as_str).collect::<Vec<_>>().join("::");
    let text = target.value.text.trim();
    !text.ends_with("module_path!()") && literal(text).is_none_or(|target| target != of_module)
}

fn target_key() -> Key {
    Key { name: "target".to_owned(), kind: Kind::String }
}

fn literal(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains(['"', '\\'])).then(|| inner.to_owned())
}

impl Statement {
    /// Bytes of the message that are no values.
    pub(crate) fn n_text(&self) -> usize {
        self.message.len() - 2 * self.message.matches("{}").count()
    }

    /// Whether a line of a severity (`I`, `W`, `E`, `F`; 0 where none is known) can come from here.
    pub(crate) fn has_severity(&self, severity: u8) -> bool {
        let first = self.severity.as_bytes().first();
        severity == 0 || first.is_none_or(|first| first.eq_ignore_ascii_case(&severity))
    }

    /// Whether a line with this message can come from here.
    pub fn has_message(&self, message: &str) -> bool {
        if !self.message.contains("{}") {
            return self.message == message;
        }
        let mut pieces = self.message.split("{}");
        let first = pieces.next().unwrap_or_default();
        let Some(mut rest) = message.strip_prefix(first) else { return false };
        let mut pieces = pieces.peekable();
        while let Some(piece) = pieces.next() {
            if pieces.peek().is_none() {
                return rest.ends_with(piece);
            }
            match rest.find(piece) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        rest.is_empty()
    }
}
