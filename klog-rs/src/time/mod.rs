//! Time of an entry: the clock, the zone of the system, and dates.

mod civil;
mod clock;
mod zone;

pub(crate) use self::civil::Civil;
pub use self::clock::{Clock, Stamp};
