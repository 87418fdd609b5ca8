//! klog.toml: what is refused, with which words, and which level wins.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::path::Path;

use migrate_lint::internal::config::Config;
use migrate_lint::internal::finding::Level;
use migrate_lint::internal::rules;

#[test]
fn mistakes_are_reported_together_with_lines_and_suggestions() {
    let text = r#"dialekt = "klog"
dialect = "zap"
exclude = [1, "!keep"]

[levels]
interpolated-mesage = "deny"
structured = "error"
verbose = "warn"

[[path]]
levels = { all = "deny" }
pathes = "src"

[[wrapper]]
name = "net_info!"
like = "info"
skip = -1

[keys]
case = "camel"
replacement = {}
"#;
    check("mistakes", &errors(text));
}

#[test]
fn broken_toml_is_one_mistake_with_its_line() {
    let texts =
        ["[levels]\nall = deny\n", "[path]\npath = \"a\"\n", "levels = 3\n", "[levels\n", "\u{0}"];
    let errors: Vec<String> = texts.map(errors).into();
    check("broken", &errors.join("\n"));
}

#[test]
fn a_manifest_may_hold_the_configuration() {
    let text = "[workspace.metadata.klog]\nlevels = { structured = \"deny\" }\n";
    let config = Config::parse(text, Path::new("/w/Cargo.toml")).unwrap();
    assert_eq!(level(&config, "interpolated-message", "/w/src/lib.rs"), Level::Deny);
    let error = Config::parse("[package]\nname = \"x\"\n", Path::new("Cargo.toml")).unwrap_err();
    assert_eq!(error.to_string(), "Cargo.toml:1: has no [workspace.metadata.klog]");
}

#[test]
fn the_nearest_configuration_of_the_repository_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let at = |path: &str| directory.path().join(path);
    std::fs::create_dir_all(at("repository/.git")).unwrap();
    std::fs::create_dir_all(at("repository/crates/a")).unwrap();
    let write = |path: &str| std::fs::write(at(path), "[levels]\nall = \"deny\"\n").unwrap();
    let found = || {
        let path = Config::load(None, &at("repository/crates/a")).unwrap().path?;
        Some(path.strip_prefix(directory.path()).unwrap().to_owned())
    };
    // One outside of the repository is somebody else's.
    write("klog.toml");
    assert_eq!(found(), None);
    for path in ["repository/klog.toml", "repository/crates/a/klog.toml"] {
        write(path);
        assert_eq!(found().as_deref(), Some(Path::new(path)));
    }
}

#[test]
fn the_later_path_wins_and_a_rule_wins_over_its_group() {
    let text = r#"
[levels]
structured = "deny"
interpolated-message = "warn"
[[path]]
path = "./crates/legacy"
levels = { structured = "allow" }
[[path]]
path = "crates/legacy/src/done/**"
levels = { interpolated-message = "deny" }
"#;
    let mut config = Config::parse(text, Path::new("/w/klog.toml")).unwrap();
    let rule = "interpolated-message";
    for (file, expected) in [
        ("/w/src/lib.rs", Level::Warn),
        ("/w/crates/legacy/src/lib.rs", Level::Allow),
        ("/w/crates/legacy/src/done/mod.rs", Level::Deny),
        ("/w/crates/legacy2/src/lib.rs", Level::Warn),
        ("/elsewhere/crates/legacy/src/lib.rs", Level::Warn),
    ] {
        assert_eq!(level(&config, rule, file), expected, "{file}");
    }
    config.set_command_line(vec![("warnings".to_owned(), Level::Deny)]).unwrap();
    assert_eq!(level(&config, rule, "/w/src/lib.rs"), Level::Deny);
    assert_eq!(level(&config, rule, "/w/crates/legacy/src/lib.rs"), Level::Allow);
    config.set_command_line(vec![(rule.to_owned(), Level::Allow)]).unwrap();
    assert_eq!(level(&config, rule, "/w/crates/legacy/src/done/mod.rs"), Level::Allow);
}

#[test]
fn what_init_writes_is_valid() {
    let text = include_str!("../src/init/klog.toml");
    Config::parse(text, Path::new("klog.toml")).unwrap();
    // The commented examples must be right too: take the comment signs off everything that is a setting.
    let is_setting = |line: &&str| line.contains(" = ") || line.starts_with("# [[");
    let examples: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with('[') || is_setting(line))
        .map(|line| line.strip_prefix("# ").unwrap_or(line))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase() || c == '['))
        .collect();
    Config::parse(&examples.join("\n"), Path::new("klog.toml")).unwrap();
}

fn check(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "snapshots/config", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

fn errors(text: &str) -> String {
    Config::parse(text, Path::new("klog.toml")).unwrap_err().to_string()
}

fn level(config: &Config, rule: &str, file: &str) -> Level {
    let rule = rules::all().find(|known| known.name == rule).unwrap();
    config.in_force(Path::new(file)).level(rule).0
}
