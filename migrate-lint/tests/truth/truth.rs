//! Random lines of random statements, filtered by jq, DuckDB or lnav, against what is said of the queries; see README.md.

mod jq;
mod lines;
mod queries;
mod sql;

use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

use lines::Random;
use migrate_lint::internal::catalog::Catalog;
use migrate_lint::internal::queries::asking::Asked;
use migrate_lint::internal::queries::line::Format;
use migrate_lint::internal::queries::logql;
use sql::Dialect;

/// Lines of each statement in each format.
const N_LINES: usize = 25;

fn main() -> ExitCode {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let catalog = Catalog { statements: lines::statements(200, &mut random) };
    let queries = queries::all(&catalog, &mut random);
    let pool = queries::values(&queries);
    let phrases = queries::phrases(&queries);
    let mut all: Vec<(usize, String)> = Vec::new();
    for (index, statement) in catalog.statements.iter().enumerate() {
        // A value inside of a message can be what a query looks for.
        let in_message: &[String] = if statement.message.contains("{}") { &phrases } else { &[] };
        let values = in_message.iter().map(String::as_str);
        let usual = (0..N_LINES).map(|turn| ["3", "default/web", "x y"][turn % 3]);
        for in_message in usual.chain(values) {
            let message = statement.message.replace("{}", in_message);
            all.push((index, lines::json(statement, &message, &pool, &mut random)));
            all.push((index, lines::text(statement, &message, &pool, &mut random)));
        }
    }
    let asked = Asked::new(&catalog, Default::default(), &[Format::Text, Format::Json]);
    let (mut n_wrong, mut n_live, mut n_dead, mut n_chance) = (0, 0, 0, 0);
    let parsed: Vec<_> = queries.iter().map(|query| logql::parse(query, false)).collect();
    let pipelines: Vec<_> = parsed.iter().map(|query| &query.pipelines[0]).collect();
    let engine = std::env::args().nth(1).unwrap_or_else(|| "jq".to_owned());
    let by_query = match &*engine {
        "jq" => jq::ask(&pipelines, &all),
        "duckdb" => sql::ask(Dialect::DuckDb, &pipelines, &all),
        "lnav" => sql::ask(Dialect::Lnav, &pipelines, &all),
        other => panic!("jq, duckdb or lnav, not {other}"),
    };
    for ((query, pipeline), mut found) in queries.iter().zip(pipelines).zip(by_query) {
        found.sort_unstable();
        found.dedup();
        let answer = asked.pipeline(pipeline, &[]);
        // A label that nothing logs is ignored, so that the rest of the query can be judged.
        let is_dead = answer.passing.any.is_empty() || !answer.unknown.is_empty();
        let mut said = asked.lines.statements(&answer.passing.strong);
        if is_dead {
            said.clear();
        }
        let allowed = asked.lines.statements(&answer.passing.any);
        // A line that passes is of a statement that can pass, and one that is said to pass does.
        let beyond = found.iter().filter(|index| !allowed.contains(index)).count();
        let is_missed = !said.is_empty() && !found.iter().any(|index| said.contains(index));
        let is_wrong = (is_dead && !found.is_empty()) || beyond > 0 || is_missed;
        n_wrong += usize::from(is_wrong);
        let verdict = match (said.is_empty(), is_dead) {
            (false, _) => "matches",
            (true, true) => "nothing",
            (true, false) => "a value",
        };
        match verdict {
            "matches" => n_live += 1,
            "nothing" => n_dead += 1,
            _ => n_chance += 1,
        }
        let mark = if is_wrong { "WRONG" } else { "ok" };
        println!(
            "{mark:5} {verdict}: {} statements; {engine}: {}, {beyond} beyond; {query}",
            said.len(),
            found.len()
        );
    }
    println!(
        "{} statements, {} lines, {} queries: {n_live} match, {n_dead} match nothing, {n_chance} a value alone; {n_wrong} wrong",
        catalog.statements.len(),
        all.len(),
        queries.len()
    );
    ExitCode::from(u8::from(n_wrong > 0))
}

/// What a program prints that reads a text.
fn run(command: &mut Command, input: &str) -> String {
    let program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut program = program.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut writer = program.stdin.take().expect("it is piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || writer.write_all(input.as_bytes()));
    let output = program.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it reads all");
    assert!(output.status.success(), "{command:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A text as an expression.
fn escaped(text: &str) -> String {
    let one =
        |c: char| if "\\.+*?()|[]{}^$".contains(c) { format!("\\{c}") } else { c.to_string() };
    text.chars().map(one).collect()
}
