//! What `--fix` may write though git could not undo it.

use clap::Args;

use crate::fix::Guard;

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct GuardFlags {
    /// Write fixes even if there are uncommitted changes
    #[arg(long, help_heading = "Fixes", requires = "fix")]
    allow_dirty: bool,
    /// Write fixes even if there are staged changes
    #[arg(long, help_heading = "Fixes", requires = "fix")]
    allow_staged: bool,
    /// Write fixes even outside a git repository
    #[arg(long, help_heading = "Fixes", requires = "fix")]
    allow_no_vcs: bool,
}

impl GuardFlags {
    pub(super) fn guard(self, has_diff: bool) -> Guard {
        Guard {
            allow_dirty: self.allow_dirty,
            allow_staged: self.allow_staged,
            allow_no_vcs: self.allow_no_vcs,
            has_diff,
        }
    }
}
