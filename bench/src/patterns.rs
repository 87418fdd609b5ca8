//! W16: a call that the last of ten patterns enables, and one that a pattern about other code leaves disabled.

use klog::{Output, config::Vmodule};
use tracing_subscriber::EnvFilter;

use crate::destination::{Writer, deliver};

/// A logger with patterns.
#[derive(Clone, Copy, Debug)]
pub struct Filtered {
    /// How the table calls it.
    pub name: &'static str,
    /// Installs it with ten patterns, or with one about other code.
    pub install: fn(bool),
    /// The message at a level that only the last of the ten enables.
    pub enabled: fn(),
    /// The same through `log`, which the pattern about other code does not enable.
    pub disabled: fn(),
}

/// All of them.
pub fn all() -> [Filtered; 3] {
    [
        Filtered {
            name: "klog",
            install: |has_ten| {
                let patterns =
                    if has_ten { ten("=1,", "pattern*=4") } else { "other=5".to_owned() };
                let vmodule: Vmodule = patterns.parse().expect("patterns");
                let output = Output::new(klog::Format::Text, Nowhere).with_verbosity(0, vmodule);
                std::mem::forget(output.install().expect("the first one"));
            },
            enabled: || klog::info!(v: 4, "Pod status updated"),
            disabled: || log::debug!("Pod status updated"),
        },
        Filtered {
            name: "tracing fmt, `EnvFilter`",
            install: |has_ten| {
                let directives = if has_ten {
                    ten("=info,", "klog_bench=debug")
                } else {
                    "other=debug".to_owned()
                };
                tracing_subscriber::fmt()
                    .with_ansi(false)
                    .with_file(true)
                    .with_line_number(true)
                    .with_writer(|| Writer)
                    .with_env_filter(EnvFilter::new(directives))
                    .init();
            },
            enabled: || tracing::debug!("Pod status updated"),
            disabled: || log::debug!("Pod status updated"),
        },
        Filtered {
            name: "env_logger",
            install: |has_ten| {
                let directives = if has_ten {
                    ten("=info,", "klog_bench=debug")
                } else {
                    "other=debug".to_owned()
                };
                env_logger::Builder::new()
                    .parse_filters(&directives)
                    .write_style(env_logger::WriteStyle::Never)
                    .target(env_logger::Target::Pipe(Box::new(Writer)))
                    .init();
            },
            enabled: || log::debug!("Pod status updated"),
            disabled: || log::debug!("Pod status updated"),
        },
    ]
}

/// Nine patterns about other code, and one about this file.
fn ten(level: &str, last: &str) -> String {
    let others = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota"];
    others.iter().map(|name| format!("{name}{level}")).collect::<String>() + last
}

struct Nowhere;

impl klog::sink::Sink for Nowhere {
    fn write(&self, _: klog::Severity, line: &[u8]) -> std::io::Result<()> {
        deliver(line);
        Ok(())
    }
}
