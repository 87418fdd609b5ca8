//! All `unsafe` code of the library, each piece after a safe interface.
//!
//! [`append`] and [`Cursor`] write [`Pieces`] into a buffer whose room was checked once for several of them, `odd` looks at
//! sixteen bytes at once, [`escape`] writes a text with its escapes, [`DeferredDrop`] gives out an entry of a list,
//! [`with_local`] a variable of the thread, [`Slot`] and [`Shared`] let a thread see a reference for the time of a call, and
//! the rest declares functions of the system.
//! The tests in these modules, and the fuzz targets `encoder` and `scopes`, also run under AddressSanitizer.

mod append;
#[cfg(unix)]
mod at_fork;
mod deferred_drop;
mod local;
mod marks;
mod odd;
mod pieces;
mod runs;
mod slot;
mod system_time;

#[cfg(unix)]
pub(crate) use self::at_fork::{at_exit, at_fork, exit_as_c};
#[cfg(all(test, target_arch = "x86_64"))]
pub(crate) use self::runs::escape_by_16;
#[cfg(test)]
pub(crate) use self::runs::escape_bytewise;
pub(crate) use self::{
    append::{Cursor, append, append_if_plain},
    deferred_drop::DeferredDrop,
    local::with_local,
    marks::{Above, Escape, Rule},
    pieces::{IfPlain, IfPlainHtml, Padded31, Pieces, Prefix16, Short8, is_plain},
    runs::escape,
    slot::{Family, Shared, SharedPointer, Slot},
    system_time::system_time,
};
