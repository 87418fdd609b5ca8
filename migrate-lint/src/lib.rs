//! Finds unstructured log calls, explains them, rewrites them and keeps them out.
#![forbid(unsafe_code)]

pub mod baseline;
pub mod call;
pub mod config;
pub mod finding;
pub mod report;
pub mod rules;
pub mod scan;
pub mod source;
pub mod workspace;
