//! klog-rs against the floor F1, a hand-written function that puts exactly klog's line into a buffer, and against other
//! loggers, on the same workloads in the same process.
//!
//! W1: message and three pairs on a logger or in a span with two pairs. W2: without the two. W3: message only. W4: W1
//! disabled. W5: W1 from two threads. W6: W1 to a file. W7: make the context, log once, drop it. W8 to W15: a message with
//! one value of everyday lines (`everyday.rs`). W16: patterns (`patterns.rs`). W17: four threads and a queue (`queues.rs`).

pub mod allocations;
pub mod destination;
pub mod everyday;
pub mod floor;
pub mod patterns;
pub mod queues;
pub mod report;
pub mod stacks;

/// The id in the context of W1.
pub const ID: &str = "6d1f6a44-8a2c-4c61-9e2f-0f8b7a9d2c11";

/// Which kind of line a stack writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A line for people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Format {
    /// `text` or `json`.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
        }
    }
}

/// A way to log, as a program would set it up.
#[derive(Clone, Copy, Debug)]
pub struct Stack {
    /// How the tables call it.
    pub name: &'static str,
    /// What it can write.
    pub formats: &'static [Format],
    /// Installs it for the process.
    pub install: fn(Format),
    /// Runs the closure with the context of W1 in force.
    pub in_context: fn(&mut dyn FnMut()),
    /// Message, context and three pairs.
    pub w1: fn(),
    /// Message and three pairs; not meant to be called in the context.
    pub w2: fn(),
    /// The message.
    pub w3: fn(),
    /// W1, disabled.
    pub w4: fn(),
    /// Makes the context, logs the message, drops the context; for stacks that have contexts.
    pub w7: Option<fn()>,
    /// W8 to W15, as far as the stack has them; W15 is called in the context.
    pub everyday: &'static [everyday::Row],
}

/// A Kubernetes object for loggers that know `Display` only.
#[derive(Clone, Copy, Debug)]
pub struct Pod(pub &'static str, pub &'static str);

impl std::fmt::Display for Pod {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)?;
        formatter.write_str("/")?;
        formatter.write_str(self.1)
    }
}

/// The pod of all workloads, out of the compiler's sight.
#[inline(always)]
pub fn pod() -> Pod {
    std::hint::black_box(Pod("kube-system", "kubedns"))
}

/// The status of all workloads, out of the compiler's sight.
#[inline(always)]
pub fn status() -> &'static str {
    std::hint::black_box("ready")
}

/// The count of all workloads, out of the compiler's sight.
#[inline(always)]
pub fn count() -> u64 {
    std::hint::black_box(7)
}
