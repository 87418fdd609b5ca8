//! Finds unstructured log calls, explains them, rewrites them and keeps them out.
#![forbid(unsafe_code)]

pub mod cli;
pub mod config;

pub mod workspace;

pub mod source;

pub mod scan;

pub mod call;
mod guide;
pub mod rustfmt;

pub mod rules;

pub mod suppress;
mod tokens;

pub mod finding;

pub mod lint;

pub mod baseline;
pub mod since;

pub mod fix;
pub mod manifest;
pub mod rewrite;
pub mod verify;

pub mod report;
pub mod stats;

pub mod catalog;
pub mod check_log;

pub mod init;
