//! `cargo klog`.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    migrate_lint::cli::run(std::env::args_os())
}
