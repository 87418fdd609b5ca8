//! The macros that are known by themselves.

use crate::call::{CallKind, Family, Level};

/// A crate whose macros are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum KnownCrate {
    /// `log`.
    Log,
    /// `tracing`.
    Tracing,
    /// `slog`.
    Slog,
    /// `slog-scope`, `slog-global`: slog's macros with a logger of their own.
    SlogGlobal,
    /// `klog-rs`.
    Klog,
    /// The standard library.
    Std,
}

/// A macro of a known crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KnownMacro {
    /// Where it comes from.
    pub(super) family: Family,
    /// Its name, without the prefix of slog's old names (`slog_info`).
    pub(super) name: &'static str,
    /// What it does.
    pub(super) kind: CallKind,
    /// What it takes before the message.
    pub(super) leading: Leading,
}

/// Arguments that a macro takes before those of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leading {
    /// slog's logger, or the span of `record_all!`.
    pub(super) logger: bool,
    /// `Level::Info`.
    pub(super) level: bool,
    /// slog's tag of `slog::log!`.
    pub(super) tag: bool,
}

const NONE: Leading = Leading { logger: false, level: false, tag: false };
const LEVEL: Leading = Leading { level: true, ..NONE };
const LOGGER: Leading = Leading { logger: true, ..NONE };

/// The crate that a package's macros are known by.
pub(super) fn of_package(package: &str) -> Option<KnownCrate> {
    Some(match package {
        "log" => KnownCrate::Log,
        "tracing" => KnownCrate::Tracing,
        "slog" => KnownCrate::Slog,
        "slog-scope" | "slog_scope" | "slog-global" | "slog_global" => KnownCrate::SlogGlobal,
        "klog-rs" | "klog" => KnownCrate::Klog,
        "std" | "core" => KnownCrate::Std,
        _ => return None,
    })
}

/// The macro of this name in a known crate.
pub(super) fn find(from: KnownCrate, name: &str) -> Option<KnownMacro> {
    let known = |family, name, kind, leading| Some(KnownMacro { family, name, kind, leading });
    let event = |family, leading| known(family, event_name(name)?, CallKind::Event, leading);
    match (from, name) {
        (KnownCrate::Log, "trace" | "debug" | "info" | "warn" | "error") => {
            event(Family::Log, NONE)
        }
        (KnownCrate::Log, "log") => known(Family::Log, "log", CallKind::Event, LEVEL),
        (KnownCrate::Log, "log_enabled") => {
            known(Family::Log, "log_enabled", CallKind::Enabled, LEVEL)
        }
        (KnownCrate::Log, _) => None,
        (KnownCrate::Tracing, "trace" | "debug" | "info" | "warn" | "error") => {
            event(Family::Tracing, NONE)
        }
        (KnownCrate::Tracing, "event") => known(Family::Tracing, "event", CallKind::Event, LEVEL),
        (KnownCrate::Tracing, "span") => known(Family::Tracing, "span", CallKind::Span, LEVEL),
        (KnownCrate::Tracing, "record_all") => {
            known(Family::Tracing, "record_all", CallKind::Span, LOGGER)
        }
        (KnownCrate::Tracing, _) => {
            let spans = ["trace_span", "debug_span", "info_span", "warn_span", "error_span"];
            let questions = ["enabled", "event_enabled", "span_enabled"];
            if let Some(name) = spans.into_iter().find(|span| *span == name) {
                return known(Family::Tracing, name, CallKind::Span, NONE);
            }
            let name = questions.into_iter().find(|question| *question == name)?;
            known(Family::Tracing, name, CallKind::Enabled, LEVEL)
        }
        (KnownCrate::Slog | KnownCrate::SlogGlobal, _) => {
            let logger = from == KnownCrate::Slog;
            let name = name.strip_prefix("slog_").unwrap_or(name);
            match name {
                "log" => {
                    let leading = Leading { logger, level: true, tag: true };
                    known(Family::Slog, "log", CallKind::Event, leading)
                }
                "o" => known(Family::Slog, "o", CallKind::Span, NONE),
                "b" => known(Family::Slog, "b", CallKind::Span, NONE),
                "kv" => known(Family::Slog, "kv", CallKind::Span, NONE),
                _ => {
                    let leading = Leading { logger, ..NONE };
                    known(Family::Slog, event_name(name)?, CallKind::Event, leading)
                        .filter(|known| known.name != "fatal")
                }
            }
        }
        (KnownCrate::Klog, "kvs") => known(Family::Klog, "kvs", CallKind::Span, NONE),
        (KnownCrate::Klog, "crit") => None,
        (KnownCrate::Klog, _) => event(Family::Klog, NONE),
        (KnownCrate::Std, _) => {
            let prints = ["print", "println", "eprint", "eprintln", "dbg"];
            let name = prints.into_iter().find(|print| *print == name)?;
            known(Family::Print, name, CallKind::Event, NONE)
        }
    }
}

/// Every name that [`find`] knows in some crate.
pub(super) fn names() -> impl Iterator<Item = String> {
    let events = ["trace", "debug", "info", "warn", "error", "fatal", "crit", "log", "event"];
    let others = [
        "log_enabled",
        "enabled",
        "event_enabled",
        "span_enabled",
        "span",
        "trace_span",
        "debug_span",
        "info_span",
        "warn_span",
        "error_span",
        "record_all",
        "o",
        "b",
        "kv",
        "kvs",
        "print",
        "println",
        "eprint",
        "eprintln",
        "dbg",
    ];
    let names = events.into_iter().chain(others);
    names.flat_map(|name| [name.to_owned(), format!("slog_{name}")])
}

fn event_name(name: &str) -> Option<&'static str> {
    let names = ["trace", "debug", "info", "warn", "error", "fatal", "crit"];
    names.into_iter().find(|event| *event == name)
}

/// The level that a macro's name or a constant (`Level::WARN`) speaks of.
pub(super) fn level(name: &str) -> Option<Level> {
    let last = name.rsplit("::").next().unwrap_or(name).trim();
    let last = last.strip_suffix("_span").unwrap_or(last);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is not listed would never be found.
    #[test]
    fn every_macro_is_listed() {
        let source = include_str!("known.rs");
        let listed: Vec<String> = names().collect();
        let crates = [
            KnownCrate::Log,
            KnownCrate::Tracing,
            KnownCrate::Slog,
            KnownCrate::SlogGlobal,
            KnownCrate::Klog,
            KnownCrate::Std,
        ];
        let words = source.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let mut n_found = 0;
        for word in words {
            for name in [word.to_owned(), format!("slog_{word}")] {
                if crates.into_iter().any(|from| find(from, &name).is_some()) {
                    n_found += 1;
                    assert!(listed.contains(&name), "{name}");
                }
            }
        }
        assert!(n_found > 50);
    }
}
