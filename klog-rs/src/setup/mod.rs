//! From a configuration to a program that logs.

pub mod config;
mod exit;
#[cfg(feature = "flags")]
mod flags;
mod install;
mod panic_hook;

#[cfg(feature = "flags")]
pub use self::flags::Flags;
pub use self::{
    exit::flush_and_exit,
    install::Guard,
    panic_hook::{EarlierHook, panic_hook},
};
