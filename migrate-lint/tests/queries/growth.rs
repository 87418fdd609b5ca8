//! What judging costs, counted and not timed: lines that are looked at piece by piece.

use std::path::Path;

use migrate_lint::internal::queries::asking::Asked;
use migrate_lint::internal::queries::judge::Judge;
use migrate_lint::internal::queries::line::Format;
use migrate_lint::internal::queries::{self, input, rules};

use super::many;

/// Findings, and lines that were looked at piece by piece.
fn cost(n_queries: usize, n_statements: usize) -> (usize, usize) {
    let catalog = many::catalog(n_statements);
    let asked = Asked::new(&catalog, Default::default(), &Format::ALL);
    let levels = rules().map(|rule| (rule.name, rule.level)).collect();
    let judge = Judge::new(&asked, None, 2, levels);
    let file = input::read("many.logql", many::queries(n_queries, n_statements));
    let outcome = queries::check(&judge, vec![file], Path::new("."));
    assert_eq!(outcome.report.problems, []);
    (outcome.report.findings().count(), asked.lines.steps())
}

#[test]
fn cost_grows_with_queries_and_statements_alone() {
    let (n_findings, small) = cost(24, 100);
    assert!(n_findings > 5 && small > 0, "{n_findings} findings, {small} steps");
    for (n_queries, n_statements) in [(96, 100), (24, 400)] {
        let (_, large) = cost(n_queries, n_statements);
        assert!(
            large <= 5 * small,
            "{n_queries} queries, {n_statements} statements: {large}, of a quarter {small}"
        );
    }
}
