//! Names that mean different macros: what a fix writes for one of them need not compile for the other.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::fs;

const CALL: &str = "pub fn f(n: u32) { info!(\"found {} nodes\", n); }\n";

#[test]
fn what_cfg_chooses_among_is_left_to_a_person() {
    let check = |imports: &str, fixed: Option<&str>| {
        let text = format!("{imports}\n{CALL}");
        let now = fixed_text(&text);
        match fixed {
            None => assert_eq!(now, text, "{imports}"),
            Some(call) => assert!(now.contains(call), "{imports}: {now}"),
        }
    };
    let (log, tracing) = ("info!(nodes = n; \"Found nodes\")", "info!(nodes = n, \"Found nodes\")");
    let either = |one: &str, other: &str| {
        format!("#[cfg(feature = \"a\")]\n{one}\n#[cfg(not(feature = \"a\"))]\n{other}")
    };
    check(&either("use log::info;", "use tracing::info;"), None);
    check(&either("use tracing::{debug, info};", "use log::info;"), None);
    check(&either("use defmt::info;", "use log::info;"), None);
    check(&either("use log::*;", "use tracing::*;"), None);
    check(&either("use tracing::info as info;", "use crate::quiet::info;"), None);
    check(&either("#[macro_use] extern crate log;", "#[macro_use] extern crate tracing;"), None);
    check("#[cfg(feature = \"a\")]\nuse defmt::info;\nuse log::*;", None);
    check("#[cfg(test)]\nuse tracing::*;\n#[cfg(not(test))]\nuse log::info;", None);
    // One macro by two ways, or one that covers another, is no doubt.
    check(&either("use log::info;", "use log::{info, warn};"), Some(log));
    check(&either("use log::*;", "use log::info;"), Some(log));
    check("use log::info;\npub mod m { pub use tracing::info; }", Some(log));
    check("use tracing::info;\nuse log::*;", Some(tracing));
    check("#[cfg(feature = \"a\")]\nuse log::info;\nuse log::*;", Some(log));
}

#[test]
fn what_cfg_calls_by_one_name_is_left_to_a_person() {
    let check = |imports: &str, is_fixed: bool| {
        let text =
            format!("{imports}\npub fn f(n: u32) {{ log::info!(\"found {{}} nodes\", n); }}\n");
        let now = fixed_text(&text);
        assert_eq!(now != text, is_fixed, "{imports}: {now}");
    };
    check("#[cfg(feature = \"a\")]\nuse tracing as log;", false);
    check(
        "#[cfg(feature = \"a\")]\nuse tracing as log;\n#[cfg(not(feature = \"a\"))]\nuse log;",
        false,
    );
    check("#[cfg(feature = \"a\")]\nuse crate::quiet as log;", false);
    check("#[cfg(a)]\nextern crate tracing as log;\n#[cfg(not(a))]\nextern crate log;", false);
    check("use log;", true);
    check("#[cfg(feature = \"a\")]\nuse log;", true);
    check("use tracing as log;", true);
}

fn fixed_text(text: &str) -> String {
    let project = tempfile::tempdir().unwrap();
    let path = project.path().join("src/lib.rs");
    fs::create_dir(project.path().join("src")).unwrap();
    let manifest = "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n\
                    log = { version = \"0.4\", features = [\"kv\"] }\ntracing = \"0.1\"\ndefmt = \"1\"\n";
    fs::write(project.path().join("Cargo.toml"), manifest).unwrap();
    let quiet = "pub mod quiet { macro_rules! info { ($($t:tt)*) => {} } pub(crate) use info; }\n";
    fs::write(&path, format!("{text}{quiet}")).unwrap();
    let output = assert_cmd::Command::cargo_bin("cargo-klog")
        .unwrap()
        .current_dir(project.path())
        .args(["lint", "--quiet", "--fix", "--unsafe-fixes", "--allow-no-vcs"])
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    fs::read_to_string(path).unwrap().replace(quiet, "")
}
