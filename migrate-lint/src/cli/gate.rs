//! What was asked for and is not there: a gate that looks at nothing says so.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::config::{Config, PathSet};
use crate::workspace::{Problem, Selection, Workspace};

/// Packages that the command line names.
///
/// # Errors
///
/// A package that is none of the workspace's, or a workspace that cargo cannot read.
pub(super) fn packages(selection: &Selection, workspace: &mut Workspace) -> Result<()> {
    let is_unknown = |name: &&String| !workspace.crates.iter().any(|known| known.name == **name);
    let unknown =
        |names: &[String]| -> Vec<String> { names.iter().filter(is_unknown).cloned().collect() };
    let (packages, excluded) = (unknown(&selection.packages), unknown(&selection.exclude));
    match &workspace.unread {
        _ if packages.is_empty() => {}
        Some((manifest, words)) => bail!(
            "`--package` needs to know the crates of {}, which cargo cannot read: {words}",
            manifest.display()
        ),
        None => bail!(
            "package(s) `{}` not found in workspace `{}`",
            packages.join("`, `"),
            workspace.root.display()
        ),
    }
    if !excluded.is_empty() {
        let message = format!("excluded package(s) `{}` not found", excluded.join("`, `"));
        warn(workspace, Path::new("Cargo.toml"), None, message);
    }
    Ok(())
}

/// Settings that no file meets, where the whole workspace is looked at.
pub(super) fn matches(selection: &Selection, config: &Config, workspace: &mut Workspace) {
    if !workspace.files.iter().any(|file| file.selected) {
        warn(workspace, Path::new("."), None, "no Rust file is looked at".to_owned());
    }
    let is_whole = selection.paths.is_empty()
        && selection.packages.is_empty()
        && workspace.crates.iter().all(|known| known.selected);
    // A file above the workspace is also about what is beside it.
    let is_own = config.directory.starts_with(&workspace.root);
    let Some(path) = config.path.clone().filter(|_| is_whole && is_own) else { return };
    let is_met = |set: &PathSet| {
        workspace.files.iter().any(|file| {
            let relative = file.absolute.strip_prefix(&config.directory);
            set.contains(relative.unwrap_or(&file.absolute))
        })
    };
    let mut messages: Vec<(Option<usize>, String)> = Vec::new();
    let mut check = |what: &str, line: Option<usize>, set: &PathSet| {
        for pattern in &set.patterns {
            if !PathSet::new(vec![pattern.clone()]).is_ok_and(|one| is_met(&one)) {
                messages.push((line, format!("{what} `{pattern}` matches no file")));
            }
        }
    };
    check("`exclude`", None, &config.exclude);
    for one in &config.overrides {
        check("`[[path]]`", Some(one.line), &one.paths);
    }
    for wrapper in config.wrappers.iter().filter(|wrapper| !wrapper.leads_somewhere()) {
        let (name, like) = (&wrapper.name, &wrapper.like);
        let message = format!("`[[wrapper]]` `{name}`: no macro `{like}!` is known{}", near(like));
        messages.push((None, message));
    }
    for (line, message) in messages {
        warn(workspace, &path, line, message);
    }
}

/// The macro that may be meant.
fn near(like: &str) -> String {
    let all = crate::scan::known_macros();
    let nearest = all.iter().map(|known| (strsim::damerau_levenshtein(like, known), known)).min();
    match nearest {
        Some((distance, known)) if distance <= 3 => format!("; there is `{known}`"),
        _ => String::new(),
    }
}

fn warn(workspace: &mut Workspace, path: &Path, line: Option<usize>, message: String) {
    let path: PathBuf = path.strip_prefix(&workspace.root).unwrap_or(path).to_owned();
    workspace.problems.push(Problem { path, line, message });
}
