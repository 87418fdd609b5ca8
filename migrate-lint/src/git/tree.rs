//! Files of a revision, by their blobs: nothing is checked out, and no filter runs.

use std::io::{BufReader, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};

use super::{bytes, command, path};

/// An entry of a tree.
struct Entry {
    is_link: bool,
    hash: String,
    path: PathBuf,
}

/// Writes the wanted files of a revision below a directory, and returns their paths there.
pub(crate) fn write_tree(
    top: &Path,
    revision: &str,
    to: &Path,
    is_wanted: &dyn Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>> {
    let listed = bytes(top, &["ls-tree", "-r", "-z", "--full-tree", revision])?;
    let entries: Vec<Entry> = listed.split(|byte| *byte == 0).filter_map(entry).collect();
    let entries: Vec<Entry> =
        entries.into_iter().filter(|it| it.is_link || is_wanted(&it.path)).collect();
    let names: String = entries.iter().map(|entry| format!("{}\n", entry.hash)).collect();
    let mut git = command(top, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot run git")?;
    let mut input = git.stdin.take().context("git takes no input")?;
    // Git answers while it is asked: who only asks would wait for ever.
    let asking = std::thread::spawn(move || input.write_all(names.as_bytes()));
    let mut answers = BufReader::new(git.stdout.take().context("git prints nothing")?);
    let mut written = Vec::new();
    for entry in &entries {
        let blob = blob(&mut answers)?;
        let path = to.join(&entry.path);
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        match entry.is_link {
            true => link(&entry.path, &blob, &path),
            false => std::fs::write(&path, blob)?,
        }
        written.push(path);
    }
    drop(answers);
    // What it could not say was missed above.
    let _ = asking.join();
    let _ = git.wait();
    Ok(written)
}

/// `100644 blob 1234… TAB path`; neither submodules nor paths that lead elsewhere.
fn entry(line: &[u8]) -> Option<Entry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut words = line[..tab].split(|byte| *byte == b' ');
    let is_link = match words.next()? {
        b"100644" | b"100755" => false,
        b"120000" => true,
        _ => return None,
    };
    let hash = String::from_utf8(words.nth(1)?.to_vec()).ok()?;
    let path = path(&line[tab + 1..]);
    let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
    is_below.then_some(Entry { is_link, hash, path })
}

/// `hash blob size`, the bytes, and a line feed.
fn blob(answers: &mut impl std::io::BufRead) -> Result<Vec<u8>> {
    let mut head = String::new();
    answers.read_line(&mut head).context("git cat-file ended early")?;
    let mut words = head.trim_end().rsplit(' ');
    let (size, kind) = (words.next().unwrap_or_default(), words.next());
    let Some(size) = size.parse::<usize>().ok().filter(|_| kind == Some("blob")) else {
        bail!("git has not all files of that revision: {}", head.trim_end());
    };
    let mut blob = vec![0; size + 1];
    answers.read_exact(&mut blob).context("git cat-file ended early")?;
    blob.pop();
    Ok(blob)
}

/// A link that stays in the tree.
fn link(place: &Path, target: &[u8], path: &Path) {
    let target = super::path(target);
    let mut depth = place.components().count() as isize - 1;
    let stays = target.components().all(|part| {
        match part {
            Component::Normal(_) => depth += 1,
            Component::ParentDir => depth -= 1,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => depth = -1,
        }
        depth >= 0
    });
    #[cfg(unix)]
    if stays {
        // A link that cannot be made is one that is not there.
        let _ = std::os::unix::fs::symlink(&target, path);
    }
    #[cfg(not(unix))]
    let _ = (stays, path);
}
