//! What a question has looked at, so that modules that import each other end, and so does every question.

use std::collections::HashSet;

use crate::scan::modules::ModuleId;
use crate::work;

/// What a question has looked at.
#[derive(Debug, Default)]
pub(in crate::scan) struct Seen<'a> {
    /// Names of modules that are being looked for, or were in vain: in the name space of modules, or in that of macros.
    names: HashSet<(ModuleId, bool, &'a str)>,
    n_steps: usize,
    depth: usize,
}

impl<'a> Seen<'a> {
    /// Begins to look for a name of a module; not again where it was looked for in vain or still is.
    pub(super) fn begin(&mut self, module: ModuleId, is_space: bool, name: &'a str) -> bool {
        // Modules that export each other's names, as deep as nobody lets them.
        const MAX_DEPTH: usize = 64;
        let begins = self.depth < MAX_DEPTH
            && self.goes_on(1)
            && self.names.insert((module, is_space, name));
        self.depth += usize::from(begins);
        begins
    }

    /// The name was looked for; one that was found may be looked for again.
    pub(super) fn end(&mut self, module: ModuleId, is_space: bool, name: &'a str, is_found: bool) {
        self.depth -= 1;
        if is_found {
            self.names.remove(&(module, is_space, name));
        }
    }

    /// Counts steps; whether the question has taken fewer than any that a person's code asks.
    pub(super) fn goes_on(&mut self, n_steps: usize) -> bool {
        const N_STEPS: usize = 512;
        work::count(n_steps);
        self.n_steps += n_steps;
        self.n_steps <= N_STEPS
    }
}
