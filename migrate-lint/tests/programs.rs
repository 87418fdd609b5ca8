//! What tests share that generate programs, compile and run them: choices by a seed, and the compiler.

use std::path::Path;
use std::process::Command;

/// Numbers that look random, the same ones for a seed.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }

    pub(crate) fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// Compiles a project into a folder; gives the errors of the compiler.
pub(crate) fn build(project: &Path, target: &Path) -> Result<(), String> {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--message-format", "short"])
        .current_dir(project)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Lines of the cases that the compiler's errors name: `src/before.rs:12:5: error…`.
pub(crate) fn errors_at(errors: &str) -> impl Iterator<Item = usize> {
    errors.lines().filter_map(|line| {
        let (place, what) = line.strip_prefix("src/before.rs:")?.split_once(": ")?;
        what.starts_with("error").then(|| place.split(':').next()?.parse().ok())?
    })
}
