//! A node agent outside of containers: lines go to a file that is rolled each day, and entries to journald beside it.
//!
//! ```sh
//! cargo run -p files -- /tmp/agent
//! journalctl --identifier files --output verbose
//! ```

use std::path::Path;

use klog::sink::Writer;
use klog::{Format, Output};
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::prelude::*;

fn main() -> Result<(), InitError> {
    let directory = std::env::args_os().nth(1).unwrap_or_else(|| "logs".into());
    let output = to_files(Path::new(&directory))?;
    #[cfg(unix)]
    let subscriber = tracing_subscriber::registry().with(journald()).with(output.layer());
    #[cfg(not(unix))]
    let subscriber = tracing_subscriber::registry().with(output.layer());
    if subscriber.try_init().is_err() {
        klog::warn!("Logging is set up already");
    }
    work();
    klog::flush(std::time::Duration::from_secs(2));
    Ok(())
}

/// Seven files at most, one a day: `agent.2026-11-29.log`.
fn to_files(directory: &Path) -> Result<Output, InitError> {
    // The appender makes it, too, and complains first that it is not there; what is wrong with it is in its error.
    let _ = std::fs::create_dir_all(directory);
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("agent")
        .filename_suffix("log")
        .max_log_files(7)
        .build(directory)?;
    Ok(Output::new(Format::Json, Writer::new(file)))
}

/// journald takes entries as fields, which `journalctl POD=shop/web` finds; none where it does not run.
#[cfg(unix)]
fn journald() -> Option<tracing_journald::Layer> {
    tracing_journald::layer().ok().map(|layer| layer.with_field_prefix(None))
}

fn work() {
    klog::info!("Agent started", port = 8080);
    tracing::warn!(pod = "shop/web", "Pod is slow");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is logged by klog and by plain `tracing` is in the day's file, a line each.
    #[test]
    fn the_file_of_the_day_has_the_lines() -> Result<(), Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let output = to_files(directory.path())?;
        let subscriber = tracing_subscriber::registry().with(output.layer());
        tracing::subscriber::with_default(subscriber, work);
        output.flush()?;
        let files: Vec<_> = std::fs::read_dir(directory.path())?.collect::<Result<_, _>>()?;
        assert_eq!(files.len(), 1);
        let name = files[0].file_name().into_string().unwrap_or_default();
        assert!(name.starts_with("agent.") && name.ends_with(".log"), "{name}");
        let text = std::fs::read_to_string(files[0].path())?;
        let parts = ["\"msg\":\"Agent started\"", "\"port\":8080", "\"pod\":\"shop/web\""];
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
        assert_eq!(text.lines().count(), 2, "{text}");
        Ok(())
    }
}
