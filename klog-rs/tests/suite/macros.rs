//! What does not compile, and what the compiler then says: one mistake a file in `tests/ui`, and the messages beside it.
//!
//! All are programs of one package, which depends on klog-rs alone, and are checked by one run of cargo.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn mistakes_are_explained() {
    let mut cases: Vec<PathBuf> = fs::read_dir(Path::new(ROOT).join("tests/ui"))
        .expect("there are cases")
        .map(|entry| entry.expect("it is read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    cases.sort();
    let messages = messages(&cases);
    let is_updated = std::env::var_os("KLOG_UPDATE").is_some();
    let mut differ = String::new();
    for case in &cases {
        let got = messages.get(&name(case)).map_or("", |text| text.trim_end());
        let file = case.with_extension("stderr");
        if is_updated && !got.is_empty() {
            fs::write(&file, format!("{got}\n")).expect("it can be written");
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        // A case that compiles has no mistake.
        if got.is_empty() || got != expected.trim_end() {
            let _ = writeln!(differ, "{}\n--- expected\n{expected}--- got\n{got}", case.display());
        }
    }
    assert!(differ.is_empty(), "{differ}\nKLOG_UPDATE=1 takes what the compiler says now");
}

fn name(case: &Path) -> String {
    case.file_stem().expect("a file").to_string_lossy().into_owned()
}

/// What the compiler says about each case, by name.
fn messages(cases: &[PathBuf]) -> BTreeMap<String, String> {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mistakes");
    fs::create_dir_all(&package).expect("a directory for the package");
    let mut manifest = format!(
        "[package]\nname = \"mistakes\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nklog-rs = {{ path = {ROOT:?} }}\n",
    );
    for case in cases {
        let _ = write!(manifest, "[[bin]]\nname = {:?}\npath = {case:?}\n", name(case));
    }
    fs::write(package.join("Cargo.toml"), manifest).expect("the package can be written");
    // The same versions as here, so that nothing is looked up.
    fs::copy(Path::new(ROOT).join("../Cargo.lock"), package.join("Cargo.lock"))
        .expect("the lock file can be copied");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--bins", "--keep-going", "--message-format=json"])
        .current_dir(&package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let mut found = BTreeMap::<String, String>::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let (Some(name), Some(rendered)) =
            (line["target"]["name"].as_str(), line["message"]["rendered"].as_str())
        else {
            continue;
        };
        if line["message"]["spans"].as_array().is_some_and(|spans| !spans.is_empty()) {
            found.entry(name.to_owned()).or_default().push_str(&portable(rendered));
        }
    }
    assert!(!found.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    found
}

/// The message without what differs from one machine or compiler to the next: where sources lie, numbers of lines of
/// other files and with them the width of the margin, and how many types have a trait.
fn portable(message: &str) -> String {
    let mut text = String::new();
    let mut is_own = true;
    for line in message.lines() {
        let start = line.trim_start();
        if let Some((arrow, place)) =
            ["--> ", "::: "].iter().find_map(|&arrow| Some((arrow, start.strip_prefix(arrow)?)))
        {
            is_own = place.contains("/tests/ui/");
            let place = place.strip_prefix(ROOT).map_or(place, |place| &place[1..]);
            let place = if is_own { place } else { place.split(':').next().unwrap_or(place) };
            let _ = writeln!(text, " {arrow}{place}");
        } else if let Some((number, code)) = line
            .split_once('|')
            .filter(|(margin, _)| margin.trim().bytes().all(|byte| byte.is_ascii_digit()))
        {
            let number = if is_own { number.trim() } else { "" };
            let width = number.len().max(1) + 1;
            let _ = writeln!(text, "{}", format!("{number:<width$}|{code}").trim_end());
        } else if start.starts_with("and ") && start.ends_with(" others") {
            text.push_str("          and others\n");
        } else if line.starts_with("        ") {
            let _ = writeln!(text, "            {start}");
        } else if let Some(rest) = start.strip_prefix("= ") {
            let _ = writeln!(text, "  = {rest}");
        } else {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}
