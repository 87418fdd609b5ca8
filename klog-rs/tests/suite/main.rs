//! All that can share a process: one binary, which is linked once.

mod compose;
mod derive;
mod extras;
mod files;
mod flags;
mod floors;
mod go_values;
mod golden;
mod kube;
mod laws;
mod left_out;
mod limits;
mod log_bridge;
mod macros;
mod new_crate;
mod objects;
mod otel;
mod own_format;
mod public;
mod readme;
mod settings;
#[path = "../support/mod.rs"]
mod support;
mod tables;
mod targets;
mod testing;
mod times;
mod values;
