//! `cargo klog catalog`.

use std::collections::{BTreeMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::{Where, report_problem, scan_with_progress, to_output};
use crate::catalog::diff::{self, Form};
use crate::catalog::{self as statements, Catalog, Format, Statement};
use crate::config::Config;
use crate::git::{self, git};
use crate::queries::asking::Asked;
use crate::queries::judge::broken;
use crate::queries::line::Format as LineFormat;
use crate::scan;
use crate::workspace::{Problem, Selection, Workspace};

#[derive(Debug, Args)]
pub(super) struct CatalogCommand {
    #[command(flatten)]
    place: Where,
    /// Format of the catalog, or of the comparison
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to a file instead of the standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Compare with a catalog's file or a git revision; exit code 1 if readers of the logs would notice
    #[arg(long, value_name = "FILE|REV")]
    diff: Option<String>,
    /// With --diff, name the queries of these files that a change breaks; by default those
    /// that klog.toml names, or that are in `alerts` and `dashboards`
    #[arg(long, value_name = "FILE", requires = "diff")]
    queries: Vec<PathBuf>,
}

impl CatalogCommand {
    pub(super) fn run(&self, quiet: bool) -> Result<ExitCode> {
        let (workspace, config) = self.place.load()?;
        let mut catalog = catalog(&workspace, &config, quiet);
        for problem in workspace.problems.iter().filter(|_| !quiet) {
            report_problem(problem);
        }
        let Some(old) = &self.diff else {
            let format = self.format.unwrap_or_default();
            to_output(self.output.as_deref(), |out, _| statements::write(format, &catalog, out))?;
            return Ok(ExitCode::SUCCESS);
        };
        let form = match self.format {
            None => Form::Text,
            Some(Format::Json) => Form::Json,
            Some(Format::Markdown) => Form::Markdown,
            Some(Format::Schema) => bail!("`--format schema` does not work with `--diff`"),
        };
        let earlier = Earlier::of(old, &workspace)?;
        for problem in earlier.leave_out_unknown(&mut catalog, &workspace)? {
            if !quiet {
                report_problem(&problem);
            }
        }
        let old = earlier.catalog(self.place.selection()?, &workspace)?;
        let mut changes = diff::compare(&old, &catalog);
        if !changes.is_empty() && is_part(&workspace) {
            changes = changes_of_part(&self.place, &earlier, &old, &catalog, quiet)?;
        }
        self.name_queries(&old, &catalog, &mut changes, &config)?;
        to_output(self.output.as_deref(), |out, _| diff::write(form, &changes, out))?;
        let is_breaking = changes.iter().any(|change| change.what.is_breaking());
        Ok(ExitCode::from(u8::from(is_breaking)))
    }
}

impl CatalogCommand {
    /// Names the queries that changes break.
    fn name_queries(
        &self,
        old: &Catalog,
        new: &Catalog,
        changes: &mut [diff::Change],
        config: &Config,
    ) -> Result<()> {
        let mut paths = self.queries.clone();
        if paths.is_empty() {
            paths = super::queries::found(config)?;
        }
        let files = super::queries::read_files(&paths, config)?;
        if files.iter().all(|file| file.queries.is_empty()) || changes.is_empty() {
            return Ok(());
        }
        let context = crate::queries::context_keys(&[], &config.queries.keys);
        let old = Asked::new(old, context.clone(), &LineFormat::ALL);
        let new = Asked::new(new, context, &LineFormat::ALL);
        let broken = broken(&old, &new, changes, &files);
        for (change, queries) in changes.iter_mut().zip(broken) {
            change.breaks = queries;
        }
        Ok(())
    }
}

/// The changes of a part of the workspace: what is gone from it may have moved to where nobody has asked to look.
pub(super) fn changes_of_part(
    place: &Where,
    earlier: &Earlier,
    old: &Catalog,
    new: &Catalog,
    quiet: bool,
) -> Result<Vec<diff::Change>> {
    let asked = place.selection()?;
    let all = Selection {
        workspace: true,
        packages: Vec::new(),
        exclude: Vec::new(),
        paths: Vec::new(),
        ..asked
    };
    let (workspace, config) = place.load_by(&all)?;
    let mut now = catalog(&workspace, &config, quiet);
    earlier.leave_out_unknown(&mut now, &workspace)?;
    let mut elsewhere = Vec::new();
    let before = earlier.catalog(all, &workspace)?;
    if let Earlier::File(_) = earlier {
        // Whether the file's program had what the file has nothing of, nobody knows.
        let names = before.statements.iter().chain(&new.statements);
        let covered: HashSet<&str> = names.map(|it| &*it.crate_name).collect();
        let is_covered = |it: &Statement| covered.contains(&*it.crate_name);
        elsewhere = now.statements.extract_if(.., |it| !is_covered(it)).collect();
    }
    let key = |it: &Statement| (it.file.clone(), it.line, it.id.clone());
    let [old, new] = [old, new].map(|it| it.statements.iter().map(key).collect());
    let is_in = |it: &Option<Statement>, asked: &HashSet<_>| {
        it.as_ref().is_some_and(|it| asked.contains(&key(it)))
    };
    let mut changes = diff::compare(&before, &now);
    changes.retain(|change| is_in(&change.old, &old) || is_in(&change.new, &new));
    if let (Earlier::File(file), false) = (earlier, quiet) {
        name_moved(file, &changes, &elsewhere);
    }
    Ok(changes)
}

/// Says which removed statements are in packages that a catalog's file has nothing of.
fn name_moved(file: &Path, changes: &[diff::Change], elsewhere: &[Statement]) {
    let removed = changes.iter().filter(|change| change.what == diff::What::Removed);
    let mut moved = BTreeMap::<&str, usize>::new();
    for old in removed.filter_map(|change| change.old.as_ref()) {
        let is_it = |new: &&Statement| new.message == old.message && new.severity == old.severity;
        if let Some(new) = elsewhere.iter().find(is_it) {
            *moved.entry(&new.crate_name).or_default() += 1;
        }
    }
    for (package, n_moved) in moved {
        let message = format!(
            "{n_moved} of the removed statements are in `{package}`, of which {} has nothing; \
             write it anew by `catalog --workspace` where they have moved",
            file.display()
        );
        report_problem(&Problem { path: file.to_owned(), line: None, message });
    }
}

/// Whether there is more in the workspace than what was asked for.
pub(super) fn is_part(workspace: &Workspace) -> bool {
    let is_part = workspace.crates.iter().any(|package| !package.selected);
    is_part || !workspace.crates.is_empty() && !workspace.asked.is_empty()
}

/// An earlier state.
pub(super) enum Earlier {
    File(PathBuf),
    Tree(Tree),
}

impl Earlier {
    /// The state of a catalog's file, or of a revision.
    pub(super) fn of(name: &str, workspace: &Workspace) -> Result<Self> {
        Ok(match Path::new(name).is_file() {
            true => Self::File(name.into()),
            false => Self::Tree(Tree::write(name, &workspace.root)?),
        })
    }

    /// Its statements, as far as they are asked for.
    pub(super) fn catalog(&self, selection: Selection, now: &Workspace) -> Result<Catalog> {
        let catalog = match self {
            Self::File(path) => read(path)?,
            Self::Tree(tree) => tree.catalog(selection)?,
        };
        Ok(selected(catalog, now))
    }
}

impl Earlier {
    /// Takes out the statements of files of which an earlier state can say nothing; see [`Tree::leave_out_unknown`].
    pub(super) fn leave_out_unknown(
        &self,
        now: &mut Catalog,
        workspace: &Workspace,
    ) -> Result<Vec<Problem>> {
        match self {
            Self::File(_) => Ok(Vec::new()),
            Self::Tree(tree) => tree.leave_out_unknown(now, workspace),
        }
    }
}

/// Without the statements of packages and files that are there, and were not asked for.
fn selected(mut catalog: Catalog, workspace: &Workspace) -> Catalog {
    let left_out = |name: &str| {
        workspace.crates.iter().any(|package| package.name == name && !package.selected)
    };
    let is_asked_for = |file: &str| {
        let path = workspace.root.join(file);
        workspace.asked.iter().any(|asked| path.starts_with(asked))
    };
    catalog.statements.retain(|it| match workspace.asked[..] {
        [] => !left_out(&it.crate_name),
        _ => is_asked_for(&it.file),
    });
    catalog
}

/// What an earlier state is made of, in a temporary directory; the repository is left as it is.
pub(super) struct Tree {
    _directory: Temporary,
    /// Where the repository is there.
    tree: PathBuf,
    /// Where it is.
    top: PathBuf,
}

impl Tree {
    fn write(revision: &str, root: &Path) -> Result<Self> {
        if revision.starts_with('-') {
            bail!("`--diff {revision}` is neither a file nor a revision");
        }
        let top = git(root, &["rev-parse", "--show-toplevel"]).with_context(|| {
            format!("`--diff {revision}` is no file, and a revision needs a git repository")
        })?;
        let top = PathBuf::from(top.trim_end_matches(['\n', '\r']));
        let commit = format!("{revision}^{{commit}}");
        if git(root, &["rev-parse", "--verify", "--quiet", &commit]).is_err() {
            bail!("`--diff {revision}`: there is no such file, and git knows no such revision");
        }
        let directory = Temporary::new()?;
        let top = top.canonicalize().unwrap_or(top);
        // As deep as the repository, so that a dependency beside it can be put beside the tree.
        let tree = shadow(&directory.0, &top);
        let written = git::write_tree(&top, &commit, &tree, &is_read)
            .with_context(|| format!("cannot read {revision}"))?;
        link_outside(&directory.0, &tree, written);
        Ok(Self { _directory: directory, tree, top })
    }

    /// Takes out the statements of files that git ignores: no revision has them, so that nobody knows what is new there.
    /// Says which files those are.
    fn leave_out_unknown(&self, now: &mut Catalog, workspace: &Workspace) -> Result<Vec<Problem>> {
        let root = workspace.root.canonicalize().unwrap_or_else(|_| workspace.root.clone());
        let there =
            |file: &str| Some(self.tree.join(root.join(file).strip_prefix(&self.top).ok()?));
        let mut n_statements = BTreeMap::<&str, usize>::new();
        for statement in &now.statements {
            *n_statements.entry(&statement.file).or_default() += 1;
        }
        n_statements.retain(|file, _| there(file).is_some_and(|there| !there.exists()));
        let files: Vec<&str> = n_statements.keys().copied().collect();
        let ignored: HashSet<PathBuf> = git::ignored(&root, &files)?.into_iter().collect();
        n_statements.retain(|file, _| ignored.contains(Path::new(file)));
        let problem = |(file, n): (&&str, &usize)| Problem {
            path: PathBuf::from(file),
            line: None,
            message: format!(
                "git ignores this file, so no revision has it: not compared ({n} statement{})",
                if *n == 1 { "" } else { "s" }
            ),
        };
        let problems = n_statements.iter().map(problem).collect();
        now.statements.retain(|it| !ignored.contains(Path::new(&it.file)));
        Ok(problems)
    }

    /// The statements that a selection has there.
    fn catalog(&self, now: Selection) -> Result<Catalog> {
        // Below the repository's root, the workspace and the paths are where they are today.
        let there = |path: &Path| -> PathBuf {
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            let below = path.strip_prefix(&self.top);
            below.map_or_else(|_| self.tree.clone(), |below| self.tree.join(below))
        };
        let selection = Selection {
            directory: there(&now.directory),
            manifest_path: now.manifest_path.as_deref().map(there),
            paths: now.paths.iter().map(|path| there(&now.directory.join(path))).collect(),
            ..now
        };
        let mut workspace = scan::load(&selection);
        let config = Config::load(None, &workspace.root)?;
        workspace.files.retain(|file| !config.excludes(&file.absolute));
        Ok(catalog(&workspace, &config, true))
    }
}

/// What a catalog is made of.
fn is_read(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    matches!(ending, Some("rs" | "toml")) || path.ends_with("Cargo.lock")
}

/// Where a path of the system is below a directory.
fn shadow(directory: &Path, path: &Path) -> PathBuf {
    let parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
    directory.join(parts.collect::<PathBuf>())
}

/// Links path dependencies that are outside of the repository to where the manifests of the tree expect them.
fn link_outside(directory: &Path, tree: &Path, written: Vec<PathBuf>) {
    let mut manifests: Vec<PathBuf> =
        written.into_iter().filter(|path| path.ends_with("Cargo.toml")).collect();
    while let Some(manifest) = manifests.pop() {
        let Ok(text) = crate::files::read_to_string(&manifest) else { continue };
        let Ok(table) = text.parse::<toml::Table>() else { continue };
        let mut paths = Vec::new();
        named_paths(&toml::Value::Table(table), &mut paths);
        for path in paths {
            let Some(expected) = manifest.parent().map(|parent| plain(&parent.join(path))) else {
                continue;
            };
            let is_outside = expected.starts_with(directory) && !expected.starts_with(tree);
            let Some(real) = expected.strip_prefix(directory).ok().filter(|_| is_outside) else {
                continue;
            };
            let real = Path::new("/").join(real);
            if expected.exists() || !real.join("Cargo.toml").is_file() {
                continue;
            }
            let made = expected.parent().map(std::fs::create_dir_all);
            #[cfg(unix)]
            if made.is_some_and(|made| made.is_ok())
                && std::os::unix::fs::symlink(&real, &expected).is_ok()
            {
                manifests.push(expected.join("Cargo.toml"));
            }
            #[cfg(not(unix))]
            let _ = (made, &mut manifests);
        }
    }
}

/// All values of keys `path`.
fn named_paths(value: &toml::Value, paths: &mut Vec<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                match value {
                    toml::Value::String(path) if key == "path" => paths.push(path.clone()),
                    value => named_paths(value, paths),
                }
            }
        }
        toml::Value::Array(values) => values.iter().for_each(|value| named_paths(value, paths)),
        _ => {}
    }
}

/// Without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

/// A directory that goes away with its value.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Result<Self> {
        let name = format!("cargo-klog-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        let failed = || format!("cannot make the directory {}", directory.display());
        std::fs::create_dir(&directory).with_context(failed)?;
        let directory = directory.canonicalize().with_context(failed)?;
        Ok(Self(directory))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What is left in a temporary directory is the system's to clear.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn catalog(workspace: &Workspace, config: &Config, quiet: bool) -> Catalog {
    Catalog::of(workspace, &scan_with_progress(workspace, config, quiet).1)
}

/// Reads a catalog's file.
pub(super) fn read(path: &Path) -> Result<Catalog> {
    let failed = || format!("cannot read {}", path.display());
    let text = crate::files::read_to_string(path).with_context(failed)?;
    statements::read(&text).with_context(failed)
}
