//! Packages and macros: what a dialect is known by in the source.

use std::hash::{Hash, Hasher};

use super::{ALL, Dialect, print};

/// What a macro call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// Logs an entry.
    Event,
    /// Opens a span (`tracing::info_span!`), whose fields are context of later entries.
    Span,
    /// Asks whether a level is enabled (`log_enabled!`, `tracing::enabled!`); never a finding by itself.
    Enabled,
    /// Holds a call and says how often it logs (`klog::every!`).
    Limit,
}

/// Level of a call, in the words of the Rust logging crates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// `trace!`, klog V5.
    Trace,
    /// `debug!`, klog V4.
    Debug,
    /// `info!`, klog V0.
    Info,
    /// `warn!`.
    Warn,
    /// `error!`, slog's `error!`.
    Error,
    /// klog's `fatal!`, slog's `crit!`.
    Fatal,
}

/// A package with macros of a dialect.
#[derive(Clone, Copy, Debug)]
pub struct Package {
    /// Its name in `Cargo.toml`.
    pub name: &'static str,
    /// The names that code uses.
    pub libraries: &'static [&'static str],
    /// Its macros.
    pub macros: &'static [Macro],
    /// What a macro's name may begin with besides (`slog_info`).
    pub prefix: &'static str,
    /// Other crates export it under its own name (`framework::log::info!`).
    pub is_reexported: bool,
}

/// A macro of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Macro {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub kind: CallKind,
    /// Its level, where its name says one.
    pub level: Option<Level>,
    /// The level of the call that a fix writes instead, where it has none.
    pub implied: Option<Level>,
    /// What it takes before the message.
    pub leading: Leading,
    /// A key that it may add to the entries of the call that it holds.
    pub adds: Option<&'static str>,
}

/// Arguments that a macro takes before those of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leading {
    /// slog's logger, or the span of `record_all!`.
    pub logger: bool,
    /// `Level::Info`.
    pub level: bool,
    /// slog's tag of `slog::log!`.
    pub tag: bool,
}

impl Macro {
    /// An entry at a level.
    pub(crate) const fn event(name: &'static str, level: Level) -> Self {
        let level = Some(level);
        Self { level, ..Self::of_kind(name, CallKind::Event, Leading::NONE) }
    }

    /// A macro whose name says no level.
    pub(crate) const fn of_kind(name: &'static str, kind: CallKind, leading: Leading) -> Self {
        Self { name, kind, level: None, implied: None, leading, adds: None }
    }

    /// A macro that holds a call and says how often it logs, in a key that it may add.
    pub(crate) const fn limit(name: &'static str, adds: Option<&'static str>) -> Self {
        Self { adds, ..Self::of_kind(name, CallKind::Limit, Leading::NONE) }
    }

    /// The same with arguments before the message.
    pub(crate) const fn with(self, leading: Leading) -> Self {
        Self { leading, ..self }
    }

    /// An entry without a level, which a fix writes at this one.
    pub(crate) const fn implies(name: &'static str, level: Level) -> Self {
        let implied = Some(level);
        Self { implied, ..Self::of_kind(name, CallKind::Event, Leading::NONE) }
    }

    /// A span at a level.
    pub(crate) const fn span(name: &'static str, level: Level) -> Self {
        Self { kind: CallKind::Span, ..Self::event(name, level) }
    }
}

impl Leading {
    /// Nothing.
    pub(crate) const NONE: Self = Self { logger: false, level: false, tag: false };
    /// `Level::Info`.
    pub(crate) const LEVEL: Self = Self { level: true, ..Self::NONE };
    /// A logger, or a span.
    pub(crate) const LOGGER: Self = Self { logger: true, ..Self::NONE };
}

/// A package of a dialect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownCrate {
    dialect: &'static Dialect,
    package: &'static Package,
}

/// A macro of a known package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownMacro {
    /// Where it comes from.
    pub(crate) dialect: &'static Dialect,
    /// Its name, without the prefix of its package.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) kind: CallKind,
    /// Its level, where its name says one.
    pub(crate) level: Option<Level>,
    /// What it takes before the message.
    pub(crate) leading: Leading,
    /// A key that it may add to the entries of the call that it holds.
    pub(crate) adds: Option<&'static str>,
}

/// The package of this name, or the one whose library has it.
pub(crate) fn of_package(name: &str) -> Option<KnownCrate> {
    ALL.into_iter().find_map(|dialect| {
        let package = dialect
            .packages
            .iter()
            .find(|package| package.name == name || package.libraries.contains(&name))?;
        Some(KnownCrate { dialect, package })
    })
}

/// The standard library.
pub(crate) fn standard() -> KnownCrate {
    KnownCrate { dialect: &print::DIALECT, package: print::DIALECT.package() }
}

/// All packages.
pub(crate) fn packages() -> impl Iterator<Item = KnownCrate> {
    ALL.into_iter().flat_map(|dialect| {
        dialect.packages.iter().map(move |package| KnownCrate { dialect, package })
    })
}

/// Every name that a known macro may be called by.
pub(crate) fn names() -> impl Iterator<Item = String> {
    packages().flat_map(|known| {
        let prefix = known.package.prefix;
        let prefixed = (!prefix.is_empty()).then_some(prefix);
        known.package.macros.iter().flat_map(move |one| {
            let prefixed = prefixed.map(|prefix| format!("{prefix}{}", one.name));
            std::iter::once(one.name.to_owned()).chain(prefixed)
        })
    })
}

/// The level that a constant (`Level::WARN`) names.
pub(crate) fn level(constant: &str) -> Option<Level> {
    let last = constant.rsplit("::").next().unwrap_or(constant).trim();
    Some(match last.to_ascii_lowercase().as_str() {
        "trace" => Level::Trace,
        "debug" => Level::Debug,
        "info" => Level::Info,
        "warn" | "warning" => Level::Warn,
        "error" => Level::Error,
        "fatal" | "crit" | "critical" => Level::Fatal,
        _ => return None,
    })
}

impl KnownCrate {
    /// The macro of this name.
    pub(crate) fn find(self, name: &str) -> Option<KnownMacro> {
        let Self { dialect, package } = self;
        let name = match package.prefix {
            "" => name,
            prefix => name.strip_prefix(prefix).unwrap_or(name),
        };
        let Macro { name, kind, level, leading, adds, .. } =
            *package.macros.iter().find(|one| one.name == name)?;
        Some(KnownMacro { dialect, name, kind, level, leading, adds })
    }

    /// Names of its macros.
    pub(crate) fn macros(self) -> impl Iterator<Item = &'static str> {
        let macros = self.package.macros.iter().filter(|one| one.kind != CallKind::Limit);
        macros.map(|one| one.name)
    }

    /// The names that code uses for it.
    pub(crate) fn libraries(self) -> &'static [&'static str] {
        self.package.libraries
    }

    /// Other crates export it under its own name.
    pub(crate) fn is_reexported(self) -> bool {
        self.package.is_reexported
    }
}

impl PartialEq for KnownCrate {
    fn eq(&self, other: &Self) -> bool {
        self.package.name == other.package.name
    }
}

impl Eq for KnownCrate {}

impl Hash for KnownCrate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.package.name.hash(state);
    }
}
