//! Verbosity for good.

use super::temporary;
use crate::{
    base::fork,
    entry::{Targets, Vmodule},
    output::program,
};

/// Changes `-v` of the running program; every call site follows at once.
///
/// Exceptions by `--vmodule` stay. Without an installed output it does nothing. [`crate::debug_flags::set_verbosity_for`] does it for a
/// while.
///
/// ```
/// klog::set_verbosity(4);
/// ```
pub fn set_verbosity(threshold: u32) {
    if let Some(program) = program::verbosity() {
        temporary::threshold_for_good(|| program.set(i32::try_from(threshold).unwrap_or(i32::MAX)));
        changed();
    }
}

/// Changes `--vmodule` of the running program; every call site follows at once.
///
/// ```
/// klog::debug_flags::set_vmodule(klog::config::Vmodule::default());
/// ```
pub fn set_vmodule(vmodule: Vmodule) {
    if let Some(program) = program::verbosity() {
        temporary::vmodule_for_good(|| program.set_vmodule(vmodule));
        changed();
    }
}

/// Changes the levels by target of the running program, as [`crate::Config::targets`] sets them; every call site follows at
/// once.
///
/// ```
/// klog::debug_flags::set_targets("hyper=warn".parse()?);
/// # Ok::<(), klog::config::ParseTargetsError>(())
/// ```
pub fn set_targets(targets: Targets) {
    if let Some(program) = program::verbosity() {
        program.set_targets(targets);
        changed();
    }
}

/// Lets everybody who remembers a decision ask again.
pub(crate) fn changed() {
    let _held = fork::hold();
    tracing::callsite::rebuild_interest_cache();
    #[cfg(feature = "log")]
    crate::front::log_bridge::follow();
    super::warn_of_hidden();
}
