//! `cargo klog lint`.

mod batches;
mod fix;
mod interactive;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::guard::GuardFlags;
use super::{
    Where, check, explain, gate, levels, may_cache, report_problem, scan_with_progress, style,
    to_output,
};
use crate::baseline::{Baseline, Written};
use crate::config::Config;
use crate::lint::{self, Linter};
use crate::report::{self, Format, Report, TextStyle, plural};
use crate::rules::house;
use crate::scan::{ScanConfig, WorkspaceIndex};
use crate::settings::FixDialect;
use crate::since::Changes;
use crate::workspace::{Selection, Workspace};

/// Findings of a rule that the report for people shows: a habit is known by ten of them.
const SHOWN: usize = 10;

#[derive(Clone, Debug, Args)]
pub(super) struct Lint {
    #[command(flatten)]
    place: Where,

    /// Format of the report
    #[arg(long, value_enum, default_value_t, help_heading = "Report")]
    format: Format,
    /// Write the report to a file instead of the standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Report")]
    output: Option<PathBuf>,
    /// Findings to show of each rule, 0 for none; the report for people shows 10, what is denied first, and counts all
    #[arg(long, value_name = "N", help_heading = "Report")]
    max_findings: Option<usize>,
    /// Show no findings, only how many there are by rule, crate and file
    #[arg(long, help_heading = "Report", conflicts_with_all = ["max_findings", "statistics"])]
    summary: bool,
    /// Show only how many findings each rule has
    #[arg(long, help_heading = "Report", conflicts_with = "max_findings")]
    statistics: bool,
    /// Check files that are marked `@generated` too; a file that is named is checked in any case
    #[arg(long, help_heading = "Report")]
    generated: bool,
    /// With --format rustc, also run cargo check, or clippy, and pass its messages on, for an editor
    #[arg(long, value_name = "check|clippy", num_args = 0..=1, require_equals = true, default_missing_value = "check", value_parser = ["check", "clippy"], hide_possible_values = true, help_heading = "Report", conflicts_with_all = ["fix", "diff", "write_baseline", "stdin_filename", "output"])]
    with_check: Option<String>,
    /// Report only what touches lines changed since the merge base with REV
    #[arg(long, value_name = "REV", help_heading = "Report")]
    since: Option<String>,
    /// Check the text on the standard input as if it were this file
    #[arg(long, value_name = "PATH", help_heading = "Report", conflicts_with = "since")]
    stdin_filename: Option<PathBuf>,
    /// For a single file, take nothing from target/klog and keep nothing there; also by KLOG_NO_CACHE=1
    #[arg(long, help_heading = "Report")]
    no_cache: bool,
    /// Print the settings in force for a file or directory, and where each comes from
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = ".", help_heading = "Report")]
    show_config: Option<PathBuf>,

    /// Set a rule or group to allow; `all` is every rule
    #[arg(short = 'A', long, value_name = "RULE", help_heading = "Levels")]
    allow: Vec<String>,
    /// Set a rule or group to warn
    #[arg(short = 'W', long, value_name = "RULE", help_heading = "Levels")]
    warn: Vec<String>,
    /// Set a rule or group to deny; `warnings` is whatever is at warn
    #[arg(short = 'D', long, value_name = "RULE", help_heading = "Levels")]
    deny: Vec<String>,

    /// Accept today's findings: write the baseline, or remove from it what is fixed
    #[arg(long, help_heading = "Baseline", conflicts_with_all = ["since", "stdin_filename", "fix", "diff"])]
    write_baseline: bool,
    /// With --write-baseline, let an existing baseline grow
    #[arg(long, help_heading = "Baseline", requires = "write_baseline")]
    accept_new: bool,
    /// Report what the baseline accepts too
    #[arg(long, help_heading = "Baseline", conflicts_with = "write_baseline")]
    no_baseline: bool,

    /// Write the fixes that are safe
    #[arg(long, help_heading = "Fixes")]
    fix: bool,
    /// Print the fixes as a patch and write nothing
    #[arg(long, help_heading = "Fixes", conflicts_with = "fix")]
    diff: bool,
    /// With --fix or --diff, include fixes that a person should review: words, keys or levels change
    #[arg(long, help_heading = "Fixes")]
    unsafe_fixes: bool,
    /// Macros that fixes write; own: those that a call uses already
    #[arg(long, value_name = "DIALECT", value_parser = clap::builder::PossibleValuesParser::new(FixDialect::all().map(FixDialect::name)), help_heading = "Fixes")]
    to: Option<String>,
    /// With --fix, add to Cargo.toml what fixes need: a dependency, or the feature `kv` of log
    #[arg(long, help_heading = "Fixes")]
    edit_manifest: bool,
    /// With --fix, run `cargo check` and take back the fixes that do not compile
    #[arg(long, help_heading = "Fixes", requires = "fix")]
    verify: bool,
    /// Ask about each fix, on a terminal; fixes that a person should look at are shown with the reason
    #[arg(long, help_heading = "Fixes", requires = "fix", conflicts_with_all = ["edit_manifest", "verify", "since", "stdin_filename", "commit"])]
    interactive: bool,
    /// With --fix or --diff, only fixes of this rule; several add up
    #[arg(long = "rule", value_name = "RULE", help_heading = "Fixes")]
    rules: Vec<String>,
    /// Make a commit for each rule and package that fixes are written of; hooks are not run
    #[arg(long, help_heading = "Fixes", requires_all = ["fix", "rules"], conflicts_with_all = ["since", "stdin_filename", "allow_dirty", "allow_staged", "allow_no_vcs"])]
    commit: bool,
    #[command(flatten)]
    guard: GuardFlags,
}

impl Lint {
    pub(super) fn run(&mut self, quiet: bool) -> Result<ExitCode> {
        if self.unsafe_fixes && !self.fix && !self.diff {
            bail!("`--unsafe-fixes` works only with `--fix` or `--diff`");
        }
        if self.with_check.is_some() && self.format != Format::Rustc {
            bail!("`--with-check` works only with `--format rustc`");
        }
        if !self.rules.is_empty() && !self.fix && !self.diff {
            bail!("`--rule` works only with `--fix` or `--diff`");
        }
        self.check_extent()?;
        self.check_rules()?;
        self.check_paths()?;
        if self.commit {
            return self.commits(quiet);
        }
        let (workspace, config) = self.configured()?;
        if let Some(path) = &self.show_config {
            let absolute = std::path::absolute(path).context("the path cannot be made absolute")?;
            write!(anstream::stdout(), "{}", config.show(&absolute))?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(path) = &self.stdin_filename {
            return self.standard_input(path, &workspace, &config);
        }
        if self.interactive {
            return self.ask(&workspace, &config, quiet);
        }
        if self.fix || self.diff {
            return self.fix(&workspace, &config, quiet);
        }
        if self.write_baseline {
            let (_, report) = lint_workspace(&workspace, &config, quiet);
            let path = config.directory.join(&config.baseline);
            let written = write_baseline(&config.directory, &path, report, self.accept_new)?;
            say_written(&path, written)?;
            return Ok(ExitCode::SUCCESS);
        }
        let check = self.with_check.as_deref();
        let checks = check.map_or(Ok(true), |command| check::pass_on(&self.place, command))?;
        let report = self.filtered(&workspace, &config, quiet)?;
        let report = Report { check_failed: !checks, ..report };
        self.print(report, quiet)
    }

    /// The workspace, and what is wanted of it.
    fn configured(&self) -> Result<(Workspace, Config)> {
        // Who asks for files asks soon again, and the rest of the workspace is read for its names only.
        let paths = &self.place.paths;
        let asks_for_files = !paths.is_empty() && paths.iter().all(|path| path.is_file());
        // What writes believes cargo only: the cache is a file of the tree.
        let asks_for_one = asks_for_files || self.stdin_filename.is_some();
        let cache = asks_for_one && !self.fix && may_cache(self.no_cache);
        let all_names = self.fix || self.diff;
        let selection = Selection { cache, all_names, ..self.place.selection()? };
        let (workspace, mut config) = self.place.load_by(&selection)?;
        config.settings.edit_manifest = self.edit_manifest;
        config.settings.generated =
            self.generated || self.place.paths.iter().any(|path| path.is_file());
        if let Some(dialect) = self.to.as_deref().and_then(FixDialect::from_name) {
            config.settings.dialect = dialect;
        }
        let levels = levels(&self.allow, &self.warn, &self.deny);
        if let Some(words) = levels.iter().find_map(|(name, _)| explain::of_another_command(name)) {
            bail!(words);
        }
        config.set_command_line(levels).map_err(anyhow::Error::msg)?;
        Ok((workspace, config))
    }

    /// What is to be reported: without what the baseline accepts and what `--since` leaves out.
    fn filtered(&self, workspace: &Workspace, config: &Config, quiet: bool) -> Result<Report> {
        let (linter, mut report) = lint_workspace(workspace, config, quiet);
        std::mem::forget(linter);
        if !self.no_baseline
            && let Some(baseline) = Baseline::read(&config.directory.join(&config.baseline))?
        {
            baseline.apply(&mut report);
        }
        if let Some(revision) = &self.since {
            Changes::since(revision, &workspace.root)?.apply(&mut report);
        }
        Ok(report)
    }

    fn standard_input(
        &self,
        path: &Path,
        workspace: &Workspace,
        config: &Config,
    ) -> Result<ExitCode> {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("cannot read the standard input")?;
        let scan_config = ScanConfig { wrappers: config.wrappers.clone() };
        let workspace_index = WorkspaceIndex::gather(workspace, &scan_config);
        let linter = Linter::new(workspace, config, workspace_index, &[]);
        let mut report = linter.text(path, bytes);
        if self.fix || self.diff {
            let plan = crate::fix::plan(&report, self.unsafe_fixes, &|file, text| {
                linter.relint(file, text)
            });
            let fixed = plan.changes.first().map(|change| change.after.as_str());
            let out = &mut std::io::stdout();
            match (self.diff, fixed) {
                (true, _) => out.write_all(plan.diff().as_bytes())?,
                (false, Some(fixed)) => out.write_all(fixed.as_bytes())?,
                (false, None) => {
                    let text = report.files.first().map_or("", |file| file.source.text.as_str());
                    out.write_all(text.as_bytes())?;
                }
            }
            return Ok(ExitCode::SUCCESS);
        }
        if !self.no_baseline
            && let Some(baseline) = Baseline::read(&config.directory.join(&config.baseline))?
        {
            baseline.apply(&mut report);
            report.gone.clear();
        }
        let result = self.print(report, true);
        // The program ends here; freeing what it knows of the workspace would take a twentieth of its time.
        std::mem::forget(linter);
        result
    }

    /// The standard input, which `-` is for as well, is checked alone, as a file whose name has to be given.
    fn check_paths(&mut self) -> Result<()> {
        let paths = &mut self.place.paths;
        let n_paths = paths.len();
        paths.retain(|path| path.as_os_str() != "-");
        match &self.stdin_filename {
            None if paths.len() < n_paths => {
                bail!(
                    "`-` is the standard input: give the name of its file with `--stdin-filename PATH`"
                )
            }
            Some(_) if !paths.is_empty() => {
                bail!("`--stdin-filename` checks the standard input alone, without other paths")
            }
            _ => Ok(()),
        }
    }

    /// Forms for programs have all findings.
    fn check_extent(&self) -> Result<()> {
        let options = [
            ("--max-findings", self.max_findings.is_some()),
            ("--summary", self.summary),
            ("--statistics", self.statistics),
        ];
        let is_for_people = matches!(self.format, Format::Human | Format::Short);
        let takes_limit = is_for_people || self.format == Format::Github;
        match options.iter().find(|(_, is_set)| *is_set) {
            Some(("--max-findings", _)) if takes_limit => Ok(()),
            Some((option @ "--max-findings", _)) => {
                bail!("`{option}` works only with a format for people or with github")
            }
            Some((option, _)) if !is_for_people => {
                bail!("`{option}` works only with a format for people: human or short")
            }
            _ => Ok(()),
        }
    }

    fn print(&self, mut report: Report, quiet: bool) -> Result<ExitCode> {
        let style = style();
        report.limit = match self.format {
            _ if self.summary => Some(0),
            Format::Human => Some(self.max_findings.unwrap_or(SHOWN)),
            _ => self.max_findings,
        };
        let report = &report;
        to_output(self.output.as_deref(), |out, is_file| {
            let style = if is_file { TextStyle::default() } else { style };
            match (self.statistics, self.summary) {
                (true, _) => report::write_statistics(report, style, out),
                (false, true) => report::write(Format::Human, report, style, out),
                (false, false) => report::write(self.format, report, style, out),
            }
        })?;
        let is_for_people = matches!(self.format, Format::Human | Format::Short);
        if self.output.is_some() || !is_for_people {
            for problem in report.problems.iter().filter(|_| !quiet) {
                report_problem(problem);
            }
        }
        let is_clean = report.is_clean() && !report.check_failed;
        Ok(ExitCode::from(if is_clean { 0 } else { 1 }))
    }
}

pub(super) fn print_fixed(path: &str, what: &str) {
    let (green, reset) = ("\x1b[1m\x1b[32m", "\x1b[0m");
    // A closed standard error has no reader.
    let _ = writeln!(anstream::stderr(), "{green}{:>12}{reset} {path} ({what})", "Fixed");
}

fn lint_workspace<'a>(
    workspace: &'a Workspace,
    config: &'a Config,
    quiet: bool,
) -> (Linter<'a>, Report) {
    let (workspace_index, scanned) = scan_with_progress(workspace, config, quiet);
    let linter = Linter::new(workspace, config, workspace_index, &scanned);
    // What a configuration leaves out was left out by somebody.
    let house = match config.path {
        Some(_) => Vec::new(),
        None => house::of(workspace, &scanned).notes(),
    };
    let unused = gate::unused_wrappers(config, workspace, &scanned);
    let mut report = Report { house, ..lint::report(&linter, scanned) };
    report.problems.extend(unused);
    (linter, report)
}

fn write_baseline(
    root: &Path,
    path: &Path,
    mut report: Report,
    accept_new: bool,
) -> Result<Written> {
    let before = Baseline::read_to_write(path)?;
    let (baseline, n_refused) = match &before {
        Some(before) => {
            let mut kept = before.apply(&mut report);
            if accept_new {
                kept.extend(Baseline::of(&report));
                (kept, 0)
            } else {
                (kept, report.findings().count())
            }
        }
        None => (Baseline::of(&report), 0),
    };
    baseline.write(root, path)?;
    let n_kept = baseline.n_findings();
    let n_gone = report.gone.iter().map(|gone| gone.count).sum();
    Ok(Written { n_kept, n_gone, n_refused })
}

fn say_written(path: &Path, written: Written) -> Result<()> {
    let mut out = anstream::stderr();
    let (n_kept, n_gone) = (written.n_kept, written.n_gone);
    let kept = plural(n_kept, "finding", "findings");
    let gone = if n_gone > 0 { format!(", {n_gone} taken out") } else { String::new() };
    let here = std::env::current_dir().ok();
    let path = here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    writeln!(out, "{}: {kept} accepted{gone}", path.display())?;
    if written.n_refused > 0 {
        let refused = plural(written.n_refused, "new finding", "new findings");
        writeln!(
            out,
            "{refused} left out, because a baseline only shrinks; \
             fix them, or pass `--accept-new`"
        )?;
    }
    Ok(())
}
