//! What everything else is built on: severities, keys, counters, buffers of a thread, and forks.

pub(crate) mod fork;
mod key;
mod key_table;
mod library;
mod severity;
pub(crate) mod stats;
pub(crate) mod thread_buffers;

pub(crate) use self::key::is_reserved;
pub(crate) use self::key_table::KeyTable;
pub(crate) use self::library::library;
pub use self::{key::Key, severity::Severity};
