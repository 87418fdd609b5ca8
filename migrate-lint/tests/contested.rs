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
    let (log, tracing) =
        ("info!(node_count = n; \"Found nodes\")", "info!(node_count = n, \"Found nodes\")");
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
    check("#[cfg(a)]\nextern crate tracing as log;", false);
    check("#[cfg(a)]\n#[macro_use]\nextern crate tracing as log;", false);
    check("extern crate log;", true);
    check("#[cfg(a)]\nextern crate log;", true);
    check("extern crate tracing as log;", true);
    check("use log;", true);
    check("#[cfg(feature = \"a\")]\nuse log;", true);
    check("use tracing as log;", true);
}

/// A file that is a module in several places is fixed for all of them or for none.
#[test]
fn files_of_several_modules_are_fixed_for_all_of_them() {
    let check = |crates: &[(&str, &str)], arguments: &[&str], file: &str, is_fixed: bool| {
        let now = fixed_file(crates, arguments, file);
        let before = crates.iter().find(|(path, _)| *path == file).unwrap().1;
        assert_eq!(now != before, is_fixed, "{crates:?}: {now}");
    };
    let within = |first: &str, second: &str, more: &str, text: &str, is_fixed: bool| {
        let library =
            format!("mod a {{ use {first}; {more} }}\nmod b {{ use {second}; {more} }}\n");
        check(
            &[("one/src/lib.rs", &library), ("one/src/a.rs", text)],
            &[],
            "one/src/a.rs",
            is_fixed,
        );
    };
    let child = format!("use super::*;\n{CALL}");
    let path = "#[path = \"../a.rs\"] mod c;";
    for (more, text) in [("include!(\"a.rs\");", CALL), (path, &*child)] {
        within("log::info", "tracing::info", more, text, false);
        within("tracing::*", "log::*", more, text, false);
        within("log::info", "log::{info, warn}", more, text, true);
    }
    // Three places, of which the last differs, and one inside of a place.
    let three = "mod a { use log::info; include!(\"a.rs\"); }\nmod b { use log::info; include!(\"a.rs\"); }\n\
                 mod c { use tracing::info; include!(\"a.rs\"); }\n";
    check(&[("one/src/lib.rs", three), ("one/src/a.rs", CALL)], &[], "one/src/a.rs", false);
    let deep = "mod a { use log::info; include!(\"a.rs\"); }\nmod b { use tracing::info; include!(\"a.rs\"); }\n";
    let inner = format!("mod inner {{ use super::info; {CALL} }}\n");
    check(&[("one/src/lib.rs", deep), ("one/src/a.rs", &inner)], &[], "one/src/a.rs", false);
    // A file that includes itself, and one that modules share over and over.
    let itself = format!("#[path = \"lib.rs\"] mod me;\nuse log::info;\n{CALL}");
    check(&[("one/src/lib.rs", &itself)], &[], "one/src/lib.rs", true);
    // A package that is not asked for has the file as well.
    let one = [
        ("one/src/lib.rs", "#[macro_use] extern crate log;\npub mod s;\n"),
        ("one/src/s.rs", CALL),
    ];
    let shares = "#[path = \"../../one/src/s.rs\"] pub mod s;\n";
    for (by, is_fixed) in [("tracing", false), ("log", true)] {
        let two = format!("#[macro_use] extern crate {by};\n{shares}");
        let crates = [one[0], one[1], ("two/src/lib.rs", &*two)];
        check(&crates, &[], "one/src/s.rs", is_fixed);
        check(&crates, &["-p", "one"], "one/src/s.rs", is_fixed);
        check(&crates, &["one/src/s.rs"], "one/src/s.rs", is_fixed);
    }
}

/// What a file needs where it is a module once more does not leave with the calls beside it.
#[test]
fn imports_that_another_place_needs_stay() {
    let check = |root: &str, shared: &str, is_left: bool| {
        let first = ("one/src/lib.rs", "#[macro_use] extern crate log;\npub mod s;\n");
        let root = format!("{root}\npub fn go() {{ info!(\"Started\"); }}\n");
        let file = "one/src/bin/b.rs";
        let crates = [first, ("one/src/s.rs", shared), (file, &*root)];
        let now = fixed_file(&crates, &["--to", "log"], file);
        assert!(now.contains("log::info!(\"Started\")"), "{now}");
        assert_eq!(now.contains("tracing"), is_left, "{root}{shared}: {now}");
    };
    let shares = "#[path = \"../s.rs\"] mod s;";
    let macro_use = format!("#[macro_use] extern crate tracing;\n{shares}");
    check(&macro_use, "pub fn f() { info!(\"Found\"); }\n", true);
    check(&macro_use, "pub mod m { pub fn f() { info!(\"Found\"); } }\n", true);
    check(
        &format!("use tracing::info;\n{shares}"),
        "use super::*;\npub fn f() { info!(\"a\"); }\n",
        true,
    );
    check(
        &format!("use tracing::info;\n{shares}"),
        "pub fn f() { super::info!(\"Found\"); }\n",
        true,
    );
    check(&macro_use, "pub fn f() { log::info!(\"Found\"); }\n", false);
    check(&macro_use, "use log::info;\npub fn f() { info!(\"Found\"); }\n", false);
}

const DEPENDENCIES: &str =
    "\n[dependencies]\nlog = { version = \"0.4\", features = [\"kv\"] }\ntracing = \"0.1\"\n";

/// A file of a workspace of these files, fixed.
fn fixed_file(crates: &[(&str, &str)], arguments: &[&str], file: &str) -> String {
    let project = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = project.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let (mut members, mut has_call) = (String::new(), false);
    for (path, text) in crates {
        let (name, _) = path.split_once('/').unwrap();
        if !members.contains(name) {
            members += &format!("{name:?},");
            let head =
                format!("[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2021\"\n");
            write(&format!("{name}/Cargo.toml"), &format!("{head}{DEPENDENCIES}"));
        }
        has_call |= *path == file;
        write(path, text);
    }
    assert!(has_call, "{file}");
    write("Cargo.toml", &format!("[workspace]\nresolver = \"2\"\nmembers = [{members}]\n"));
    let output = assert_cmd::Command::cargo_bin("cargo-klog")
        .unwrap()
        .current_dir(project.path())
        .args(["lint", "--quiet", "--fix", "--unsafe-fixes", "--allow-no-vcs"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    fs::read_to_string(project.path().join(file)).unwrap()
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
