//! An entry: where it comes from, what it says, and whether it is wanted.

mod call_site;
pub(crate) mod in_flight;
pub(crate) mod no_subscriber;
mod parts;
mod place_levels;
mod record;
mod targets;
pub(crate) mod verbosity;
pub(crate) mod vmodule;

pub(crate) use self::record::{Record, Source};
pub use self::{
    call_site::{CallSite, CallSiteInfo, level},
    parts::Entry,
    targets::{ParseTargetsError, Targets},
    verbosity::VerbosityFilter,
    vmodule::{ParseVmoduleError, Vmodule},
};
