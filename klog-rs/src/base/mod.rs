//! What everything else stands on: severities, keys, counters, buffers of a thread, and forks.

pub(crate) mod fork;
mod key;
mod key_table;
mod library;
mod severity;
pub(crate) mod stats;
pub(crate) mod thread_buffers;

pub use self::{key::Key, severity::Severity};
pub(crate) use self::{
    key::is_reserved, key_table::KeyTable, library::library, severity::SEVERITIES,
};
