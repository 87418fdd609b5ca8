// The README's examples use the feature `flags`.
#![cfg_attr(any(not(doctest), feature = "flags"), doc = include_str!("../README.md"))]

// Floors: `tests/floors.rs` has their order, and fails on an import that runs up.
mod base;
mod control;
mod encode;
mod entry;
mod front;
mod go;
mod logger;
mod output;
mod pairs;
mod raw;
mod serialize;
mod setup;
mod sink;
pub mod testing;
mod time;
mod value;

pub use klog_macros::LogValue;

pub use self::{
    base::{
        Key, Severity,
        stats::{LossReason, Stats, stats},
    },
    control::{
        debug_flags::{
            put_verbosity, put_verbosity_for, put_vmodule, put_vmodule_for, verbosity, vmodule,
        },
        set_verbosity, set_verbosity_for, set_vmodule, set_vmodule_for,
    },
    encode::{Encoder, Format, Line, UnknownFormat, formats, register_format},
    entry::{ParseVmoduleError, VerbosityFilter, Vmodule},
    front::Entry,
    go::{GoDuration, ParseDurationError},
    logger::{
        InContext, InCurrentContext, KeyValues, LogContext, Logger, WithLogger, in_current_context,
        set_contextual,
    },
    output::{Layer, Output, flush},
    pairs::{Name, PairEncoder},
    setup::{
        EarlierHook, Guard, InstallError,
        config::{
            Config, ConfigErrors, FormatOptions, OutputOptions, ParseQuantityError, Quantity,
            QueueOptions, VmoduleItem,
        },
        flush_and_exit, panic_hook,
    },
    sink::{Buffered, EXIT_FLUSH_TIMEOUT, Losses, NonBlocking, Sink, Split, Stream, WhenFull},
    time::Clock,
    value::{
        Fields, Json, KMetadata, KObject, List, LogValue, ObjectRef, ObjectRefs, ObjectShape,
        ObjectShapes, Objects, Own, Secret, Serialized, Through, Value, json, kobj, kobjs, kref,
        pretty,
    },
};

#[cfg(feature = "log")]
pub use front::log_bridge::LogBridge;
#[doc(hidden)]
pub use front::private as __private;
#[cfg(feature = "flags")]
pub use setup::Flags;
