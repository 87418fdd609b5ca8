//! `cargo klog init`.
//!
//! A file that exists is never touched: its text is printed instead, to be pasted where it fits.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::report_problem;
use crate::config::Config;
use crate::files;
use crate::git::git;
use crate::init::{House, OTHER_HOSTS, Project, What, gate, other_ci};
use crate::lint::{self, Linter};
use crate::report::plural;
use crate::rules::house;
use crate::scan::{self, ScanConfig};
use crate::stats::links;
use crate::workspace::{Selection, TargetKind, Workspace};

/// What to write.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Directory of the workspace
    #[arg(value_name = "DIRECTORY", default_value = ".")]
    directory: PathBuf,
    /// Which files to write; those that fit the repository when none is named
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    only: Vec<What>,
}

impl Init {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let directory = std::path::absolute(&self.directory)
            .with_context(|| format!("{}: no such directory", self.directory.display()))?;
        if !directory.is_dir() {
            bail!("{}: no such directory", self.directory.display());
        }
        let selection =
            Selection { directory: directory.clone(), workspace: true, ..Selection::default() };
        let workspace = scan::load(&selection);
        for problem in &workspace.problems {
            report_problem(problem);
        }
        if workspace.crates.is_empty() && workspace.files.is_empty() {
            bail!("{}: no Rust file to keep clean", self.directory.display());
        }
        // `lint` reads the configuration of the workspace, whichever member it is called in.
        let directory = match workspace.crates.is_empty() {
            true => directory,
            false => workspace.root.clone(),
        };
        let (top, below) = place(&directory);
        let judged = judge(&workspace, &directory);
        let project = Project {
            branch: branch(&top),
            below,
            program: program(&workspace),
            house: judged.as_ref().map(|judged| judged.house.clone()).unwrap_or_default(),
        };
        let mut out = anstream::stdout();
        let host = host(&top);
        for what in What::ALL {
            let root = if what.is_of_workspace() { &directory } else { &top };
            let asked = self.only.contains(&what);
            if asked || (self.only.is_empty() && what.fits(root, host.as_deref())) {
                write_one(what, root, &project, &mut out)?;
            }
        }
        if self.only.is_empty() || self.only.contains(&What::Config) {
            next_steps(judged.as_ref(), &mut out)?;
            let elsewhere = host.filter(|host| OTHER_HOSTS.contains(&host.as_str()));
            let elsewhere = elsewhere.filter(|_| !top.join(".github").exists());
            if let Some(place) = other_ci(&top).map(str::to_owned).or(elsewhere) {
                let gate = gate(&project);
                writeln!(out, "  {gate:<45} keeps new findings out; a line for {place}")?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What a first look at the code says.
struct Judged {
    house: House,
    notes: Vec<String>,
    n_findings: usize,
    has_baseline: bool,
}

/// Looks at the code as `lint` will; nothing where the configuration that is there cannot be read.
fn judge(workspace: &Workspace, directory: &Path) -> Option<Judged> {
    let config = Config::load(None, directory).ok()?;
    let scan_config = ScanConfig { wrappers: config.wrappers.clone() };
    let (index, scanned) = scan::workspace(workspace, &scan_config, &|_| {});
    let house = house::of(workspace, &scanned);
    let mut styled = config;
    house.apply(&mut styled.settings);
    let linter = Linter::new(workspace, &styled, index, &scanned);
    let n_findings = lint::report(&linter, scanned).findings().count();
    Some(Judged {
        house: House { messages: house.message_lines(), keys: house.key_lines() },
        notes: house.notes(),
        n_findings,
        has_baseline: styled.directory.join(&styled.baseline).exists(),
    })
}

fn next_steps(judged: Option<&Judged>, out: &mut dyn Write) -> Result<()> {
    for note in judged.iter().flat_map(|judged| &judged.notes) {
        writeln!(out, "house style: {note}")?;
    }
    writeln!(out, "\nNext:")?;
    writeln!(out, "  cargo klog lint --workspace                   shows what there is to do")?;
    let accepts = match judged {
        Some(judged) if judged.n_findings > 0 && !judged.has_baseline => format!(
            "accepts {} for now, which would fail the jobs; commit klog-baseline.json",
            plural(judged.n_findings, "finding", "findings")
        ),
        _ => "accepts it for now; only new findings are reported".to_owned(),
    };
    writeln!(out, "  cargo klog lint --workspace --write-baseline  {accepts}")?;
    writeln!(
        out,
        "  cargo klog stats --workspace                  shows how far the migration is"
    )?;
    Ok(())
}

/// The repository's root, and the way from there to the workspace.
fn place(directory: &Path) -> (PathBuf, String) {
    let below = git(directory, &["rev-parse", "--show-prefix"]);
    let below = below.map(|below| below.trim_end_matches(['\n', '\r']).to_owned());
    let Ok(below) = below else { return (directory.to_owned(), String::new()) };
    let n_up = Path::new(&below).components().count();
    match directory.ancestors().nth(n_up) {
        Some(top) => (top.to_owned(), below),
        None => (directory.to_owned(), String::new()),
    }
}

/// Where the repository's remote is: `github.com`, `gitlab.example.org`.
fn host(top: &Path) -> Option<String> {
    let remote = git(top, &["config", "--get", "remote.origin.url"]).ok()?;
    Some(links::host(remote.trim())?.to_lowercase())
}

/// The branch that changes go to: the remote's, else one of the usual names, else the current one.
fn branch(top: &Path) -> String {
    let ask = |arguments: &[&str]| {
        let answer = git(top, arguments).ok()?;
        Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty())
    };
    let of_remote = ask(&["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"]);
    if let Some((_, branch)) = of_remote.as_deref().and_then(|name| name.split_once('/')) {
        return branch.to_owned();
    }
    let current = ask(&["symbolic-ref", "--quiet", "--short", "HEAD"]);
    let usual = ["main", "master", "trunk", "develop"];
    let exists = |name: &&&str| {
        ["heads", "remotes/origin"].iter().any(|place| {
            let name = format!("refs/{place}/{name}");
            ask(&["rev-parse", "--verify", "--quiet", &name]).is_some()
        })
    };
    match (usual.iter().find(exists), current) {
        (Some(usual), _) => (*usual).to_owned(),
        (None, Some(current)) => current,
        (None, None) => "main".to_owned(),
    }
}

/// The workspace's program, where it has one.
fn program(workspace: &Workspace) -> Option<String> {
    let targets = workspace.crates.iter().flat_map(|package| &package.targets);
    let mut programs = targets.filter(|target| target.kind == TargetKind::Binary);
    let first = programs.next()?;
    programs.next().is_none().then(|| first.name.clone())
}

fn write_one(what: What, root: &Path, project: &Project, out: &mut dyn Write) -> Result<()> {
    let path = root.join(what.path());
    let here = std::env::current_dir().unwrap_or_default();
    let shown = path.strip_prefix(&here).unwrap_or(&path).display();
    let text = what.text(project);
    if path.exists() || path.is_symlink() {
        let text = text.trim_end();
        if files::read_to_string(&path).is_ok_and(|now| what.is_in(&now, project)) {
            writeln!(out, "{shown} is there already and left as it is")?;
        } else {
            writeln!(out, "{shown} is there already; add this to it:\n\n{text}\n")?;
        }
        return Ok(());
    }
    files::make_room(root, &path)?;
    files::write(root, &path, text.as_bytes())?;
    writeln!(out, "wrote {shown}")?;
    Ok(())
}
