//! Git, called so that it runs nothing that a repository asks for.
//!
//! A repository's own configuration can name programs: a file system monitor, hooks, external diffs, text conversions,
//! filters, pagers. Each is turned off for every call, and what it prints is read by bytes, so that no file name and no
//! attribute changes what a line means.

mod tree;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

pub(crate) use tree::write_tree;

/// Settings of a repository that would run something, or print in another form.
const PLAIN: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.quotePath=false",
    "core.untrackedCache=false",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "submodule.recurse=false",
    "status.submoduleSummary=false",
    "color.ui=never",
];

/// Variables that git sets for its hooks, and that say which repository is meant.
const OF_HOOKS: &[&str] =
    &["GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE"];

/// Whether git finds a repository from a directory by itself.
fn has_repository(directory: &Path) -> bool {
    let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    directory.ancestors().any(|above| above.join(".git").exists())
}

/// Runs git and returns what it printed.
pub(crate) fn git(directory: &Path, arguments: &[&str]) -> Result<String> {
    Ok(String::from_utf8_lossy(&bytes(directory, arguments)?).into_owned())
}

/// Runs git and returns the bytes that it printed.
pub(crate) fn bytes(directory: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = command(directory, arguments).output().context("cannot run git")?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        let error = error.trim().trim_start_matches("fatal: ");
        bail!("git {}: {error}", arguments[0]);
    }
    Ok(output.stdout)
}

/// Which of some files git ignores; paths are relative to the directory.
pub(crate) fn ignored(directory: &Path, files: &[&str]) -> Result<Vec<PathBuf>> {
    // As many as a command line takes.
    const N_FILES: usize = 500;
    let mut ignored = Vec::new();
    for files in files.chunks(N_FILES) {
        let list = ["--literal-pathspecs", "ls-files", "-z", "--others", "--ignored"];
        let standard = ["--exclude-standard", "--"];
        let arguments = [&list[..], &standard[..], files].concat();
        ignored.extend(paths(&bytes(directory, &arguments)?));
    }
    Ok(ignored)
}

/// Git with these arguments, ready to run.
fn command(directory: &Path, arguments: &[&str]) -> Command {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let mut command = Command::new("git");
    command.arg("-C").arg(directory);
    for setting in PLAIN {
        command.args(["-c", setting]);
    }
    // These look into files, which filters may change first.
    if matches!(arguments.first(), Some(&"diff" | &"status")) {
        for filter in filters(directory) {
            command.args(["-c", &format!("{filter}=")]);
        }
    }
    // A hook's variables are those of one repository and one directory; what is asked about may be another.
    if has_repository(directory) {
        for name in OF_HOOKS {
            command.env_remove(name);
        }
    }
    // It asks nobody, locks nothing and fetches nothing.
    command
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env_remove("GIT_EXTERNAL_DIFF");
    command
}

/// Names of the settings by which filters run programs.
fn filters(directory: &Path) -> Vec<String> {
    let pattern = r"^filter\..*\.(clean|smudge|process)$";
    let ask = ["config", "-z", "--name-only", "--get-regexp", pattern];
    let output = command(directory, &ask).output();
    let names = output.map(|output| output.stdout).unwrap_or_default();
    let names = names.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    names.filter(|name| !name.is_empty() && !name.contains('=')).map(Into::into).collect()
}

/// Paths that git prints apart by NUL.
pub(crate) fn paths(output: &[u8]) -> impl Iterator<Item = PathBuf> {
    output.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(path)
}

/// A path as git prints it.
pub(crate) fn path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        PathBuf::from(OsStr::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(OsStr::new(&*String::from_utf8_lossy(bytes)))
    }
}
