//! Finds unstructured log calls.
#![forbid(unsafe_code)]
