//! Macros that hold a call and say how often it logs: `klog::every!(interval, info!("…"))`.

use crate::call::CallKind;
use crate::dialect::{self, KnownMacro};
use crate::scan::item_tree::{ItemTree, ScopeKind};
use crate::scan::resolve::{Found, Names, Site};

/// The macro of a call that another one limits, and the other one, which takes `info!` for its own library's.
pub(in crate::scan) fn around(
    names: Names<'_>,
    text: &str,
    item_tree: &ItemTree,
    site: Site,
    name: &str,
) -> Option<(KnownMacro, KnownMacro)> {
    let scope = item_tree.scopes.get(site.scope as usize)?;
    let ScopeKind::Macro(path) = &scope.kind else { return None };
    let outer = Site { scope: scope.parent, ..site };
    let Found::Known(limit) = names.find(outer, text.get(path.clone())?)? else {
        return None;
    };
    let package = dialect::of_package(limit.dialect.package().name)?;
    let known = package.find(name).filter(|known| known.kind == CallKind::Event)?;
    (limit.kind == CallKind::Limit).then_some((known, limit))
}
