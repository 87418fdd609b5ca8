//! Real calls and what an expert made of them: how often the fix says the same.
//!
//! `tests/rewrites.jsonl` holds one call a line; `KLOG_REWRITES=FILE` scores another file of that form.
//! `cargo test -p migrate-lint --test suite rewrites -- --nocapture` prints every miss.

use std::collections::BTreeMap;

use migrate_lint::internal::dialect::klog;
use migrate_lint::internal::finding::{Applicability, Rewrite};
use migrate_lint::internal::rewrite::{self, RewriteStyle};
use migrate_lint::internal::scan::{self, CrateFacts};
use migrate_lint::internal::settings::KeyCase;
use serde_json::Value as Json;

struct Case {
    id: String,
    repository: String,
    before: String,
    family: String,
    scope: String,
    /// The expert's message and others that are as good; none where only values were logged.
    messages: Vec<String>,
    /// For each value the keys that are as good.
    keys: Vec<Vec<String>>,
    is_flagged: bool,
    is_safe: bool,
}

impl Case {
    fn read(line: &str) -> Case {
        let json: Json = serde_json::from_str(line).expect("a JSON object a line");
        let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
        let texts =
            |json: &Json| json.as_array().into_iter().flatten().map(text).collect::<Vec<_>>();
        let mut messages: Vec<String> =
            json["message"].as_str().map(str::to_owned).into_iter().collect();
        messages.extend(texts(&json["also_messages"]));
        let pairs = json["pairs"].as_array().cloned().unwrap_or_default();
        let keys = pairs.iter().map(|pair| {
            let mut keys = vec![text(&pair["key"])];
            keys.extend(texts(&pair["also_keys"]));
            keys
        });
        Case {
            id: text(&json["id"]),
            repository: text(&json["repo"]),
            before: text(&json["before"]),
            family: text(&json["family"]),
            scope: text(&json["scope"]),
            messages,
            keys: keys.collect(),
            is_flagged: json["safety"] == "flag",
            is_safe: json["safety"] == "safe",
        }
    }

    /// What the fix makes of the call.
    fn rewrite(&self) -> Option<Rewrite> {
        let (of, function) = self.scope.rsplit_once("::").unwrap_or(("", &self.scope));
        let function = if function.is_empty() { "f" } else { function };
        let mut source = format!("fn {function}() {{\n{};\n}}\n", self.before);
        if of.starts_with(char::is_uppercase) {
            source = format!("impl {of} {{\n{source}}}\n");
        }
        source.insert_str(0, &format!("use {}::*;\n", self.family));
        let scanned = scan::source(&source, &CrateFacts::default());
        let call = scanned.calls.first()?;
        let style = RewriteStyle {
            dialect: &klog::DIALECT,
            case: KeyCase::LowerCamelCase,
            error: Default::default(),
            messages: Default::default(),
        };
        rewrite::rewrite(call, &source, style).ok().map(|outcome| outcome.rewrite)
    }
}

/// Messages are compared without case, final punctuation and double spaces.
fn plain(message: &str) -> String {
    let words: Vec<&str> = message.split_whitespace().collect();
    words.join(" ").to_lowercase().trim_end_matches(['.', '!', ':', ',']).to_owned()
}

fn plain_key(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// Words by which two messages differ: inserted, left out or replaced.
fn distance(left: &str, right: &str) -> usize {
    let (left, right) = (plain(left), plain(right));
    let left: Vec<&str> = left.split(' ').collect();
    let right: Vec<&str> = right.split(' ').collect();
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

fn keys_of(rewrite: &Rewrite) -> Vec<String> {
    let err = rewrite.err.iter().map(|_| "err".to_owned());
    err.chain(rewrite.pairs.iter().map(|pair| pair.key.clone())).collect()
}

/// Number of keys that are not among the expert's.
fn wrong_keys(rewrite: &Rewrite, case: &Case) -> usize {
    let mut left: Vec<Vec<String>> =
        case.keys.iter().map(|keys| keys.iter().map(|key| plain_key(key)).collect()).collect();
    let mut wrong = 0;
    for key in keys_of(rewrite) {
        let key = plain_key(&key);
        match left.iter().position(|keys| keys.contains(&key)) {
            Some(place) => drop(left.remove(place)),
            None => wrong += 1,
        }
    }
    wrong.max(left.len())
}

#[derive(Default)]
struct Score {
    all: usize,
    right: usize,
    one_value: usize,
    one_value_right: usize,
    near: usize,
    fixed: usize,
    safe: usize,
    safe_right: usize,
    safe_by_expert: usize,
    flagged_safe: Vec<String>,
}

impl Score {
    fn add(&mut self, case: &Case) -> bool {
        let rewrite = case.rewrite();
        self.all += 1;
        self.safe_by_expert += usize::from(case.is_safe);
        let message_is_right = |rewrite: &Rewrite| {
            case.messages.iter().any(|message| plain(message) == plain(&rewrite.message))
        };
        let is_right = match &rewrite {
            Some(rewrite) => message_is_right(rewrite) && wrong_keys(rewrite, case) == 0,
            // No message where the expert has none.
            None => case.messages.is_empty(),
        };
        self.right += usize::from(is_right);
        if case.keys.len() == 1 {
            self.one_value += 1;
            self.one_value_right += usize::from(is_right);
        }
        let is_near = is_right
            || rewrite.as_ref().is_some_and(|rewrite| {
                wrong_keys(rewrite, case) <= 1
                    && case.messages.iter().any(|message| distance(message, &rewrite.message) <= 1)
            });
        self.near += usize::from(is_near);
        if let Some(rewrite) = &rewrite {
            self.fixed += 1;
            if rewrite.safety() == Applicability::Safe {
                self.safe += 1;
                self.safe_right += usize::from(is_right);
                if case.is_flagged {
                    self.flagged_safe.push(case.id.clone());
                }
            }
        }
        if !is_right {
            println!(
                "{} {}",
                case.id,
                case.before.split_whitespace().collect::<Vec<_>>().join(" ")
            );
            println!("     expert: {:?} {:?}", case.messages, case.keys);
            match &rewrite {
                Some(rewrite) => println!(
                    "     ours:   {:?} {:?} {}{:?}",
                    rewrite.message,
                    keys_of(rewrite),
                    if is_near { "near " } else { "" },
                    rewrite.reasons,
                ),
                None => println!("     ours:   none"),
            }
        }
        is_right
    }

    fn check(&self, what: &str, part: usize, of: usize, at_least: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "a share of some hundred")]
        let share = if of == 0 { 100.0 } else { part as f64 * 100.0 / of as f64 };
        println!("{share:5.1} % (at least {at_least} %) {part}/{of} {what}");
        share >= at_least
    }
}

#[test]
fn the_fix_says_what_an_expert_says() {
    let path = std::env::var("KLOG_REWRITES").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rewrites.jsonl").to_owned()
    });
    let text = std::fs::read_to_string(&path).expect("the file of cases");
    let mut score = Score::default();
    let mut by_repository: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case = Case::read(line);
        let is_right = score.add(&case);
        let of_repository = by_repository.entry(case.repository).or_default();
        of_repository.0 += usize::from(is_right);
        of_repository.1 += 1;
    }
    for (repository, (right, all)) in by_repository {
        println!("{right:3}/{all:<3} {repository}");
    }
    println!(
        "{} of {} are called safe; the expert calls {} safe",
        score.safe, score.all, score.safe_by_expert
    );
    let checks = [
        score.check("have the expert's message and keys", score.right, score.all, 75.0),
        score.check("of those with one value", score.one_value_right, score.one_value, 85.0),
        score.check("are within one word and one key", score.near, score.all, 90.0),
        score.check("have a fix", score.fixed, score.all, 95.0),
        score.check("of those called safe are the expert's", score.safe_right, score.safe, 90.0),
    ];
    assert!(checks.iter().all(|holds| *holds), "a share is too small, see above");
    assert_eq!(score.flagged_safe, [""; 0], "the expert would not touch these");
}
