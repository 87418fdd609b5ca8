//! Every file that the program reads and writes goes through here.
//!
//! Read are regular files only: what a working tree holds may be a pipe or a device that never ends.
//! Written is beside the file and renamed, so that a file is whole at any moment, old or new; nothing is written before all
//! of a change is on the disk. A link is followed as long as it stays in its project.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The bytes of a regular file.
///
/// # Errors
///
/// Those of the file system, and a file that is none: a directory, a pipe, a device.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is not a regular file"));
    }
    fs::read(path)
}

/// The text of a regular file.
///
/// # Errors
///
/// As [`read`], and bytes that are not UTF-8.
pub(crate) fn read_to_string(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "is not UTF-8"))
}

/// Writes files of a project: all of them or, where one cannot be written, none.
///
/// # Errors
///
/// Those of the file system; a link out of the project, a file that is read-only or no regular one.
pub(crate) fn write_all(roots: &[PathBuf], files: &[(&Path, &[u8])]) -> Result<()> {
    let mut staged: Vec<Staged> = Vec::new();
    for (path, bytes) in files {
        let failed = || format!("cannot write {}; nothing is changed", path.display());
        staged.push(stage(roots, path, bytes).with_context(failed)?);
    }
    for file in &mut staged {
        let failed = || format!("cannot write {}", file.target.display());
        fs::rename(&file.temporary, &file.target).with_context(failed)?;
        file.is_done = true;
    }
    Ok(())
}

/// Writes one file of a project.
///
/// # Errors
///
/// As [`write_all`].
pub(crate) fn write(root: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    write_all(&[root.to_owned()], &[(path, bytes)])
}

/// Writes a file that the user has named: also a device or a pipe, but through no link out of the project around it.
///
/// # Errors
///
/// As [`write_all`].
pub(crate) fn write_named(path: &Path, bytes: &[u8]) -> Result<()> {
    // The shell's own: `/dev/stdout`, `/dev/fd/63`. What is below `/dev/shm` is a file like any other.
    const OF_SHELL: &[&str] = &["/dev/fd", "/dev/stdout", "/dev/stderr", "/proc"];
    if OF_SHELL.iter().any(|place| absolute(path).starts_with(place)) {
        let failed = || format!("cannot write {}", path.display());
        let mut file = OpenOptions::new().append(true).open(path).with_context(failed)?;
        return file.write_all(bytes).with_context(failed);
    }
    let root = project(path);
    let is_special = fs::symlink_metadata(path)
        .is_ok_and(|now| !now.is_file() && !now.is_dir() && !now.file_type().is_symlink());
    let is_outside = fs::metadata(path).is_ok_and(|now| !now.is_file() && !now.is_dir())
        && !absolute(path).starts_with(&root);
    if is_special || is_outside {
        let failed = || format!("cannot write {}", path.display());
        let mut file = OpenOptions::new().write(true).open(path).with_context(failed)?;
        return file.write_all(bytes).with_context(failed);
    }
    write(&root, path, bytes)
}

/// Removes a file of a project; one that is not there is none.
///
/// # Errors
///
/// As [`write_all`].
pub(crate) fn remove(root: &Path, path: &Path) -> Result<()> {
    let failed = || format!("cannot remove {}", path.display());
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    fs::remove_file(target(&[root.to_owned()], path).with_context(failed)?).with_context(failed)
}

/// Makes the directories above a file of a project.
///
/// # Errors
///
/// As [`write_all`].
pub(crate) fn make_room(root: &Path, path: &Path) -> Result<()> {
    let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else {
        return Ok(());
    };
    let failed = || format!("cannot write {}", path.display());
    let above = parent.ancestors().find(|above| above.exists()).unwrap_or(Path::new("."));
    inside(&[root.to_owned()], &canonical(above)?).with_context(failed)?;
    fs::create_dir_all(parent).with_context(failed)
}

/// Whether a file lies outside of the project's directories, or is a link that leads there.
pub(crate) fn leads_out(roots: &[PathBuf], path: &Path) -> bool {
    canonical(path).is_ok_and(|target| inside(roots, &target).is_err())
}

/// The project around a file: its repository, or the outermost directory with a `Cargo.toml`, or its directory.
pub(crate) fn project(path: &Path) -> PathBuf {
    let path = absolute(path);
    let parent = path.parent().unwrap_or(&path);
    let repository = parent.ancestors().find(|above| above.join(".git").exists());
    let workspace = || parent.ancestors().filter(|above| above.join("Cargo.toml").is_file()).last();
    repository.or_else(workspace).unwrap_or(parent).to_owned()
}

struct Staged {
    temporary: PathBuf,
    target: PathBuf,
    is_done: bool,
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.is_done {
            // What is left of a write that failed is in nobody's way.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Writes the bytes beside their file.
fn stage(roots: &[PathBuf], path: &Path, bytes: &[u8]) -> Result<Staged> {
    let target = target(roots, path)?;
    let permissions = match fs::metadata(&target) {
        Ok(now) if now.permissions().readonly() => bail!("it is read-only"),
        Ok(now) => Some(now.permissions()),
        Err(_) => None,
    };
    let own = target.file_name().context("it has no name")?;
    let mut name = OsString::from(".");
    // No system has room for more than 255 bytes.
    match own.len() {
        ..=240 => name.push(own),
        _ => {
            let mut hasher = DefaultHasher::new();
            own.hash(&mut hasher);
            name.push(format!("{:016x}", hasher.finish()));
        }
    }
    name.push(".klog-new");
    let temporary = target.with_file_name(name);
    // One that an interrupted run has left.
    let _ = fs::remove_file(&temporary);
    let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    let staged = Staged { temporary, target, is_done: false };
    fill(&mut file, bytes, permissions)?;
    Ok(staged)
}

fn fill(file: &mut File, bytes: &[u8], permissions: Option<fs::Permissions>) -> io::Result<()> {
    file.write_all(bytes)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    // A disk may be full only when it has to say so.
    file.sync_all()
}

/// The file that a path leads to.
fn target(roots: &[PathBuf], path: &Path) -> Result<PathBuf> {
    let target = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            let name = path.file_name().context("it has no name")?;
            canonical(parent.unwrap_or(Path::new(".")))?.join(name)
        }
        Err(error) => return Err(error.into()),
        Ok(_) => canonical(path)?,
    };
    if fs::metadata(&target).is_ok_and(|now| !now.is_file()) {
        bail!("it is not a regular file");
    }
    inside(roots, &target)?;
    Ok(target)
}

/// What is written lies in the project, wherever links lead.
fn inside(roots: &[PathBuf], target: &Path) -> Result<()> {
    let is_inside = |root: &PathBuf| {
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        canonical(root).is_ok_and(|root| target.starts_with(root))
    };
    match roots.first() {
        Some(root) if !roots.iter().any(is_inside) => {
            bail!("{} lies outside of {}", target.display(), absolute(root).display())
        }
        _ => Ok(()),
    }
}

/// A path as reports print it, on one line: a name is data, whatever it holds, and no command of who reads the report.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    let mut shown = String::new();
    if text.starts_with("::") || text.starts_with("##") {
        shown.push_str("./");
    }
    for char in text.chars() {
        match char {
            char if char.is_control() || is_bidi(char) => shown.extend(char.escape_default()),
            char => shown.push(char),
        }
    }
    shown
}

/// Characters that end a line, or change the order in which others are shown.
pub(crate) fn is_bidi(char: char) -> bool {
    matches!(char, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn canonical(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// A path without `.` and `..`.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}
