//! What cargo says of a workspace: its packages, their targets and dependencies.

mod kept;
mod witness;

use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use super::{Crate, Dependency, Reach, Selection, Target, TargetKind};

/// The answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Cargo {
    /// Directory of the workspace's manifest.
    pub(super) root: PathBuf,
    /// Where cargo builds.
    pub(super) target: PathBuf,
    /// Packages in cargo's order, none of them selected, and whether cargo selects each by default.
    pub(super) packages: Vec<(Crate, bool)>,
    /// Directories that dependencies name by path.
    nearby: Vec<PathBuf>,
}

/// Asks cargo about the workspace of a manifest, or takes the answer of an earlier run.
pub(super) fn ask(selection: &Selection, manifest: &Path) -> Result<Cargo, String> {
    if selection.no_cargo {
        return Err("read without cargo".to_owned());
    }
    match selection.cache {
        true => kept::ask(selection, manifest),
        false => run(selection, manifest),
    }
}

/// Asks cargo from outside of the workspace first, where no toolchain file and no configuration of the tree counts: they
/// may name programs, and toolchains that are missing.
fn run(selection: &Selection, manifest: &Path) -> Result<Cargo, String> {
    or_inside(run_outside(selection, manifest), selection, manifest)
}

fn run_outside(selection: &Selection, manifest: &Path) -> Result<Cargo, cargo_metadata::Error> {
    run_in(outside(manifest), selection, manifest)
}

/// Asks cargo inside of the workspace where it has no answer outside.
fn or_inside(
    answer: Result<Cargo, cargo_metadata::Error>,
    selection: &Selection,
    manifest: &Path,
) -> Result<Cargo, String> {
    let inside = |_| run_in(&selection.directory, selection, manifest);
    answer.or_else(inside).map_err(|error| {
        let message = error.to_string();
        // Rustup adds a backtrace where one is asked for.
        let message = message.split("Stack backtrace:").next().unwrap_or_default();
        let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        format!("read without cargo: {message}")
    })
}

fn outside(manifest: &Path) -> &Path {
    manifest.ancestors().last().unwrap_or(manifest)
}

fn run_in(
    directory: &Path,
    selection: &Selection,
    manifest: &Path,
) -> Result<Cargo, cargo_metadata::Error> {
    let mut command = MetadataCommand::new();
    command.no_deps().current_dir(directory).manifest_path(manifest);
    if selection.offline {
        command.other_options(["--offline".to_owned()]);
    }
    command.exec().map(|metadata| read(&metadata))
}

fn read(metadata: &Metadata) -> Cargo {
    let default: Vec<_> = metadata.workspace_default_members.iter().collect();
    let packages = metadata.workspace_packages().into_iter();
    let packages = packages.map(|it| (package(it), default.contains(&&it.id))).collect();
    let dependencies = metadata.packages.iter().flat_map(|package| &package.dependencies);
    let nearby = dependencies.filter_map(|it| it.path.clone());
    let mut nearby: Vec<PathBuf> = nearby.map(Into::into).collect();
    nearby.sort_unstable();
    nearby.dedup();
    Cargo {
        root: metadata.workspace_root.clone().into(),
        target: metadata.target_directory.clone().into(),
        packages,
        nearby,
    }
}

fn package(package: &cargo_metadata::Package) -> Crate {
    let targets = package.targets.iter().map(|target| Target {
        name: target.name.clone(),
        kind: kind(target),
        root: target.src_path.clone().into_std_path_buf(),
    });
    let dependencies = package.dependencies.iter().map(|dependency| Dependency {
        name: dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_"),
        package: dependency.name.clone(),
        features: dependency.features.clone(),
        requirement: dependency.req.clone(),
        is_conditional: dependency.target.is_some(),
        reach: match (dependency.kind, dependency.optional) {
            (DependencyKind::Development | DependencyKind::Build, _) => Reach::Development,
            (_, true) => Reach::Optional,
            (_, false) => Reach::All,
        },
    });
    Crate {
        selected: false,
        name: package.name.to_string(),
        manifest: package.manifest_path.clone().into_std_path_buf(),
        edition: package.edition.as_str().parse().unwrap_or(2021),
        targets: targets.collect(),
        dependencies: dependencies.collect(),
        has_proc_macro: false,
    }
}

fn kind(target: &cargo_metadata::Target) -> TargetKind {
    match () {
        () if target.is_bin() => TargetKind::Binary,
        () if target.is_example() => TargetKind::Example,
        () if target.is_test() => TargetKind::Test,
        () if target.is_bench() => TargetKind::Bench,
        () if target.is_custom_build() => TargetKind::BuildScript,
        () => TargetKind::Library,
    }
}
