//! The verbosity of a running program.

pub mod debug_flags;
mod hidden;
mod set;
mod temporary;

pub(crate) use self::hidden::warn_of_hidden;
pub use self::set::set_verbosity;
