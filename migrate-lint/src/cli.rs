//! Command line: what may be written, and what it does.

mod catalog;
mod check;
mod check_log;
mod explain;
mod gate;
mod generate;
mod guard;
mod init;
mod lint;
mod lsp;
mod queries;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};

use crate::config::Config;
use crate::files;
use crate::finding::Level;
use crate::git::git;
use crate::lint::{self as linting, Linter};
use crate::report::{TextStyle, one_line};
use crate::scan;
use crate::stats::links::Links;
use crate::stats::owners::Owners;
use crate::workspace::{Selection, Workspace};
use crate::{rules, stats, work};

/// Structured logging for Rust programs in Kubernetes: find unstructured log calls, explain them, keep them out.
#[derive(Debug, Parser)]
#[command(name = "cargo klog", bin_name = "cargo klog", version, styles = clap_cargo::style::CLAP_STYLING)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_enum,
        hide_possible_values = true,
        value_name = "auto|always|never"
    )]
    color: Option<Colour>,
    /// Print no progress and no notes
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check log calls, report them, and with --fix fix them
    Lint(Box<lint::Lint>),
    /// Print a rule's page; without a name, the list of rules
    Explain(explain::Explain),
    /// Show the progress of a migration: calls by crate, module, dialect and state
    Stats(Box<StatsCommand>),
    /// List every log statement as data; with --diff, report changes that break readers of the logs
    Catalog(Box<catalog::CatalogCommand>),
    /// Check emitted lines, text or JSON, from files or the standard input
    CheckLog(Box<check_log::CheckLog>),
    /// Check alert rules and dashboards against the log statements: find queries that match nothing
    Queries(Box<queries::QueriesCommand>),
    /// Write a commented klog.toml, a CI job and a pre-commit entry
    Init(init::Init),
    /// Serve an editor over the Language Server Protocol: findings as you type, fixes, pages of rules
    Lsp(lsp::Lsp),
    /// Print completions for a shell: bash, elvish, fish, powershell or zsh
    Completions(generate::Completions),
    /// Write man pages
    Man(generate::Man),
    /// Print the JSON Schema of the configuration, a report, the catalog or the baseline
    Schema(generate::Schema),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Colour {
    #[default]
    Auto,
    Always,
    Never,
}

impl Colour {
    fn choice(self) -> anstream::ColorChoice {
        match self {
            Colour::Auto => anstream::ColorChoice::Auto,
            Colour::Always => anstream::ColorChoice::Always,
            Colour::Never => anstream::ColorChoice::Never,
        }
    }
}

/// What to look at.
#[derive(Clone, Debug, Args)]
struct Where {
    /// Read the configuration from this file instead of the nearest klog.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Files and directories to check; the whole workspace by default
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten, next_help_heading = "Package selection")]
    packages: clap_cargo::Workspace,
    #[command(flatten)]
    manifest: clap_cargo::Manifest,
    /// Do not run cargo; read the files without their manifests
    #[arg(long, conflicts_with_all = ["package", "workspace", "exclude"])]
    no_cargo: bool,
    /// Do not let cargo use the network
    #[arg(long)]
    offline: bool,
}

#[derive(Debug, Args)]
struct StatsCommand {
    #[command(flatten)]
    place: Where,
    /// Format of the report
    #[arg(long, value_enum, default_value_t)]
    format: stats::Format,
    /// Write the report to a file instead of the standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Where lines of the page lead, with {path} and {line}, or what precedes the path; else the host of git's remote
    #[arg(long, value_name = "URL")]
    link_base: Option<String>,
    /// Share of calls, in percent, that the page says when it is met
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u8).range(1..=100))]
    target: u8,
    /// Count calls in tests, benches, examples and build scripts too
    #[arg(long)]
    tests: bool,
    /// Add today's figures to the history that the trend is drawn from (`history` in klog.toml)
    #[arg(long)]
    save: bool,
}

/// Runs the program. 0: nothing at deny level; 1: findings at deny level; 2: could not run.
pub fn run(arguments: impl Iterator<Item = std::ffi::OsString>) -> ExitCode {
    let arguments = arguments.collect();
    work::with_room(|| run_with(arguments)).unwrap_or_else(|error| {
        let _ = writeln!(anstream::stderr(), "error: no thread can be started: {error}");
        ExitCode::from(2)
    })
}

fn run_with(mut arguments: Vec<std::ffi::OsString>) -> ExitCode {
    // Cargo calls `cargo-klog klog lint`; `cargo-klog lint` means the same.
    if arguments.get(1).is_some_and(|word| word == "klog") {
        arguments.remove(1);
    }
    // Help has colours, too, and is printed before options are known. Cargo's setting counts unless `--color` is given.
    let of_cargo = std::env::var("CARGO_TERM_COLOR").unwrap_or_default();
    let of_cargo = <Colour as clap::ValueEnum>::from_str(&of_cargo, false).unwrap_or_default();
    of_cargo.choice().write_global();
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not errors; a closed pipe does not matter here.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    cli.color.unwrap_or(of_cargo).choice().write_global();
    let result = match cli.command {
        Command::Lint(mut command) => command.run(cli.quiet),
        Command::Explain(command) => command.run(),
        Command::Stats(command) => command.run(cli.quiet),
        Command::Catalog(command) => command.run(cli.quiet),
        Command::CheckLog(command) => command.run(cli.quiet),
        Command::Queries(command) => command.run(cli.quiet),
        Command::Init(command) => command.run(),
        Command::Lsp(command) => command.run(),
        Command::Completions(command) => command.run(),
        Command::Man(command) => command.run(),
        Command::Schema(command) => command.run(),
    };
    match result {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let (bold, reset) = ("\x1b[1m\x1b[31m", "\x1b[0m");
            let _ = writeln!(anstream::stderr(), "{bold}error{reset}: {error:#}");
            ExitCode::from(2)
        }
    }
}

impl Where {
    fn selection(&self) -> Result<Selection> {
        let directory = std::env::current_dir().context("the current directory is gone")?;
        for path in &self.paths {
            if !path.exists() {
                bail!("{}: no such file or directory", path.display());
            }
        }
        Ok(Selection {
            directory,
            manifest_path: self.manifest.manifest_path.clone(),
            packages: self.packages.package.clone(),
            workspace: self.packages.workspace || self.packages.all,
            exclude: self.packages.exclude.clone(),
            paths: self.paths.clone(),
            no_cargo: self.no_cargo,
            offline: self.offline,
            cache: false,
            all_names: false,
        })
    }

    fn load(&self) -> Result<(Workspace, Config)> {
        self.load_by(&self.selection()?)
    }

    fn load_by(&self, selection: &Selection) -> Result<(Workspace, Config)> {
        let mut workspace = scan::load(selection);
        gate::packages(selection, &mut workspace)?;
        let config = Config::load(self.config.as_deref(), &workspace.root)?;
        for file in &mut workspace.files {
            file.selected &= !config.excludes(&file.absolute);
        }
        gate::matches(selection, &config, &mut workspace);
        Ok((workspace, config))
    }
}

impl StatsCommand {
    fn run(&self, quiet: bool) -> Result<ExitCode> {
        let (workspace, config) = self.place.load()?;
        let (index, scanned) = scan_with_progress(&workspace, &config, quiet);
        let history = config.directory.join(&config.history);
        let mut stats = stats::Stats::count(&workspace, &scanned, self.tests);
        stats.target = usize::from(self.target);
        let is_detailed =
            matches!(self.format, stats::Format::Html | stats::Format::Json | stats::Format::Csv);
        if is_detailed {
            let linter = Linter::new(&workspace, &config, index, &scanned);
            stats.add_findings(&linting::report(&linter, scanned));
            self.add_repository(&workspace, &mut stats)?;
        }
        stats.trend = stats::history::read(&history)?;
        if self.save {
            let snapshot = stats::history::Snapshot::now(&stats, &workspace.root);
            stats::history::save(&history, &mut stats.trend, snapshot)?;
        }
        let style = style();
        to_output(self.output.as_deref(), |out, is_file| {
            let style = if is_file { TextStyle::default() } else { style };
            stats::write(self.format, &stats, style, out)
        })?;
        for problem in &workspace.problems {
            report_problem(problem);
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl StatsCommand {
    /// Owners of files and links to lines, as far as the repository says.
    fn add_repository(&self, workspace: &Workspace, stats: &mut stats::Stats) -> Result<()> {
        let root = &workspace.root;
        let prefix = linting::repository_prefix(root);
        let ask = |arguments: &[&str]| git(root, arguments).map(|it| it.trim().to_owned()).ok();
        if let Some(top) = ask(&["rev-parse", "--show-toplevel"]) {
            let owners = Owners::read(Path::new(&top));
            for file in &mut stats.files {
                file.owners = owners.of_file(&format!("{prefix}{}", file.path));
            }
        }
        stats.links = match &self.link_base {
            Some(base) => match Links::given(base) {
                Some(links) => Some(links),
                None => bail!("`--link-base {base}` does not begin with https:// or http://"),
            },
            None => {
                let remote = ask(&["remote", "get-url", "origin"]);
                let commit = ask(&["rev-parse", "HEAD"]);
                remote
                    .zip(commit)
                    .and_then(|(remote, commit)| Links::of_remote(&remote, &commit, &prefix))
            }
        };
        Ok(())
    }
}

/// Whether answers of earlier runs may be taken.
fn may_cache(no_cache: bool) -> bool {
    !no_cache && std::env::var_os("KLOG_NO_CACHE").is_none_or(|value| value.is_empty())
}

/// Scans with a bar on a terminal, and with nothing on a pipe.
fn scan_with_progress(
    workspace: &Workspace,
    config: &Config,
    quiet: bool,
) -> (scan::WorkspaceIndex, Vec<scan::Scanned>) {
    let scan_config = scan::ScanConfig { wrappers: config.wrappers.clone() };
    if quiet || !io::stderr().is_terminal() {
        return scan::workspace(workspace, &scan_config, &|_| {});
    }
    let bar = indicatif::ProgressBar::new(workspace.files.len() as u64);
    if let Ok(style) = indicatif::ProgressStyle::with_template(
        "{prefix:>12.cyan.bold} [{bar:27}] {human_pos}/{human_len} files",
    ) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_prefix("Checking");
    let scanned = scan::workspace(workspace, &scan_config, &|n| bar.inc(n as u64));
    bar.finish_and_clear();
    scanned
}

/// Colours as the standard output has them, width as the terminal has it.
fn style() -> TextStyle {
    let colour = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    let width = terminal_size::terminal_size_of(io::stdout())
        .map_or(TextStyle::default().width, |(width, _)| usize::from(width.0));
    TextStyle { colour, links: colour && io::stdout().is_terminal(), width }
}

/// Writes to a file, or to the standard output.
fn to_output(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write, bool) -> io::Result<()>,
) -> Result<()> {
    let Some(path) = path else {
        let mut out = io::BufWriter::new(io::stdout().lock());
        write(&mut out, false)?;
        return Ok(out.flush()?);
    };
    let mut text = Vec::new();
    write(&mut text, true)?;
    files::write_named(path, &text)
}

fn report_problem(problem: &crate::workspace::Problem) {
    let line = problem.line.map_or_else(String::new, |line| format!(":{line}"));
    let (path, message) = (files::shown(&problem.path), one_line(&problem.message));
    let (yellow, reset) = ("\x1b[1m\x1b[33m", "\x1b[0m");
    let _ = writeln!(anstream::stderr(), "{yellow}warning{reset}: {path}{line}: {message}");
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// `-A`, `-W` and `-D`, the general before the special: `-A all -D duplicate-key` means one rule, in any order.
fn levels(allow: &[String], warn: &[String], deny: &[String]) -> Vec<(String, Level)> {
    let names = |names: &[String], level: Level| {
        names.iter().map(|name| (name.clone(), level)).collect::<Vec<_>>()
    };
    let all = [names(allow, Level::Allow), names(warn, Level::Warn), names(deny, Level::Deny)];
    let mut levels = all.concat();
    levels.sort_by_key(|(name, _)| match name.as_str() {
        "all" => 0,
        name if rules::all().any(|rule| rule.group == name) => 1,
        // What is at warn is known when all others have been set.
        "warnings" => 3,
        _ => 2,
    });
    levels
}
