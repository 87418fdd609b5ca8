//! Finds unstructured log calls, explains them, rewrites them and keeps them out.
//!
//! The modules are listed from the command down to plain data; each imports only what is below it.
#![forbid(unsafe_code)]

pub mod cli;

pub mod config;
pub mod lint;
pub mod manifest;
pub mod schema;
pub mod site;
pub mod suppress;
pub mod verify;

pub mod baseline;
pub mod check_log;
pub mod fix;
pub mod queries;
pub mod rules;
pub mod stats;

pub mod catalog;
pub mod directive;
pub mod report;
pub mod rewrite;
pub mod since;

pub mod scan;

pub mod dialect;
mod syntax;

pub mod finding;
mod guide;
pub mod safety;
pub mod settings;
pub mod source;
mod tokens;

pub mod call;
pub mod init;
pub mod links;
pub mod rustfmt;
pub mod workspace;
