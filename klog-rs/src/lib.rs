// The README's examples use the feature `flags`.
#![cfg_attr(any(not(doctest), feature = "flags"), doc = include_str!("../README.md"))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod call_site;
mod civil;
mod clock;
mod config;
mod context;
mod debug_flags;
mod early;
mod encode;
mod entry;
mod event;
mod exit;
#[cfg(feature = "flags")]
mod flags;
mod foreign;
mod fork;
mod install;
mod layer;
mod limit;
#[cfg(feature = "log")]
mod log_bridge;
mod logger;
mod macros;
mod only;
#[cfg(feature = "opentelemetry")]
mod otel;
mod output;
mod pairs;
mod panic_hook;
mod raw;
mod record;
mod revert;
mod scratch;
mod sink;
mod spans;
mod stats;
mod template;
pub mod testing;
mod travel;
mod value;
mod verbosity;
mod vmodule;
mod zone;

pub use klog_macros::LogValue;

pub use self::{
    clock::Clock,
    config::{
        Config, ConfigErrors, FormatOptions, GoDuration, OutputOptions, ParseDurationError,
        ParseQuantityError, Quantity, QueueOptions, VmoduleItem,
    },
    debug_flags::{
        put_verbosity, put_verbosity_for, put_vmodule, put_vmodule_for, verbosity, vmodule,
    },
    encode::{Encoder, Format, Key, Line, Name, Severity, UnknownFormat, formats, register_format},
    entry::Entry,
    exit::{EXIT_FLUSH_TIMEOUT, flush, flush_and_exit},
    install::{Guard, InstallError},
    logger::{KeyValues, Logger, set_contextual},
    output::{Layer, Output},
    panic_hook::{EarlierHook, panic_hook},
    revert::{set_verbosity_for, set_vmodule_for},
    sink::{Buffered, Losses, NonBlocking, Sink, Split, Stream, WhenFull},
    stats::{LossReason, Stats, stats},
    travel::{Logged, WithLogger},
    value::{
        Fields, Json, KMetadata, KObject, List, LogValue, ObjectRef, ObjectRefs, Objects, Own,
        Secret, Serialized, Through, Value, json, kobj, kobjs, kref, pretty,
    },
    verbosity::{VerbosityFilter, set_verbosity, set_vmodule},
    vmodule::{ParseVmoduleError, Vmodule},
};

#[cfg(feature = "flags")]
pub use flags::Flags;
#[cfg(feature = "log")]
pub use log_bridge::LogBridge;
