//! What the controller prints, against the statements in its source: what a CI job does with
//! `cargo klog catalog` and `cargo klog check-log --catalog`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

use migrate_lint::check_log::{Checker, Options};
use migrate_lint::internal::catalog::Catalog;
use migrate_lint::internal::scan::{self, ScanConfig};
use migrate_lint::internal::workspace::{Selection, Workspace};

#[test]
fn every_line_is_an_entry_of_a_known_statement() {
    let catalog = catalog();
    for format in ["text", "json"] {
        let run = Command::new(env!("CARGO_BIN_EXE_controller"))
            .args(["-v=4", &format!("--logging-format={format}")])
            .env_clear()
            .output()
            .unwrap();
        let mut checker =
            Checker::new(Options { catalog: Some(catalog.clone()), ..Options::default() });
        checker.check(format, &mut &run.stderr[..], None).unwrap();
        let outcome = checker.finish();
        for (file, finding) in outcome.report.findings() {
            let at = file.source.position(finding.span.start).line;
            let log = String::from_utf8_lossy(&run.stderr);
            let line = log.lines().nth(at - 1).unwrap();
            // Entries of kube and its HTTP client come from files that are not in this workspace.
            let is_foreign = finding.rule == "unknown-statement" && !is_ours(line, &catalog);
            assert!(is_foreign, "{}: {}: {line}", finding.rule, finding.message);
        }
        let coverage = outcome.summary.coverage.unwrap();
        let never: Vec<&str> = coverage.never.iter().map(|(_, message)| &**message).collect();
        // What only a real cluster or a failure brings about, and one that needs `-v=5`.
        let unseen = [
            "Could not run controller",
            "Could not start reconciles",
            "Could not watch pods",
            "Updating pod status",
        ];
        assert!(unseen.iter().all(|message| never.contains(message)), "{never:?}");
        assert!(coverage.n_seen * 2 > coverage.n_statements, "{}", coverage.line());
    }
}

/// Whether an entry comes from a file that has statements of ours.
fn is_ours(line: &str, catalog: &Catalog) -> bool {
    catalog.statements.iter().any(|statement| {
        let (_, name) = statement.file.rsplit_once('/').unwrap();
        line.contains(&format!(" {name}:")) || line.contains(&format!("/{name}:"))
    })
}

/// The statements in the controller's source.
fn catalog() -> Catalog {
    let workspace = Workspace::load(&Selection {
        directory: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
        packages: vec!["controller".to_owned()],
        ..Selection::default()
    });
    let scanned = scan::workspace(&workspace, &ScanConfig::default(), &|_| {});
    let catalog = Catalog::of(&workspace, &scanned.1);
    assert!(catalog.statements.len() > 15);
    catalog
}
