//! The macros of klog-rs.
#![forbid(unsafe_code)]
