//! A format of one's own: JSON with the names that Google Cloud Logging knows.
//!
//! `cargo run -p klog-rs --features flags --example own_format -- --logging-format=google -v=2`

use clap::Parser;
use klog::{
    Severity, Value,
    encode::{Encoder, Key, Line, PairEncoder},
};

/// Names that the line itself has; a pair of such a name gets `_` appended.
const OWN: [&str; 6] =
    ["severity", "time", "message", "logger", "error", "logging.googleapis.com/sourceLocation"];

struct Google;

impl PairEncoder for Google {
    fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
        let name = if OWN.contains(&key.name) { format!("{}_", key.name) } else { key.name.into() };
        field(&name, value, out);
    }
}

impl Encoder for Google {
    fn line(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(match (line.severity(), line.verbosity()) {
            (Severity::Info, 0) => b"{\"severity\":\"INFO\"".as_slice(),
            (Severity::Info, _) => b"{\"severity\":\"DEBUG\"",
            (Severity::Warning, _) => b"{\"severity\":\"WARNING\"",
            (Severity::Error, _) => b"{\"severity\":\"ERROR\"",
            (Severity::Fatal, _) => b"{\"severity\":\"CRITICAL\"",
        });
        field("time", &Value::Time { nanos: line.time().nanos().into(), offset: 0 }, out);
        field("message", &Value::Str(line.message()), out);
        if let Some(file) = line.file() {
            out.extend_from_slice(b",\"logging.googleapis.com/sourceLocation\":{\"file\":");
            Value::Str(file).write_json(out);
            field("line", &Value::Str(&line.line_number().to_string()), out);
            out.push(b'}');
        }
        if let Some(name) = line.logger() {
            field("logger", &Value::Str(&name.joined), out);
        }
        if let Some(err) = line.err() {
            field("error", err, out);
        }
        line.write_pairs(self, out);
        out.extend_from_slice(b"}\n");
    }
}

/// Appends `,"name":value`.
fn field(name: &str, value: &Value<'_>, out: &mut Vec<u8>) {
    out.push(b',');
    Value::Str(name).write_json(out);
    out.push(b':');
    value.write_json(out);
}

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    logging: klog::Flags,
}

fn main() -> Result<(), klog::config::InstallError> {
    klog::encode::register_format("google", Google);
    let _guard = Args::parse().logging.config().install()?;
    let logger = klog::Logger::background()
        .with_name("scheduler")
        .with_values(klog::kvs! { node = "worker-1" });
    klog::info!(logger: logger, "Pod bound", pod = klog::kref("default", "web-0"), message = "taken");
    klog::info!(logger: logger, v: 2, "Queue is empty", node = "worker-2");
    klog::error!(err: std::io::Error::other("connection refused"), "Could not bind pod", attempts = [1, 2]);
    Ok(())
}
