//! What holds for every input of the linter, as functions: `tests/laws.rs` calls them with generated texts, the targets of
//! `fuzz/` with bytes.

pub mod check_log;
pub mod fixer;
pub mod format_string;
pub mod queries;
pub mod scanner;
pub mod tree;

pub fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}
