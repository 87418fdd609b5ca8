//! Finds unstructured log calls, explains them, rewrites them and keeps them out.
#![forbid(unsafe_code)]

pub mod call;
pub mod finding;
pub mod scan;
pub mod source;
pub mod workspace;
