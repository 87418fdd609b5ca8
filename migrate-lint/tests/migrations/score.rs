//! How often the fix says what a person said who migrated the same call by hand.
//!
//! A file has one call a line, as `mine.rs` writes it: the old call, and the message, error and pairs of the new one.

use std::fmt;

use migrate_lint::internal::dialect::klog;
use migrate_lint::internal::finding::{Applicability, Rewrite};
use migrate_lint::internal::rewrite::{self, RewriteStyle};
use migrate_lint::internal::scan::{self, CrateFacts};
use migrate_lint::internal::settings::KeyCase;
use serde_json::Value as Json;

/// A call that a person has migrated.
pub(crate) struct Migration {
    /// Tells it from others.
    pub(crate) id: String,
    /// As it was.
    pub(crate) call: String,
    /// The message that the person wrote.
    pub(crate) message: String,
    has_error: bool,
    /// Key and expression of each pair.
    pairs: Vec<(String, String)>,
    /// The person used other words than the call had.
    is_reworded: bool,
}

impl Migration {
    /// Reads a line of the file.
    pub(crate) fn read(line: &str) -> Migration {
        let json: Json = serde_json::from_str(line).expect("a JSON object a line");
        let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
        let pairs = json["pairs"].as_array().into_iter().flatten();
        Migration {
            id: text(&json["id"]),
            call: text(&json["call"]),
            message: text(&json["message"]),
            has_error: json["err"].is_string(),
            pairs: pairs.map(|pair| (text(&pair["key"]), text(&pair["expr"]))).collect(),
            is_reworded: json["reworded"] == true,
        }
    }

    /// What the fix makes of it.
    pub(crate) fn rewritten(&self) -> Option<Rewrite> {
        let call = self.call.replace('\n', " ");
        let source = format!("use tracing::*;\nfn handle() {{\n{call};\n}}\n");
        let scanned = scan::source(&source, &CrateFacts::default());
        let style = RewriteStyle {
            dialect: &klog::DIALECT,
            case: KeyCase::LowerCamelCase,
            error: Default::default(),
            messages: Default::default(),
        };
        let call = scanned.calls.first()?;
        rewrite::rewrite(call, &source, style).ok().map(|outcome| outcome.rewrite)
    }

    /// The keys of the fix and of the person, with the expression.
    pub(crate) fn keys<'a>(
        &'a self,
        rewrite: &'a Rewrite,
    ) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
        self.pairs.iter().filter_map(|(key, expr)| {
            let ours = rewrite.pairs.iter().find(|ours| bare(&ours.expr) == bare(expr))?;
            Some((ours.key.as_str(), key.as_str(), expr.as_str()))
        })
    }

    /// Words that the fix's message has more or less than the person's.
    pub(crate) fn distance(&self, rewrite: Option<&Rewrite>) -> usize {
        rewrite
            .map_or(usize::MAX, |rewrite| distance(&words(&rewrite.message), &words(&self.message)))
    }
}

/// Messages, keys and errors that agree, of how many.
#[derive(Clone, Copy, Default)]
pub(crate) struct Agreement {
    messages: usize,
    exact: usize,
    near: usize,
    keys: usize,
    same_keys: usize,
    errors: usize,
    same_errors: usize,
    calls: usize,
    fixed: usize,
    safe: usize,
}

impl Agreement {
    fn add(&mut self, migration: &Migration) {
        let rewrite = migration.rewritten();
        self.calls += 1;
        if let Some(rewrite) = &rewrite {
            self.fixed += 1;
            self.safe += usize::from(rewrite.safety() == Applicability::Safe);
            for (ours, key, _) in migration.keys(rewrite) {
                self.keys += 1;
                self.same_keys += usize::from(plain(ours) == plain(key));
            }
            if migration.has_error {
                self.errors += 1;
                self.same_errors += usize::from(rewrite.err.is_some());
            }
        }
        if !migration.is_reworded {
            let distance = migration.distance(rewrite.as_ref());
            self.messages += 1;
            self.exact += usize::from(distance == 0);
            self.near += usize::from(distance <= 1);
        }
    }

    /// Shares in percent: message exact, message within a word, keys.
    pub(crate) fn shares(&self) -> [f64; 3] {
        [
            share(self.exact, self.messages),
            share(self.near, self.messages),
            share(self.same_keys, self.keys),
        ]
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [exact, near, keys] = self.shares();
        write!(
            f,
            "{exact:.1} % | {near:.1} % | {keys:.1} % | {:.1} % | {:.1} % | {:.1} %",
            share(self.same_errors, self.errors),
            share(self.fixed, self.calls),
            share(self.safe, self.calls)
        )
    }
}

/// The agreement by number of values, as a table of Markdown, and of all.
pub(crate) fn table(migrations: &[Migration]) -> (String, Agreement) {
    let mut rows: Vec<(&str, Agreement)> =
        ["an error only", "one value", "two values", "three and more", "all"]
            .map(|name| (name, Agreement::default()))
            .to_vec();
    for migration in migrations {
        let row = match (migration.pairs.len(), migration.has_error) {
            (0, true) => 0,
            (0 | 1, _) => 1,
            (2, _) => 2,
            _ => 3,
        };
        rows[row].1.add(migration);
        rows[4].1.add(migration);
    }
    let mut text = String::from(
        "| calls with | | message | within a word | keys | error | with a fix | safe |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for (name, agreement) in &rows {
        text += &format!("| {name} | {} | {agreement} |\n", agreement.calls);
    }
    (text, rows[4].1)
}

#[expect(clippy::cast_precision_loss, reason = "a share of some thousand")]
fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 100.0 } else { part as f64 * 100.0 / of as f64 }
}

/// Case, spaces and final punctuation are a matter of style.
pub(crate) fn words(message: &str) -> Vec<String> {
    let lower = message.to_lowercase();
    let words = lower.split(|char: char| !char.is_ascii_alphanumeric() && char != '\'');
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn bare(expr: &str) -> String {
    expr.split_whitespace().collect()
}

pub(crate) fn plain(key: &str) -> String {
    key.to_lowercase().replace('_', "")
}

/// Words inserted, left out or replaced.
fn distance(left: &[String], right: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, word) in left.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, other) in right.iter().enumerate() {
            let replaced = before + usize::from(word != other);
            before = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(before + 1);
        }
    }
    row[right.len()]
}
