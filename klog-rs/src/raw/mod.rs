//! All `unsafe` code of the library, each piece behind a safe interface.
//!
//! [`append`] writes into a buffer whose room was checked once for several pieces, `odd` looks at sixteen bytes at once,
//! [`Slot`] lets a thread see a reference for the time of a call, and the rest declares functions of the system.
//! The tests in these modules, and the fuzz targets `encoder` and `scopes`, also run under AddressSanitizer.

mod append;
mod at_fork;
mod odd;
mod slot;
mod system_time;

#[cfg(unix)]
pub(crate) use self::at_fork::at_fork;
pub(crate) use self::{
    append::{IfPlain, append, append_bytes, append_if_plain, append_short, is_plain},
    slot::{Family, Slot},
    system_time::system_time,
};
