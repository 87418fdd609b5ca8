//! What a new user does: an empty crate, klog-rs as a dependency, the first example of the README. It must print what the
//! README shows.

use std::{fs, path::Path, process::Command};

#[test]
fn the_first_example_prints_what_the_readme_shows() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(package.join("../README.md")).expect("the README is there");
    let block = |kind: &str| {
        let start = readme.find(&format!("```{kind}\n")).expect("the README has such a block")
            + kind.len()
            + 4;
        readme[start..].split("```").next().expect("a block").to_owned()
    };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    fs::create_dir_all(root.join("src")).expect("a directory for the crate");
    let manifest = format!(
        "[package]\nname = \"readme\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nklog-rs = {{ path = {:?} }}\n",
        package.display().to_string(),
    );
    fs::write(root.join("Cargo.toml"), manifest).expect("the crate can be written");
    fs::write(root.join("src/main.rs"), block("rust")).expect("the crate can be written");
    // The same versions as here, so that nothing is looked up.
    fs::copy(package.join("../Cargo.lock"), root.join("Cargo.lock"))
        .expect("the lock file can be copied");

    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet"])
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .output()
        .expect("cargo runs");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{printed}");
    assert_eq!(without_time(&printed), without_time(&block("text")));
}

/// Lines without time and process id.
fn without_time(lines: &str) -> Vec<String> {
    lines.lines().map(|line| format!("{}{}", &line[..1], &line[29..])).collect()
}
