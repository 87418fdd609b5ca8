//! `cargo klog queries`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use super::catalog::Earlier;
use super::guard::GuardFlags;

use super::{Where, catalog, gate, report_problem, scan_with_progress, style, to_output};
use crate::catalog::Catalog;
use crate::catalog::diff::{self, Change};
use crate::check_log::Requirement;
use crate::config::Config;
use crate::files;
use crate::finding::Level;
use crate::fix::Guard;
use crate::git::git;
use crate::queries::asking::Asked;
use crate::queries::input::{self, File, Wanted};
use crate::queries::judge::{Before, Judge};
use crate::queries::line::Format as LineFormat;
use crate::queries::{self, GROUP, Outcome, rules};
use crate::report::{self, Format, TextStyle, plural};
use crate::workspace::Workspace;

/// What `--lines` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Lines {
    /// klog's text
    Text,
    /// component-base's JSON
    Json,
    /// JSON of `tracing-subscriber`
    Tracing,
}

#[derive(Debug, Args)]
pub(super) struct QueriesCommand {
    /// Rule files, dashboards, `.logql` files and directories of them; by default those
    /// that klog.toml names, or that are in `alerts` and `dashboards`
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Compare with these statements (`cargo klog catalog`) instead of those of the workspace; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Statements")]
    catalog: Vec<PathBuf>,
    /// Say what queries have lost and gained since a catalog's file or a git revision
    #[arg(long, value_name = "FILE|REV", help_heading = "Statements")]
    diff: Option<String>,
    /// V level that production runs at
    #[arg(long, value_name = "N", default_value_t = 2, help_heading = "Statements")]
    verbosity: u32,
    /// Formats that production prints; all when none is given
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "FORMAT",
        help_heading = "Statements"
    )]
    lines: Vec<Lines>,
    /// Read the configuration from this file instead of the nearest klog.toml
    #[arg(long, value_name = "FILE", help_heading = "Statements")]
    config: Option<PathBuf>,

    /// Print a rule that matches a statement: `msg="Pod is ready" pod=*`
    #[arg(long, value_name = "PAIRS", help_heading = "Report", conflicts_with_all = ["files", "coverage", "fix", "diff"])]
    new: Option<Requirement>,
    /// List error statements that no query watches
    #[arg(long, help_heading = "Report")]
    coverage: bool,
    /// Format of the report
    #[arg(long, value_enum, default_value_t, help_heading = "Report")]
    format: Format,
    /// Write the report to a file instead of the standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Report")]
    output: Option<PathBuf>,
    /// Write the fixes of plain files; review them
    #[arg(long, help_heading = "Fixes")]
    fix: bool,
    #[command(flatten)]
    guard: GuardFlags,

    /// Set a rule to allow; `all` is every rule
    #[arg(short = 'A', long, value_name = "RULE", help_heading = "Levels")]
    allow: Vec<String>,
    /// Set a rule to warn
    #[arg(short = 'W', long, value_name = "RULE", help_heading = "Levels")]
    warn: Vec<String>,
    /// Set a rule to deny; `warnings` is whatever is at warn
    #[arg(short = 'D', long, value_name = "RULE", help_heading = "Levels")]
    deny: Vec<String>,

    #[command(flatten, next_help_heading = "Package selection")]
    packages: clap_cargo::Workspace,
    #[command(flatten)]
    manifest: clap_cargo::Manifest,
}

/// The statements to ask, and what surrounds them.
struct Statements {
    catalog: Catalog,
    context: BTreeSet<String>,
    workspace: Workspace,
    config: Config,
}

impl QueriesCommand {
    pub(super) fn run(&self, quiet: bool) -> Result<ExitCode> {
        let levels = self.levels()?;
        let statements = self.statements(quiet)?;
        if let Some(wanted) = &self.new {
            return print_new(&statements.catalog, wanted);
        }
        let files = self.files(&statements.config)?;
        let formats = self.formats();
        let asked = Asked::new(&statements.catalog, statements.context.clone(), &formats);
        let old = match &self.diff {
            Some(revision) => Some((revision, self.old(revision, &statements)?)),
            None => None,
        };
        let before = old.as_ref().map(|(revision, (old, changes))| {
            self.before(revision, old, changes, &files, &statements)
        });
        let judge = Judge::new(&asked, before.as_ref(), self.verbosity, levels);
        let directory = std::env::current_dir().context("the current directory is gone")?;
        let mut outcome = queries::check(&judge, files, &directory);
        outcome.report.repository_prefix = crate::lint::repository_prefix(&directory);
        if self.files.is_empty() {
            outcome.report.problems.extend(gate::unmet_queries(&statements.config));
        }
        if self.fix {
            fix(&mut outcome, &directory, self.guard.guard(false), quiet)?;
        }
        self.print(&outcome, &statements.catalog, quiet)
    }

    fn place(&self) -> Where {
        Where {
            config: self.config.clone(),
            paths: Vec::new(),
            packages: self.packages.clone(),
            manifest: self.manifest.clone(),
            no_cargo: false,
            offline: false,
        }
    }

    fn formats(&self) -> Vec<LineFormat> {
        let format = |lines: &Lines| match lines {
            Lines::Text => LineFormat::Text,
            Lines::Json => LineFormat::Json,
            Lines::Tracing => LineFormat::Tracing,
        };
        match self.lines.is_empty() {
            true => LineFormat::ALL.to_vec(),
            false => self.lines.iter().map(format).collect(),
        }
    }

    fn statements(&self, quiet: bool) -> Result<Statements> {
        let (workspace, config) = self.place().load()?;
        let mut all = Catalog::default();
        let scanned = match self.catalog.is_empty() {
            true => scan_with_progress(&workspace, &config, quiet).1,
            false => Vec::new(),
        };
        for path in &self.catalog {
            all.statements.extend(catalog::read(path)?.statements);
        }
        if self.catalog.is_empty() {
            all = Catalog::of(&workspace, &scanned);
        }
        if all.statements.is_empty() {
            bail!(
                "there are no log statements to ask: run it where the program is, or pass `--catalog`"
            );
        }
        let context = queries::context_keys(&scanned, &config.queries.keys);
        Ok(Statements { catalog: all, context, workspace, config })
    }

    /// The statements of an earlier state, and what has become of them.
    fn old(&self, revision: &str, now: &Statements) -> Result<(Catalog, Vec<Change>)> {
        if Path::new(revision).is_file() {
            let old = catalog::read(Path::new(revision))?;
            let changes = diff::compare(&old, &now.catalog);
            return Ok((old, changes));
        }
        let earlier = Earlier::of(revision, &now.workspace)?;
        let mut compared = now.catalog.clone();
        earlier.leave_out_unknown(&mut compared, &now.workspace)?;
        let place = self.place();
        let mut old = earlier.catalog(place.selection()?, &now.workspace)?;
        let mut changes = diff::compare(&old, &compared);
        if !changes.is_empty() && self.catalog.is_empty() && catalog::is_part(&now.workspace) {
            let of_whole = catalog::changes_of_part(&place, &earlier, &old, &compared, true)?;
            // What has moved to another part of the workspace is there still, and no query has lost it.
            let removed = |changes: &[Change]| -> HashSet<String> {
                let removed = changes.iter().filter(|change| change.what == diff::What::Removed);
                removed.filter_map(|change| Some(change.old.as_ref()?.id.clone())).collect()
            };
            let gone = removed(&of_whole);
            let moved: HashSet<String> =
                removed(&changes).into_iter().filter(|id| !gone.contains(id)).collect();
            old.statements.retain(|statement| !moved.contains(&statement.id));
            changes = of_whole;
        }
        Ok((old, changes))
    }

    fn before<'a>(
        &self,
        revision: &str,
        old: &'a Catalog,
        changes: &'a [Change],
        files: &[File],
        now: &Statements,
    ) -> Before<'a> {
        let asked = Asked::new(old, now.context.clone(), &self.formats());
        let is_file = Path::new(revision).is_file();
        let queries = (!is_file).then(|| queries_at(revision, files));
        Before::new(asked, revision.to_owned(), changes, queries)
    }

    fn files(&self, config: &Config) -> Result<Vec<File>> {
        let mut paths = Vec::new();
        for path in &self.files {
            match path.is_dir() {
                true => paths.extend(queries::files_below(path)),
                false => paths.push(path.clone()),
            }
        }
        if self.files.is_empty() {
            paths = found(config)?;
        }
        read_files(&paths, config)
    }

    fn print(&self, outcome: &Outcome, catalog: &Catalog, quiet: bool) -> Result<ExitCode> {
        let report = &outcome.report;
        to_output(self.output.as_deref(), |out, is_file| {
            let style = if is_file { TextStyle::default() } else { style() };
            report::write(self.format, report, style, out)?;
            if self.format != Format::Human {
                return Ok(());
            }
            if outcome.n_foreign > 0 {
                let others = plural(outcome.n_foreign, "expression", "expressions");
                writeln!(out, "{others} for other data sources left alone")?;
            }
            if report.n_queries == Some(0) {
                writeln!(
                    out,
                    "name files of rules or dashboards, or list them in klog.toml: `[queries] files = [\"…\"]`"
                )?;
            }
            if self.coverage { coverage(outcome, catalog, out) } else { Ok(()) }
        })?;
        let is_for_people = matches!(self.format, Format::Human | Format::Short);
        if self.output.is_some() || !is_for_people {
            for problem in report.problems.iter().filter(|_| !quiet) {
                report_problem(problem);
            }
        }
        if self.coverage && self.format != Format::Human {
            coverage(outcome, catalog, &mut anstream::stderr())?;
        }
        Ok(ExitCode::from(if report.is_clean() { 0 } else { 1 }))
    }

    /// Levels by rule: the general before the special, whatever the order on the command line.
    fn levels(&self) -> Result<BTreeMap<&'static str, Level>> {
        let mut settings = Vec::new();
        for (names, level) in
            [(&self.allow, Level::Allow), (&self.warn, Level::Warn), (&self.deny, Level::Deny)]
        {
            settings.extend(names.iter().map(|name| (name.as_str(), level)));
        }
        settings.sort_by_key(|(name, _)| match *name {
            "all" | GROUP => 0,
            "warnings" => 2,
            _ => 1,
        });
        let mut levels: BTreeMap<&str, Level> =
            rules().map(|rule| (rule.name, rule.level)).collect();
        for (name, level) in settings {
            let known = levels.iter_mut().filter(|(rule, known)| match name {
                "all" | GROUP => true,
                "warnings" => **known == Level::Warn,
                name => **rule == name,
            });
            if known.map(|(_, known)| *known = level).count() == 0 && name != "warnings" {
                let names: Vec<&str> = rules().map(|rule| rule.name).collect();
                bail!("queries has no rule `{name}`; it has {}", names.join(", "));
            }
        }
        Ok(levels)
    }
}

/// Files that klog.toml names, or that stand where queries are by custom.
pub(super) fn found(config: &Config) -> Result<Vec<PathBuf>> {
    let here = std::env::current_dir().context("the current directory is gone")?;
    let directory = gate::directory(config);
    let wanted = |path: &Path| config.queries.files.contains(path);
    let is_set = !config.queries.files.patterns.is_empty();
    let wanted = is_set.then_some(&wanted as &dyn Fn(&Path) -> bool);
    let files = queries::find_files(&directory, wanted);
    Ok(files
        .into_iter()
        .map(|path| path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path))
        .collect())
}

/// Reads files of queries, and the settings if they have any.
pub(super) fn read_files(paths: &[PathBuf], config: &Config) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let read = |path: &Path| -> Result<File> {
        let failed = || format!("cannot read {}", files::shown(path));
        let bytes = std::fs::read(path).with_context(failed)?;
        let name = path.to_string_lossy().replace('\\', "/");
        Ok(input::read(name.trim_start_matches("./"), String::from_utf8_lossy(&bytes).into_owned()))
    };
    for path in paths {
        files.push(read(path)?);
    }
    let is_settings = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "toml");
    if let Some(path) = config.path.as_ref().filter(is_settings)
        && !paths.iter().any(|it| it.file_name() == path.file_name())
    {
        let here = std::env::current_dir().unwrap_or_default();
        let settings = read(path.strip_prefix(&here).unwrap_or(path))?;
        if !settings.queries.is_empty() || !settings.problems.is_empty() {
            files.push(settings);
        }
    }
    Ok(files)
}

/// Queries of files as they were, by name and text.
fn queries_at(revision: &str, files: &[File]) -> HashSet<String> {
    let mut all = HashSet::new();
    for file in files {
        let Ok(text) = git(Path::new("."), &["show", &format!("{revision}:./{}", file.path)])
        else {
            continue;
        };
        let old = input::read(&file.path, text);
        all.extend(old.queries.iter().map(|query| old.query_text(query)));
    }
    all
}

fn print_new(catalog: &Catalog, wanted: &Requirement) -> Result<ExitCode> {
    let mut asked = Wanted::default();
    for (key, value) in wanted.pairs() {
        match key.as_str() {
            "msg" => asked.message = Some(value.clone()),
            _ => asked.keys.push((key.clone(), (value != "*").then(|| value.clone()))),
        }
    }
    match queries::new_rule(catalog, &asked) {
        Ok(rule) => {
            to_output(None, |out, _| out.write_all(rule.as_bytes()))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => bail!(why),
    }
}

/// Error statements that no query watches.
fn coverage(
    outcome: &Outcome,
    catalog: &Catalog,
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    let errors = catalog.statements.iter().enumerate();
    let errors: Vec<_> =
        errors.filter(|(_, it)| matches!(it.severity.as_str(), "error" | "fatal")).collect();
    let unwatched: Vec<_> =
        errors.iter().filter(|(index, _)| !outcome.watched.contains(index)).collect();
    let n_watched = errors.len() - unwatched.len();
    let total = plural(errors.len(), "error statement", "error statements");
    writeln!(
        out,
        "\n{n_watched} of {total} watched by a query{}",
        if unwatched.is_empty() { "" } else { "; not:" }
    )?;
    for (_, statement) in unwatched {
        let message = report::one_line(&statement.message);
        writeln!(out, "  {}:{}  \"{message}\"", statement.file, statement.line)?;
    }
    Ok(())
}

/// Writes the fixes, and leaves the findings that have none.
fn fix(outcome: &mut Outcome, directory: &Path, guard: Guard, quiet: bool) -> Result<()> {
    let plan = crate::fix::plan(&outcome.report, true, &|_, _| None);
    // Files may be named that are in another repository.
    let parents = plan.changes.iter().filter_map(|change| change.absolute.parent());
    let places: BTreeSet<&Path> = parents.chain([directory]).collect();
    for place in places {
        plan.check(place, guard)?;
    }
    for change in &plan.changes {
        files::write(&files::project(&change.absolute), &change.absolute, change.after.as_bytes())
            .with_context(|| format!("cannot write {}", change.path))?;
        if !quiet {
            super::lint::print_fixed(&change.path, &plural(change.n_fixes, "fix", "fixes"));
        }
    }
    for file in &mut outcome.report.files {
        file.findings.retain(|finding| finding.fix.is_none());
    }
    Ok(())
}
