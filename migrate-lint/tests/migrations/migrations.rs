//! How well the fixes agree with people, on any repository.
//!
//! A call that formatted its values, and that a commit has turned into a structured one, shows what a person makes of it.
//! This program finds such calls in the history of clones, and compares the linter's messages and keys with the person's:
//!
//! ```console
//! $ cargo run -p migrate-lint --example migrations -- mine ../some-clone ../another > migrations.jsonl
//! $ cargo run -p migrate-lint --example migrations -- score migrations.jsonl
//! ```
//!
//! `score --misses N` prints the first N calls whose message differs as well, and `score --keys N` those with another key.

mod mine;
mod score;

use std::path::Path;
use std::process::ExitCode;

use migrate_lint::internal::finding::Rewrite;
use score::{Migration, plain, table};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match &arguments[..] {
        ["mine", clones @ ..] if !clones.is_empty() => {
            for migration in clones.iter().flat_map(|clone| mine::repository(Path::new(clone))) {
                println!("{migration}");
            }
            ExitCode::SUCCESS
        }
        ["score", "--misses", number, file] => scored(file, number.parse().unwrap_or_default(), 0),
        ["score", "--keys", number, file] => scored(file, 0, number.parse().unwrap_or_default()),
        ["score", file] => scored(file, 0, 0),
        _ => {
            eprintln!(
                "migrations mine CLONE… > FILE\nmigrations score [--misses N | --keys N] FILE"
            );
            ExitCode::from(2)
        }
    }
}

fn scored(file: &str, n_misses: usize, n_keys: usize) -> ExitCode {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::from(2);
        }
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let migrations: Vec<Migration> = lines.map(Migration::read).collect();
    print!("{}", table(&migrations).0);
    let all = || migrations.iter().map(|migration| (migration, migration.rewritten()));
    let misses = all().filter(|(migration, ours)| migration.distance(ours.as_ref()) > 0);
    for (migration, ours) in misses.take(n_misses) {
        let keys = ours.iter().flat_map(|ours| &ours.pairs).map(|pair| pair.key.as_str());
        let message = ours.as_ref().map_or("no fix", |ours| ours.message.as_str());
        println!(
            "\n{} {}\n  a person {:?}\n  the fix  {message:?} {:?}",
            migration.id,
            migration.call,
            migration.message,
            keys.collect::<Vec<_>>()
        );
    }
    let keys =
        all().filter_map(|(migration, ours)| Some((migration, other_keys(migration, &ours?))));
    for (migration, keys) in keys.filter(|(_, keys)| !keys.is_empty()).take(n_keys) {
        println!("\n{} {}\n  {}", migration.id, migration.call, keys.join("\n  "));
    }
    ExitCode::SUCCESS
}

/// Keys of the fix that are not the person's.
fn other_keys(migration: &Migration, ours: &Rewrite) -> Vec<String> {
    let others = migration.keys(ours).filter(|(ours, key, _)| plain(ours) != plain(key));
    others.map(|(ours, key, expr)| format!("{ours}, a person {key} = {expr}")).collect()
}
