//! Time of an entry: the clock, the zone of the system, and dates.

mod civil;
mod clock;
mod zone;

pub use self::clock::Clock;
pub(crate) use self::{civil::Civil, clock::Stamp};
