//! Rust files below a directory, without what git ignores and what is hidden.
//!
//! Only directories and Rust files are compared with the patterns: most files of a repository are neither.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::finder::is_rust;

/// What a directory has beside its Rust files.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// A manifest.
    pub(super) has_manifest: bool,
    /// The mark of a directory that is built.
    pub(super) is_cache: bool,
    has_patterns: bool,
    has_repository: bool,
}

/// Walks through directories, and remembers the patterns of those above them.
#[derive(Debug, Default)]
pub(super) struct Walker {
    patterns: HashMap<PathBuf, Rc<Patterns>>,
    /// The user's own.
    global: Option<Gitignore>,
}

/// Patterns of a directory and those above it.
#[derive(Debug)]
struct Patterns {
    above: Option<Rc<Patterns>>,
    /// `.gitignore`.
    own: Option<Gitignore>,
    /// `info/exclude` of the repository that begins here.
    excluded: Option<Gitignore>,
    /// Patterns of directories above do not count.
    has_repository: bool,
}

/// What a walk tells of.
pub(super) trait Visitor {
    /// A directory below the root: whether to look into it.
    fn enters(&mut self, directory: &Path, marks: Marks) -> bool;

    /// A Rust file.
    fn file(&mut self, path: PathBuf, kind: FileType);

    /// A directory that cannot be read.
    fn fails(&mut self, message: String);
}

impl Walker {
    /// Walks through a directory, which is looked into in any case.
    pub(super) fn walk(&mut self, root: &Path, visitor: &mut dyn Visitor) {
        // Patterns are those of the directories above where it is, whatever links lead there.
        let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let above = real.parent().and_then(|above| self.patterns_of(above));
        let real = (real != root).then_some(real);
        let mut left = vec![(root.to_owned(), real, above)];
        while let Some((directory, real, above)) = left.pop() {
            let entries = match entries(&directory) {
                Ok(entries) => entries,
                Err(error) => {
                    visitor.fails(format!("{}: {error}", directory.display()));
                    continue;
                }
            };
            let marks = marks(&directory, &entries);
            if !visitor.enters(&directory, marks) {
                continue;
            }
            let patterns = self.below(real.as_ref().unwrap_or(&directory), above, marks);
            for (name, kind) in entries {
                let is_directory = kind.is_dir();
                if !is_directory && !is_rust(Path::new(&name)) {
                    continue;
                }
                let path = directory.join(&name);
                let real = real.as_ref().map(|real| real.join(&name));
                let is_ignored =
                    self.is_ignored(&patterns, real.as_ref().unwrap_or(&path), is_directory);
                if is_ignored.unwrap_or_else(|| name.as_encoded_bytes().starts_with(b".")) {
                    continue;
                }
                match is_directory {
                    true => left.push((path, real, Some(patterns.clone()))),
                    false => visitor.file(path, kind),
                }
            }
        }
    }

    /// The patterns of a directory above a root.
    fn patterns_of(&mut self, directory: &Path) -> Option<Rc<Patterns>> {
        if let Some(known) = self.patterns.get(directory) {
            return Some(known.clone());
        }
        let above = directory.parent().and_then(|above| self.patterns_of(above));
        let marks = Marks { has_patterns: true, has_repository: true, ..Marks::default() };
        let patterns = self.below(directory, above, marks);
        self.patterns.insert(directory.to_owned(), patterns.clone());
        Some(patterns)
    }

    /// The patterns of a directory; `above` where it has none of its own.
    fn below(&self, directory: &Path, above: Option<Rc<Patterns>>, marks: Marks) -> Rc<Patterns> {
        let repository = directory.join(".git");
        let has_repository =
            marks.has_repository && (repository.exists() || directory.join(".jj").exists());
        match above {
            Some(above) if !has_repository && !marks.has_patterns => above,
            above => Rc::new(Patterns {
                above,
                own: marks
                    .has_patterns
                    .then(|| read(directory, &directory.join(".gitignore")))
                    .flatten(),
                excluded: has_repository
                    .then(|| read(directory, &common(&repository)?.join("info/exclude")))
                    .flatten(),
                has_repository,
            }),
        }
    }

    /// Whether git ignores a path; none where no pattern fits.
    fn is_ignored(&mut self, patterns: &Patterns, path: &Path, is_directory: bool) -> Option<bool> {
        let fits = |patterns: Option<&Gitignore>| match patterns?.matched(path, is_directory) {
            Match::None => None,
            Match::Ignore(_) => Some(true),
            Match::Whitelist(_) => Some(false),
        };
        let (mut own, mut excluded) = (None, None);
        let mut next = Some(patterns);
        let mut is_in_repository = false;
        while let Some(patterns) = next {
            own = own.or_else(|| fits(patterns.own.as_ref()));
            excluded = excluded.or_else(|| fits(patterns.excluded.as_ref()));
            is_in_repository |= patterns.has_repository;
            next = patterns.above.as_deref().filter(|_| !patterns.has_repository);
        }
        if !is_in_repository {
            return None;
        }
        let global = self.global.get_or_insert_with(global);
        own.or(excluded).or_else(|| fits(Some(global)))
    }
}

/// Names and kinds, links as such.
fn entries(directory: &Path) -> std::io::Result<Vec<(std::ffi::OsString, FileType)>> {
    let entry = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry?;
        Ok((entry.file_name(), entry.file_type()?))
    };
    fs::read_dir(directory)?.map(entry).collect()
}

fn marks(directory: &Path, entries: &[(std::ffi::OsString, FileType)]) -> Marks {
    let has = |wanted: &str| {
        let found = entries.iter().find(|(name, _)| name == OsStr::new(wanted));
        // A link may lead nowhere.
        found.is_some_and(|(_, kind)| !kind.is_symlink() || directory.join(wanted).exists())
    };
    Marks {
        has_manifest: has("Cargo.toml"),
        is_cache: has("CACHEDIR.TAG"),
        has_patterns: has(".gitignore"),
        has_repository: has(".git") || has(".jj"),
    }
}

/// The patterns in a file; those that are none are left out.
fn read(directory: &Path, file: &Path) -> Option<Gitignore> {
    if !file.is_file() {
        return None;
    }
    let mut builder = GitignoreBuilder::new(directory);
    let _ = builder.add(file);
    builder.build().ok().filter(|patterns| !patterns.is_empty())
}

fn global() -> Gitignore {
    let directory = std::env::current_dir().unwrap_or_default();
    GitignoreBuilder::new(directory).build_global().0
}

/// The directory that a repository shares with its other working trees: `.git` itself, or what the file of this name
/// leads to.
fn common(repository: &Path) -> Option<PathBuf> {
    if repository.is_dir() {
        return Some(repository.to_owned());
    }
    let line = |file: &Path| {
        let text = crate::files::read_to_string(file).ok()?;
        text.lines().next().map(str::to_owned)
    };
    let own = line(repository)?;
    let own = repository.parent()?.join(own.strip_prefix("gitdir: ")?);
    Some(line(&own.join("commondir")).map_or(own.clone(), |common| own.join(common)))
}
