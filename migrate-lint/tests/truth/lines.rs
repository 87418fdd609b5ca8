//! Statements, and lines as the encoders write them; `recipes/corpus` has real ones of the same form.

use migrate_lint::internal::catalog::{Key, Kind, Statement};
use serde_json::{Map, Value, json};

/// A generator that gives the same each time.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    pub(crate) fn one<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

const WORDS: &[&str] = &[
    "pod",
    "node",
    "sync",
    "update",
    "status",
    "failed",
    "could",
    "not",
    "list",
    "watch",
    "cache",
    "expired",
    "retry",
    "queue",
    "worker",
    "lease",
    "volume",
    "mount",
    "image",
    "container",
    "config",
    "secret",
    "probe",
    "ready",
    "gone",
];

const KEYS: &[(&str, Kind)] = &[
    ("pod", Kind::Object),
    ("replicaSet", Kind::Object),
    ("attempt", Kind::Number),
    ("count", Kind::Number),
    ("status", Kind::String),
    ("reason", Kind::String),
    ("elapsed", Kind::String),
    ("isLeader", Kind::Bool),
    ("phase", Kind::Unknown),
];

pub(crate) fn statements(n: usize, random: &mut Random) -> Vec<Statement> {
    (0..n)
        .map(|index| {
            let n_words = 2 + random.below(4);
            let mut message: Vec<&str> = (0..n_words).map(|_| random.one(WORDS)).collect();
            // One in ten has a value in it, one in twenty a quote.
            if index % 10 == 3 {
                message.insert(1, "{}");
            }
            let mut message = message.join(" ");
            message[..1].make_ascii_uppercase();
            if index % 20 == 7 {
                message += " \"soon\"";
            }
            let severity = random.one(&["info", "info", "info", "warning", "error", "fatal"]);
            let mut keys: Vec<Key> = KEYS
                .iter()
                .filter(|_| random.below(3) == 0)
                .map(|(name, kind)| Key { name: (*name).to_owned(), kind: *kind })
                .collect();
            if matches!(severity, "error" | "fatal") {
                keys.insert(0, Key { name: "err".to_owned(), kind: Kind::String });
            }
            Statement {
                id: index.to_string(),
                crate_name: "c".to_owned(),
                module: String::new(),
                function: String::new(),
                file: format!("src/file{}.rs", random.below(9)),
                line: 1 + random.below(900),
                severity: severity.to_owned(),
                v: (severity == "info").then(|| [0, 0, 2, 4][random.below(4)]),
                message,
                keys,
                logger: None,
                dialect: "klog".to_owned(),
            }
        })
        .collect()
}

/// Text of any kind, or what a query looks for.
fn words(pool: &[String], random: &mut Random) -> String {
    if !pool.is_empty() && random.below(3) == 0 {
        return pool[random.below(pool.len())].clone();
    }
    let odd = [
        "a b",
        "x=\"1\"",
        "C:\\dir",
        "] } >",
        "ß",
        "",
        "1m30.5s",
        "connection reset by peer",
        "E0304",
    ];
    random.one(&odd).to_owned()
}

fn value(kind: Kind, pool: &[String], random: &mut Random) -> Value {
    let number = |random: &mut Random| {
        let n = random.below(1000);
        if random.below(4) == 0 { json!(n as f64 / 8.0) } else { json!(n) }
    };
    match kind {
        Kind::Number => number(random),
        Kind::Bool => json!(random.below(2) == 0),
        Kind::Object => {
            json!({ "name": words(pool, random), "namespace": random.one(&["default", "kube-system"]) })
        }
        Kind::Unknown if random.below(2) == 0 => number(random),
        _ => json!(words(pool, random)),
    }
}

pub(crate) fn json(
    statement: &Statement,
    message: &str,
    pool: &[String],
    random: &mut Random,
) -> String {
    let mut line = Map::new();
    line.insert("ts".to_owned(), json!(1_772_600_767_089_usize + random.below(100_000)));
    line.insert("caller".to_owned(), json!(format!("{}:{}", statement.file, statement.line)));
    line.insert("msg".to_owned(), json!(message));
    if let Some(v) = statement.v {
        line.insert("v".to_owned(), json!(v));
    }
    match statement.severity.as_str() {
        "warning" => {
            line.insert("v".to_owned(), json!(0));
            line.insert("severity".to_owned(), json!("warning"));
        }
        "fatal" => {
            line.insert("severity".to_owned(), json!("fatal"));
        }
        _ => {}
    }
    let (errors, others): (Vec<&Key>, Vec<&Key>) =
        statement.keys.iter().partition(|key| key.name == "err");
    for key in others.into_iter().chain(errors) {
        line.insert(key.name.clone(), value(key.kind, pool, random));
    }
    Value::Object(line).to_string()
}

pub(crate) fn text(
    statement: &Statement,
    message: &str,
    pool: &[String],
    random: &mut Random,
) -> String {
    let letter = statement.severity[..1].to_uppercase();
    let file = statement.file.rsplit('/').next().unwrap_or_default();
    let mut line = format!(
        "{letter}0304 05:06:07.{:06} {:7} {file}:{}] {}",
        random.below(1_000_000),
        random.below(100_000),
        statement.line,
        Value::from(message)
    );
    for key in &statement.keys {
        let value = match value(key.kind, pool, random) {
            Value::Object(object) => {
                let part = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
                Value::from(format!("{}/{}", part("namespace"), part("name")))
            }
            other => other,
        };
        line += &format!(" {}={value}", key.name);
    }
    line
}
