//! Who has to look at changes: `CODEOWNERS` of GitHub, GitLab and Gitea.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::files;

/// Where hosts look for the file.
const PLACES: [&str; 5] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
];

/// The file's lines: patterns and owners; a later one wins.
#[derive(Debug, Default)]
pub struct Owners {
    lines: Vec<(Gitignore, Vec<String>)>,
}

impl Owners {
    /// Reads the first file of a repository that is there; without one nobody owns anything.
    pub fn read(top: &Path) -> Self {
        let found = PLACES.iter().find_map(|place| files::read_to_string(&top.join(place)).ok());
        found.map_or_else(Self::default, |text| Self::of(&text))
    }

    /// The lines of a text.
    pub fn of(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| {
            // A section of GitLab's has no pattern.
            !line.is_empty() && !line.starts_with(['#', '[', '^'])
        });
        Self { lines: lines.filter_map(line).collect() }
    }

    /// Owners of a file, by its path from the repository's root.
    pub fn of_file(&self, path: &str) -> Vec<String> {
        let is_it = |matcher: &Gitignore| {
            matcher.matched_path_or_any_parents(Path::new(path), false).is_ignore()
        };
        let last = self.lines.iter().rev().find(|(matcher, _)| is_it(matcher));
        last.map(|(_, owners)| owners.clone()).unwrap_or_default()
    }
}

fn line(line: &str) -> Option<(Gitignore, Vec<String>)> {
    let line = line.split(" #").next().unwrap_or(line);
    // `my\\ file @owner`: a space of the pattern has a backslash.
    let end =
        line.match_indices([' ', '\t']).map(|(at, _)| at).find(|at| !line[..*at].ends_with('\\'));
    let (pattern, owners) = line.split_at(end.unwrap_or(line.len()));
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, pattern).ok()?;
    Some((builder.build().ok()?, owners.split_whitespace().map(str::to_owned).collect()))
}
