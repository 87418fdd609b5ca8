//! What rules ask of the workspace as a whole.

use crate::scan::Scanned;
use crate::workspace::Workspace;

/// Facts of all files together, gathered once before the files are judged.
#[derive(Debug, Default)]
pub struct WorkspaceFacts {
    /// By crate: it depends on klog-rs, so that a fix may write `klog::`.
    has_klog: Vec<bool>,
}

impl WorkspaceFacts {
    /// Gathers them.
    pub fn gather(workspace: &Workspace, _: &[Scanned]) -> Self {
        let has_klog = |dependencies: &[crate::workspace::Dependency]| {
            dependencies.iter().any(|dependency| dependency.package == "klog-rs")
        };
        let crates = workspace.crates.iter();
        Self { has_klog: crates.map(|package| has_klog(&package.dependencies)).collect() }
    }

    /// The crate depends on klog-rs.
    pub fn has_klog(&self, crate_index: Option<usize>) -> bool {
        crate_index.and_then(|index| self.has_klog.get(index)).copied().unwrap_or(false)
    }
}
