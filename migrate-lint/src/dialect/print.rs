//! The standard library: `println!("text {}", argument)`, `dbg!(value)`.

use super::Level;
use super::{Arguments, Dialect, KeyCase, KnownMacro, Leading, Logger, Macro, Package, Traits};
use crate::syntax::literal;

/// `println!` and its kin, which print past all logging.
pub static DIALECT: Dialect = Dialect {
    name: "print",
    page: include_str!("print.md"),
    packages: &[STANDARD],
    read,
    pieces: literal::pieces,
    form: None,
    requirement: None,
    key_case: KeyCase::SnakeCase,
    logger: Logger::Global,
    prints: true,
    traits: Traits::USUAL,
};

/// The standard library.
pub(super) const STANDARD: Package = Package {
    name: "std",
    libraries: &["std", "core", "alloc"],
    macros: &[
        Macro::implies("print", Level::Info),
        Macro::implies("println", Level::Info),
        Macro::implies("eprint", Level::Error),
        Macro::implies("eprintln", Level::Error),
        Macro::implies("dbg", Level::Info),
    ],
    prefix: "",
    is_reexported: false,
};

fn read(arguments: &mut Arguments<'_, '_>, known: KnownMacro, _: Leading) {
    if known.name != "dbg" {
        return arguments.message();
    }
    arguments.format_arguments();
}
