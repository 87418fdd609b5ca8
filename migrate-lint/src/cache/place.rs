//! The files of the cache: where they may be, who wrote them, and how they are written.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use super::{Key, key};
use crate::files;

/// As cargo marks the directory when it makes it, so that backups and searches leave it out.
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # This file is a cache directory tag created by cargo.\n\
    # For information about cache directory tags see https://bford.info/cachedir/\n";

/// The directory of the cache below the one where cargo builds. A workspace cannot have it anywhere else: a `target` that
/// lies in the workspace by its name and leads out of it, or a `klog` that is a link, is not used.
pub(crate) fn directory(root: &Path, target: &Path) -> Option<PathBuf> {
    if target.starts_with(root) && files::leads_out(&[root.to_owned()], target) {
        return None;
    }
    let directory = target.join("klog");
    let is_usable = fs::symlink_metadata(&directory).map_or(true, |it| it.is_dir());
    is_usable.then_some(directory)
}

/// Which program writes: an answer is its own, and another version may have another one to the same content.
pub(super) fn writer() -> Option<Key> {
    static WRITER: OnceLock<Option<Key>> = OnceLock::new();
    *WRITER.get_or_init(|| {
        let program = std::env::current_exe().ok()?;
        let metadata = fs::metadata(&program).ok()?;
        let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let (size, version) = (metadata.len(), env!("CARGO_PKG_VERSION"));
        Some(key(format!("{version} {size} {changed:?} {}", program.display()).as_bytes()))
    })
}

/// The bytes of a file that is not too large.
pub(super) fn read(file: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    if fs::metadata(file)?.len() > max_bytes {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    files::read(file)
}

/// Writes beside the file and renames, so that a reader finds the old one or the new one. It need not be on the disk: a
/// file that a crash has cut short is not read.
pub(super) fn write(file: &Path, content: &[u8]) -> io::Result<()> {
    let directory = file.parent().ok_or(io::ErrorKind::InvalidInput)?;
    make(directory)?;
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let temporary = directory.join(name);
    // What a program with this number has left.
    let _ = fs::remove_file(&temporary);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary)
        .and_then(|mut temporary| temporary.write_all(content))
        .and_then(|()| fs::rename(&temporary, file));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Makes the directory, which git does not see, and the one where cargo builds as cargo would.
fn make(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    if let Some(target) = directory.parent().filter(|target| !target.exists()) {
        fs::create_dir_all(target)?;
        fs::write(target.join("CACHEDIR.TAG"), TAG)?;
    }
    fs::create_dir_all(directory)?;
    fs::write(directory.join(".gitignore"), "*\n")
}
