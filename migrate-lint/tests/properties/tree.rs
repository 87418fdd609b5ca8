//! Any small tree of files, with a manifest, a configuration and links: nothing outside of it is written, whole files are
//! written, reports treat its names as data, and a second run has nothing to fix.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use migrate_lint::internal::config::Config;
use migrate_lint::internal::dialect::{klog, tracing};
use migrate_lint::internal::fix::{self, Plan};
use migrate_lint::internal::lint::{self, Linter};
use migrate_lint::internal::manifest;
use migrate_lint::internal::report::{self, FileReport, Format, Report, TextStyle};
use migrate_lint::internal::scan::{self, ScanConfig};
use migrate_lint::internal::settings::FixDialect;
use migrate_lint::internal::workspace::{
    Crate, Dependency, Selection, Target, TargetKind, Workspace,
};

use super::ensure;

const N_FILES: usize = 12;
const OUTSIDE: &str = "fn outside(pod: &str) {\n    log::info!(\"pod {pod} found\");\n}\n";
const FORMATS: [Format; 8] = [
    Format::Human,
    Format::Short,
    Format::Json,
    Format::Rustc,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
];

/// The first byte chooses the dialect of the fixes; the rest is a tree: `//- path` begins a file, `//- path -> target` is
/// a link.
pub fn any_bytes(bytes: &[u8]) -> Result<(), String> {
    let [choice, text @ ..] = bytes else { return Ok(()) };
    let text = String::from_utf8_lossy(text);
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    let root = directory.path().join("tree");
    std::fs::create_dir(&root).map_err(|error| error.to_string())?;
    let outside = directory.path().join("outside.rs");
    std::fs::write(&outside, OUTSIDE).map_err(|error| error.to_string())?;
    lay(&root, &text);
    let dialect = match choice % 3 {
        0 => FixDialect::Own,
        1 => FixDialect::Of(&klog::DIALECT),
        _ => FixDialect::Of(&tracing::DIALECT),
    };
    runs_are_sound(&root, dialect).map_err(|why| format!("{why}\n{dialect:?}\n{text}"))?;
    let is_kept = std::fs::read_to_string(&outside).is_ok_and(|text| text == OUTSIDE);
    ensure(is_kept, || format!("a file outside of the tree was written\n{text}"))
}

/// Writes the files and links that a text describes, none of them outside of the root.
fn lay(root: &Path, text: &str) {
    for part in format!("\n{text}").split("\n//- ").skip(1).take(N_FILES) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        let (path, target) = match head.split_once(" -> ") {
            Some((path, target)) => (path, Some(target)),
            None => (head, None),
        };
        let path = Path::new(path);
        let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        let path = root.join(path);
        let Some(parent) = path.parent().filter(|_| is_inside && path != root) else { continue };
        // A link on the way would lead what is laid to another place.
        let is_plain = |parent: &Path| {
            parent.canonicalize().is_ok_and(|real| real.starts_with(real_root(root)))
        };
        if std::fs::create_dir_all(parent).is_err() || !is_plain(parent) || path.is_symlink() {
            continue;
        }
        let _ = match target {
            // A device would have no end, and is another test's.
            Some(target) if !target.starts_with('/') => link(target, &path),
            Some(_) => Ok(()),
            None => std::fs::write(path, body),
        };
    }
}

fn real_root(root: &Path) -> PathBuf {
    root.canonicalize().unwrap_or_else(|_| root.to_owned())
}

#[cfg(unix)]
fn link(target: &str, path: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> std::io::Result<()> {
    Ok(())
}

fn runs_are_sound(root: &Path, dialect: FixDialect) -> Result<(), String> {
    let Ok(mut config) = Config::load(None, root) else { return Ok(()) };
    config.settings.dialect = dialect;
    config.settings.edit_manifest = true;
    let links = links(root);
    let first = planned(root, &config)?;
    let Some((workspace, plan, manifests)) = first else { return Ok(()) };
    let edits: Vec<(&Path, &[u8])> =
        manifests.iter().map(|change| (&*change.path, change.after.as_bytes())).collect();
    if let Err(error) = plan.write(&workspace.roots(), &edits) {
        return Err(format!("cannot be written: {error:#}"));
    }
    ensure(self::links(root) == links, || "a link became something else".to_owned())?;
    for change in &plan.changes {
        let written = std::fs::read_to_string(&change.absolute).unwrap_or_default();
        ensure(written == change.after, || format!("{} is not whole", change.path))?;
    }
    let Some((_, again, _)) = planned(root, &config)? else { return Ok(()) };
    ensure(again.changes.is_empty() || !plan.refused.is_empty(), || {
        format!("fixed again:\n{}", again.diff())
    })
}

type Planned = (Workspace, Plan, Vec<manifest::ManifestChange>);

/// What a run would write; nothing where the manifest is none.
fn planned(root: &Path, config: &Config) -> Result<Option<Planned>, String> {
    let mut workspace = workspace(root);
    let before = workspace.clone();
    manifest::add_to(&mut workspace, config.settings.dialect);
    let scan_config = ScanConfig { wrappers: config.wrappers.clone() };
    let (workspace_index, scanned) = scan::workspace(&workspace, &scan_config, &|_| {});
    let linter = Linter::new(&workspace, config, workspace_index, &scanned);
    let report = lint::report(&linter, scanned);
    for format in FORMATS {
        let mut out = Vec::new();
        report::write(format, &report, TextStyle::default(), &mut out)
            .map_err(|error| format!("{format:?}: {error}"))?;
        names_are_data(format, &report, &String::from_utf8_lossy(&out))?;
    }
    let relint = |file: &FileReport, text: &str| linter.relint(file, text);
    let mut plan = fix::plan(&report, true, &relint);
    plan.trim_imports(&workspace, &scan_config);
    plan.stay_inside(&workspace.roots());
    let Ok(manifests) = manifest::changes(&before, &report, &plan) else { return Ok(None) };
    Ok(Some((before, plan, manifests)))
}

/// A name of a file begins no line of a report, and no escape sequence is in one.
fn names_are_data(format: Format, report: &Report, text: &str) -> Result<(), String> {
    ensure(!text.contains('\x1b'), || format!("{format:?} has an escape"))?;
    let names = report.files.iter().map(|file| file.path.as_str());
    for line in names.flat_map(|name| name.split('\n').skip(1)).filter(|line| !line.is_empty()) {
        let begins = text.lines().any(|written| written.starts_with(line));
        ensure(!begins, || format!("{format:?}: a line begins with {line:?}"))?;
    }
    Ok(())
}

/// The tree as one package, with the dependencies that its manifest's words name: cargo is not asked.
fn workspace(root: &Path) -> Workspace {
    let selection =
        Selection { directory: root.to_owned(), no_cargo: true, ..Selection::default() };
    let mut workspace = scan::load(&selection);
    let manifest = root.join("Cargo.toml");
    let Ok(text) = std::fs::read_to_string(&manifest) else { return workspace };
    let names = [("log", "log"), ("tracing", "tracing"), ("slog", "slog"), ("klog", "klog-rs")];
    let named = names.iter().filter(|(_, package)| text.contains(&format!("\n{package} =")));
    let dependencies = named.map(|(name, package)| Dependency {
        name: (*name).to_owned(),
        package: (*package).to_owned(),
        features: if text.contains("\"kv\"") { vec!["kv".to_owned()] } else { Vec::new() },
        ..Dependency::default()
    });
    let roots = [("src/lib.rs", TargetKind::Library), ("src/main.rs", TargetKind::Binary)];
    let targets = roots.into_iter().filter(|(path, _)| root.join(path).is_file());
    workspace.root = root.to_owned();
    workspace.crates = vec![Crate {
        name: "tree".to_owned(),
        manifest: manifest.clone(),
        edition: if text.contains("2015") { 2015 } else { 2021 },
        selected: true,
        targets: targets
            .map(|(path, kind)| Target { name: "tree".to_owned(), kind, root: root.join(path) })
            .collect(),
        dependencies: dependencies.collect(),
        ..Crate::default()
    }];
    for file in &mut workspace.files {
        file.crate_index = Some(0);
    }
    workspace.unread = None;
    workspace
}

/// Where the links of a tree lead.
fn links(root: &Path) -> BTreeMap<PathBuf, PathBuf> {
    let mut links = BTreeMap::new();
    let mut left = vec![root.to_owned()];
    while let Some(directory) = left.pop() {
        for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            match std::fs::read_link(&path) {
                Ok(target) => drop(links.insert(path, target)),
                Err(_) if path.is_dir() => left.push(path),
                Err(_) => {}
            }
        }
    }
    links
}
