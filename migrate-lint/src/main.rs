//! `cargo klog`.
#![forbid(unsafe_code)]
fn main() {}
