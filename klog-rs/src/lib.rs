// The README's examples use the feature `flags`.
#![cfg_attr(any(not(doctest), feature = "flags"), doc = include_str!("../README.md"))]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unnameable_types)]

// Folders are floors: `tests/suite/floors.rs` has their order, and fails on an import that runs up.
mod base;
mod control;
pub mod encode;
mod entry;
mod front;
mod go;
pub mod logger;
pub mod output;
mod pairs;
mod raw;
mod serialize;
mod setup;
pub mod sink;
pub mod testing;
mod time;
pub mod value;

pub use klog_macros::LogValue;

#[cfg(feature = "log")]
pub use self::front::LogBridge;
#[doc(hidden)]
pub use self::front::private as __private;
#[cfg(feature = "flags")]
pub use self::setup::Flags;
pub use self::{
    base::{Severity, stats::stats},
    control::{debug_flags, set_verbosity},
    encode::Format,
    logger::{InCurrentContext, Logger, WithLogger, in_current_context},
    output::{Output, flush},
    setup::{
        EarlierHook, Guard,
        config::{self, Config},
        flush_and_exit, panic_hook,
    },
    value::{LogValue, Secret, Value, json, kobj, kobjs, kref, pretty},
};
