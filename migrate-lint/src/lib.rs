//! Finds unstructured log calls, explains them, rewrites them and keeps them out.
//!
//! This library is the command's own: what is public is [`check_log`], for tests of a program's log, and the hidden
//! `internal`, by which the tests of this crate reach the rest.
//! Its modules are listed from the command down to plain data; each imports only what is below it.
#![forbid(unsafe_code)]

pub mod cli;

mod lsp;

mod config;
mod lint;
mod manifest;
mod schema;
mod site;
mod suppress;
mod verify;

mod baseline;
pub mod check_log;
mod fix;
mod queries;
mod rules;
mod stats;

mod catalog;
mod directive;
mod report;
mod rewrite;
mod since;

mod scan;

mod dialect;
mod syntax;

mod finding;
mod guide;
mod safety;
mod settings;
mod source;
mod tokens;

mod cache;
mod call;
mod files;
mod git;
mod init;
mod lines;
mod links;
mod rustfmt;
mod work;
mod workspace;

/// What the tests of this crate reach, and nobody else should: it promises nothing.
#[doc(hidden)]
pub mod internal {
    macro_rules! door {
        ($($name:ident)*) => {
            $(pub mod $name {
                pub use crate::$name::*;
            })*
        };
    }

    door! {
        baseline call catalog config dialect finding fix links lint manifest queries report
        rewrite rules safety scan schema settings source stats work workspace
    }
}
