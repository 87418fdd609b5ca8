//! What holds for every input, as functions: `tests/laws.rs` calls them with generated values, the targets of `fuzz/` with
//! bytes.

pub(crate) mod entry;
mod reader;
pub(crate) mod scopes;

use std::path::Path;

pub(crate) fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}

/// Checks a law on all seeds of a fuzz target.
pub(crate) fn replay(target: &str, law: impl Fn(&[u8]) -> Result<(), String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target);
    let seeds = std::fs::read_dir(&folder).expect("each target has seeds");
    let mut n_seeds = 0;
    for seed in seeds {
        let path = seed.expect("a directory can be listed").path();
        let bytes = std::fs::read(&path).expect("a seed is a file");
        law(&bytes).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        n_seeds += 1;
    }
    assert!(n_seeds > 2, "{target} has {n_seeds} seeds");
}
