//! The pages of the rules: every query of theirs is judged against the statements above it.
//!
//! A `rust` block is a program, `rust before` one of an earlier revision, and each `logql` block has queries with what is
//! found in each: `# ^ message`, `#   = help`. `KLOG_UPDATE=1` writes what is found.

use std::path::Path;

use migrate_lint::internal::catalog::{Catalog, diff};
use migrate_lint::internal::queries::asking::Asked;
use migrate_lint::internal::queries::judge::{Before, Judge};
use migrate_lint::internal::queries::line::Format;
use migrate_lint::internal::queries::{self, input, rules};
use migrate_lint::internal::scan::{self, ScanConfig, Scanned};
use migrate_lint::internal::workspace::Selection;
use tempfile::TempDir;

#[test]
fn pages_show_what_their_rules_find() {
    for rule in rules() {
        let page = rule.page;
        assert!(page.starts_with(&format!("# {}\n", rule.name)), "{}", rule.name);
        let judged = judged(page);
        if std::env::var_os("KLOG_UPDATE").is_some() {
            std::fs::write(format!("src/queries/rules/{}.md", rule.name), &judged).unwrap();
            continue;
        }
        let difference = similar::TextDiff::from_lines(page, &judged);
        assert!(page == judged, "{}:\n{}", rule.name, difference.unified_diff());
        assert!(page.contains("\n# ^ "), "{} has no finding", rule.name);
    }
}

/// The page with what is found in its queries today.
fn judged(page: &str) -> String {
    let (mut before, mut now) = (None, String::new());
    let mut out = String::new();
    let mut block: Option<(&str, String)> = None;
    for line in page.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(kind)) => block = Some((kind, String::new())),
            (Some((kind, text)), Some(_)) => {
                match *kind {
                    "rust before" => before = Some(std::mem::take(text)),
                    "rust" => now = std::mem::take(text),
                    "logql" => {
                        out += &findings(&now, before.as_deref(), text);
                    }
                    _ => {}
                }
                if *kind == "logql" || *kind == "rust" {
                    // An earlier revision is compared with one program.
                    before = before.take().filter(|_| *kind == "rust");
                }
                block = None;
            }
            (Some((_, text)), None) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
        let is_query =
            block.as_ref().is_some_and(|(kind, _)| *kind == "logql") && !line.starts_with("```");
        if !is_query {
            out += &format!("{line}\n");
        }
    }
    out
}

fn findings(now: &str, before: Option<&str>, block: &str) -> String {
    let text: String = block
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    let (catalog, scanned) = program(now);
    let context = queries::context_keys(&scanned, &[]);
    let asked = Asked::new(&catalog, context.clone(), &Format::ALL);
    let old = before.map(|before| program(before).0);
    let changes = old.as_ref().map(|old| diff::compare(old, &catalog)).unwrap_or_default();
    let before = old.as_ref().map(|old| {
        let asked = Asked::new(old, context.clone(), &Format::ALL);
        Before::new(asked, "the revision".to_owned(), &changes, None)
    });
    let levels = rules().map(|rule| (rule.name, rule.level)).collect();
    let judge = Judge::new(&asked, before.as_ref(), 2, levels);
    let file = input::read("queries.logql", text.clone());
    let outcome = queries::check(&judge, vec![file], Path::new("."));
    assert_eq!(outcome.report.problems, [], "{text}");
    let file = &outcome.report.files[0];
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        out += &format!("{line}\n");
        for finding in &file.findings {
            if file.source.position(finding.span.start).line == index + 1 {
                out += &format!("# ^ {}\n", finding.message);
                out.extend(finding.help.iter().map(|help| format!("#   = {help}\n")));
            }
        }
    }
    out
}

/// The statements of a program.
fn program(statements: &str) -> (Catalog, Vec<Scanned>) {
    let directory = TempDir::new().unwrap();
    let write = |path: &str, text: &str| {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "Cargo.toml",
        "[package]\nname = \"controller\"\nedition = \"2024\"\n[dependencies]\nklog = { package = \"klog-rs\", version = \"0.1\" }\ntracing = \"0.1\"\n[workspace]\n",
    );
    write("src/lib.rs", &format!("fn f() {{\n{statements}}}\n"));
    let selection = Selection { directory: directory.path().to_owned(), ..Selection::default() };
    let workspace = scan::load(&selection);
    let scanned = scan::workspace(&workspace, &ScanConfig::default(), &|_| {}).1;
    let catalog = Catalog::of(&workspace, &scanned);
    assert!(!catalog.statements.is_empty(), "{statements}");
    (catalog, scanned)
}
