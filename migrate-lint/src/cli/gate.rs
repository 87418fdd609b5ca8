//! What was asked for and is not there: a gate that looks at nothing says so.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::config::{Config, PathSet};
use crate::queries;
use crate::scan::{Scanned, WrapperConfig};
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

/// Wrappers of the configuration that nothing calls, where the whole workspace has been scanned.
pub(super) fn unused_wrappers(
    config: &Config,
    workspace: &Workspace,
    scanned: &[Scanned],
) -> Vec<Problem> {
    let is_whole =
        workspace.files.iter().all(|file| file.selected || config.excludes(&file.absolute));
    let is_own = config.directory.starts_with(&workspace.root);
    let Some(path) = config.path.as_ref().filter(|_| is_whole && is_own) else {
        return Vec::new();
    };
    let path = path.strip_prefix(&workspace.root).unwrap_or(path);
    let calls = scanned.iter().flat_map(|file| &file.calls);
    let called: HashSet<&str> = calls.filter_map(|call| call.wrapper.as_deref()).collect();
    let is_unused =
        |it: &&WrapperConfig| it.leads_somewhere() && !called.contains(it.name.as_str());
    let unused = config.wrappers.iter().filter(is_unused);
    let problem = |wrapper: &WrapperConfig| Problem {
        path: path.to_owned(),
        line: None,
        message: format!("`[[wrapper]]` `{0}`: no call of `{0}!` is found", wrapper.name),
    };
    unused.map(problem).collect()
}

/// Where the patterns of a configuration begin.
pub(super) fn directory(config: &Config) -> PathBuf {
    match config.directory.as_os_str().is_empty() {
        true => std::env::current_dir().unwrap_or_default(),
        false => config.directory.clone(),
    }
}

/// Files of queries that the configuration names and that are not there.
pub(super) fn unmet_queries(config: &Config) -> Vec<Problem> {
    let path = config.path.clone().unwrap_or_else(|| PathBuf::from("klog.toml"));
    let path = path.strip_prefix(directory(config)).map(Path::to_owned).unwrap_or(path);
    let is_unmet = |pattern: &&String| {
        let set = PathSet::new(vec![(*pattern).clone()]);
        set.is_ok_and(|set| {
            let wanted = |path: &Path| set.contains(path);
            queries::find_files(&directory(config), Some(&wanted)).is_empty()
        })
    };
    let problem = |pattern: &String| Problem {
        path: path.clone(),
        line: None,
        message: format!("`[queries]` `{pattern}` matches no file of rules or dashboards"),
    };
    config.queries.files.patterns.iter().filter(is_unmet).map(problem).collect()
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
