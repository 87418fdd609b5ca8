//! `BENCHMARKS.md`: sections that programs write.

use std::{fs, path::Path, process::Command};

/// Replaces what is between `<!-- NAME -->` and `<!-- /NAME -->`.
pub fn replace(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../BENCHMARKS.md");
    let before = fs::read_to_string(&path).expect("BENCHMARKS.md is there");
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let start = before.find(&open).expect("the section is there") + open.len();
    let end = before.find(&close).expect("the section ends");
    let after = format!("{}\n{}\n{}", &before[..start], text.trim(), &before[end..]);
    fs::write(path, after).expect("BENCHMARKS.md can be written");
}

/// Processor, system and compiler, and the versions of the loggers.
pub fn machine() -> String {
    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split(": ").nth(1)).unwrap_or("unknown processor");
    let n_cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let rustc = output("rustc", &["--version"]).unwrap_or_default();
    let lock = include_str!("../Cargo.lock");
    let versions: Vec<String> = PEERS
        .iter()
        .filter_map(|peer| {
            let at = lock.find(&format!("name = \"{peer}\"\n"))?;
            let version = lock[at..].lines().nth(1)?.trim_start_matches("version = ");
            Some(format!("{peer} {}", version.trim_matches('"')))
        })
        .collect();
    format!(
        "{model}, {n_cpus} cores, {}; {rustc}; {}.\n",
        std::env::consts::OS,
        versions.join(", ")
    )
}

const PEERS: &[&str] = &[
    "tracing",
    "tracing-subscriber",
    "json-subscriber",
    "tracing-glog",
    "slog",
    "slog-json",
    "log",
    "fern",
    "env_logger",
    "logforth",
    "structured-logger",
    "spdlog-rs",
    "emit",
];
