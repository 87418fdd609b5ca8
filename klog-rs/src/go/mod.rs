//! What Go prints: strings, numbers and durations, byte for byte.

mod duration;
mod escapes;
mod isprint_table;
pub(crate) mod number;
pub(crate) mod quote;

pub use self::duration::{GoDuration, ParseDurationError};
