//! All tests of the crate, in one binary.

mod baseline;
mod cache;
mod catalog;
mod check_log;
mod cli;
mod computes;
mod config;
mod contested;
mod contextual;
mod deep;
mod dialects;
mod fix;
mod floors;
mod generate;
mod growth;
mod interactive;
mod laws;
mod legacy;
mod log_growth;
mod lsp;
mod manifests;
mod migrations;
mod patterns;
mod programs;
mod project;
mod queries;
mod readme;
mod report;
mod rewrites;
mod rules;
mod same_as;
mod scan;
mod stats;
mod untrusted;

/// A file that nothing names would be left out in silence.
#[test]
fn every_file_is_a_part_of_a_binary() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let manifest = include_str!("../Cargo.toml");
    for entry in std::fs::read_dir(folder).expect("the folder of this file") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let Some(module) = name.strip_suffix(".rs") else { continue };
        let is_module = include_str!("suite.rs").contains(&format!("mod {module};"));
        let is_binary = manifest.contains(&format!("path = \"tests/{name}\""));
        assert!(
            is_module || is_binary,
            "tests/{name} is neither a module of suite.rs nor a binary"
        );
    }
}
