//! Random lines of random statements, filtered by jq, against what is said of the queries; see README.md.

mod lines;
mod queries;
mod translate;

use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

use lines::Random;
use migrate_lint::catalog::Catalog;
use migrate_lint::queries::asking::Asked;
use migrate_lint::queries::line::Format;
use migrate_lint::queries::logql;

/// Lines of each statement in each format.
const N_LINES: usize = 25;

fn main() -> ExitCode {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let catalog = Catalog { statements: lines::statements(200, &mut random) };
    let queries = queries::all(&catalog, &mut random);
    let pool = queries::values(&queries);
    let phrases = queries::phrases(&queries);
    let mut text = String::new();
    let mut n_lines = 0;
    for (index, statement) in catalog.statements.iter().enumerate() {
        // A value inside of a message can be what a query looks for.
        let in_message: &[String] = if statement.message.contains("{}") { &phrases } else { &[] };
        let values = in_message.iter().map(String::as_str);
        let usual = (0..N_LINES).map(|turn| ["3", "default/web", "x y"][turn % 3]);
        for in_message in usual.chain(values) {
            let message = statement.message.replace("{}", in_message);
            for line in [
                lines::json(statement, &message, &pool, &mut random),
                lines::text(statement, &message, &pool, &mut random),
            ] {
                text += &format!("{index}\t{line}\n");
                n_lines += 1;
            }
        }
    }
    let asked = Asked::new(&catalog, Default::default(), &[Format::Text, Format::Json]);
    let (mut n_wrong, mut n_live, mut n_dead, mut n_chance) = (0, 0, 0, 0);
    for query in &queries {
        let parsed = logql::parse(query, false);
        let answer = asked.pipeline(&parsed.pipelines[0], &[]);
        let found = filter(&translate::program(&parsed.pipelines[0]), &text);
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
            "{mark:5} {verdict}: {} statements; jq: {}, {beyond} beyond; {query}",
            said.len(),
            found.len()
        );
    }
    println!(
        "{} statements, {n_lines} lines, {} queries: {n_live} match, {n_dead} match nothing, {n_chance} a value alone; {n_wrong} wrong",
        catalog.statements.len(),
        queries.len()
    );
    ExitCode::from(u8::from(n_wrong > 0))
}

/// Statements with a line that passes.
fn filter(program: &str, text: &str) -> Vec<usize> {
    let jq = Command::new("jq")
        .args(["-Rr", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut jq = jq.expect("jq is there");
    let mut input = jq.stdin.take().expect("it is piped");
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = jq.wait_with_output().expect("jq ends");
    writer.join().expect("no panic").expect("jq reads all");
    assert!(output.status.success(), "{program}");
    let mut found: Vec<usize> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.parse().ok())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
