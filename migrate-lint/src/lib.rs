//! Finds unstructured log calls, explains them, rewrites them and keeps them out.
//!
//! This library is the command's own and promises nothing: what is public is so for the tests of this crate.
//! Its modules are listed from the command down to plain data; each imports only what is below it.
#![forbid(unsafe_code)]

pub mod cli;

mod lsp;

#[doc(hidden)]
pub mod config;
#[doc(hidden)]
pub mod lint;
#[doc(hidden)]
pub mod manifest;
#[doc(hidden)]
pub mod schema;
#[doc(hidden)]
pub mod site;
#[doc(hidden)]
pub mod suppress;
#[doc(hidden)]
pub mod verify;

#[doc(hidden)]
pub mod baseline;
#[doc(hidden)]
pub mod check_log;
#[doc(hidden)]
pub mod fix;
#[doc(hidden)]
pub mod queries;
#[doc(hidden)]
pub mod rules;
#[doc(hidden)]
pub mod stats;

#[doc(hidden)]
pub mod catalog;
#[doc(hidden)]
pub mod directive;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod rewrite;
#[doc(hidden)]
pub mod since;

#[doc(hidden)]
pub mod scan;

#[doc(hidden)]
pub mod dialect;
mod syntax;

#[doc(hidden)]
pub mod finding;
mod guide;
#[doc(hidden)]
pub mod safety;
#[doc(hidden)]
pub mod settings;
#[doc(hidden)]
pub mod source;
mod tokens;

mod cache;
#[doc(hidden)]
pub mod call;
#[doc(hidden)]
pub mod files;
mod git;
#[doc(hidden)]
pub mod init;
mod lines;
#[doc(hidden)]
pub mod links;
#[doc(hidden)]
pub mod rustfmt;
#[doc(hidden)]
pub mod work;
#[doc(hidden)]
pub mod workspace;
