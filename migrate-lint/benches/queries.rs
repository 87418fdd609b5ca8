//! How long `cargo klog queries` takes for many queries and statements: `cargo bench -p migrate-lint --bench queries`.

#![expect(clippy::print_stdout, reason = "a benchmark's answer")]

#[path = "../tests/queries/many.rs"]
mod many;

use std::path::Path;
use std::time::{Duration, Instant};

use migrate_lint::internal::queries::asking::Asked;
use migrate_lint::internal::queries::judge::Judge;
use migrate_lint::internal::queries::line::Format;
use migrate_lint::internal::queries::{self, input, rules};

const N_QUERIES: usize = 1000;
const N_STATEMENTS: usize = 5000;
const ROUNDS: usize = 5;

fn main() {
    let catalog = many::catalog(N_STATEMENTS);
    let text = many::queries(N_QUERIES, N_STATEMENTS);
    let (mut best, mut n_findings) = (Duration::MAX, 0);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let asked = Asked::new(&catalog, Default::default(), &Format::ALL);
        let levels = rules().map(|rule| (rule.name, rule.level)).collect();
        let judge = Judge::new(&asked, None, 2, levels);
        let file = input::read("many.logql", text.clone());
        let outcome = queries::check(&judge, vec![file], Path::new("."));
        n_findings = outcome.report.findings().count();
        best = best.min(start.elapsed());
    }
    println!(
        "{N_QUERIES} queries against {N_STATEMENTS} statements: {:.3} s, {n_findings} findings",
        best.as_secs_f64()
    );
}
