//! `cargo klog check-log`: what a program really prints, against what it should.
//!
//! One pass in constant memory: [`Checker`] reads a stream through a bounded buffer, the parsers fill ranges into it
//! ([`raw`](self), no allocation for a good line), the rules judge each entry, and of what they find a bounded part is kept
//! with the lines that show it.
//!
//! Programs that test other programs use [`entries`], which gives each entry with its escapes resolved.
//!
//! Left out: the year and the zone of klog's text, which it does not print, and lines that other formats print.

mod alone;
mod bytes;
mod counts;
mod entry;
mod excerpt;
mod expect;
mod feed;
mod foreign;
mod json;
mod judge;
mod key_cache;
mod lanes;
mod marks;
mod options;
mod pair_index;
mod pending;
mod prefix;
mod raw;
mod recent;
mod rules;
mod run;
mod same;
mod sieve;
mod statements;
mod stream;
mod summary;
mod tables;
mod text;

pub use counts::Counts;
pub use entry::{Entries, Entry, Malformed, Severity, Time, entries};
pub use expect::Requirement;
pub use options::Options;
pub use prefix::LinePrefix;
pub use rules::{LineRule, all as rules};
pub use run::{Checker, Outcome};
pub use statements::Coverage;
pub use summary::Summary;

/// How entries are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogFormat {
    /// klog's text.
    Text,
    /// component-base's JSON.
    Json,
}
