//! A project in a directory of its own, and what the program answers there.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) struct Project(TempDir);

/// What the program prints, with `[project]` for the directory.
pub(crate) struct Answer {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Project {
    /// Files by their paths.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self::within(&std::env::temp_dir(), files)
    }

    /// The same in a directory of that one.
    pub(crate) fn within(directory: &Path, files: &[(&str, &str)]) -> Self {
        let project = Self(TempDir::with_prefix_in("klog-", directory).unwrap());
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: &(impl AsRef<[u8]> + ?Sized)) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// A program in the directory; nothing of the machine's settings of git, cargo and colours reaches it.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for name in [
            "CARGO_BUILD_TARGET_DIR",
            "CARGO_TARGET_DIR",
            "CLICOLOR_FORCE",
            "GIT_DIR",
            "GIT_INDEX_FILE",
            "GIT_WORK_TREE",
            "KLOG_NO_CACHE",
        ] {
            command.env_remove(name);
        }
        command
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            // The directory may lie inside of a repository.
            .env("GIT_CEILING_DIRECTORIES", self.path().parent().unwrap())
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
            .envs([("GIT_AUTHOR_NAME", "Test"), ("GIT_AUTHOR_EMAIL", "test@example.com")])
            .envs([("GIT_COMMITTER_NAME", "Test"), ("GIT_COMMITTER_EMAIL", "test@example.com")]);
        command
    }

    /// The linter; the first argument is the command.
    pub(crate) fn klog(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_cargo-klog"));
        command.args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        self.run_with(arguments, "")
    }

    /// With a text on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Answer {
        self.answer(&mut self.klog(arguments), stdin)
    }

    /// What the linter answers, as it is shown in a snapshot.
    pub(crate) fn said(&self, arguments: &[&str]) -> String {
        self.run(arguments).to_string()
    }

    pub(crate) fn answer(&self, command: &mut Command, stdin: impl AsRef<[u8]>) -> Answer {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read it closes it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
        self.shown(child.wait_with_output().unwrap())
    }

    pub(crate) fn shown(&self, output: Output) -> Answer {
        let directory = self.path().canonicalize().unwrap();
        let text = |bytes: Vec<u8>| {
            String::from_utf8_lossy(&bytes).replace(&*directory.to_string_lossy(), "[project]")
        };
        let code = output.status.code().unwrap();
        Answer { stdout: text(output.stdout), stderr: text(output.stderr), code }
    }

    /// What git prints; fails where git does.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git").args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "-m", "State"]);
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}
