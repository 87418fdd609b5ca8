//! Crates of a new user: empty, with klog-rs as a dependency.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Builds a program and says where it is. `manifest` follows the dependency on klog-rs.
pub(crate) fn build(name: &str, manifest: &str, main: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new").join(name);
    fs::create_dir_all(root.join("src")).expect("a directory for the crate");
    let manifest = format!(
        "[package]\nname = {name:?}\nedition = \"2024\"\n[workspace]\n[dependencies]\nklog-rs = {{ path = {package:?} }}\n{manifest}",
    );
    fs::write(root.join("Cargo.toml"), manifest).expect("the crate can be written");
    fs::write(root.join("src/main.rs"), main).expect("the crate can be written");
    // The same versions as here, so that nothing is looked up.
    fs::copy(package.join("../Cargo.lock"), root.join("Cargo.lock"))
        .expect("the lock file can be copied");
    let target = root.join("../target");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet"])
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("debug").join(name)
}
