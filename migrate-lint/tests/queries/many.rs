//! Many statements and queries of all kinds, the same in each run; the benchmark has them too.

use migrate_lint::internal::catalog::{Catalog, Key, Kind, Statement};

const VERBS: &[&str] = &["Started", "Could not sync", "Waiting for", "Deleted", "Retry of", "Lost"];
const NOUNS: &[&str] = &["pod", "node", "volume", "lease", "queue", "image", "secret"];
const KEYS: &[(&str, Kind)] = &[
    ("pod", Kind::Object),
    ("attempt", Kind::Number),
    ("reason", Kind::String),
    ("isLeader", Kind::Bool),
    ("elapsed", Kind::String),
    ("phase", Kind::Unknown),
];

fn message(index: usize) -> String {
    let (verb, noun) = (VERBS[index % VERBS.len()], NOUNS[index % NOUNS.len()]);
    match index % 9 {
        4 => format!("{verb} {noun} {{}} of part {index}"),
        _ => format!("{verb} {noun} of part {index}"),
    }
}

pub(crate) fn catalog(n_statements: usize) -> Catalog {
    let statement = |index: usize| {
        let severity = ["info", "info", "warning", "error"][index % 4];
        let keys = KEYS.iter().enumerate().filter(|(at, _)| (index >> at) & 1 == 0);
        Statement {
            id: format!("{index:016x}"),
            crate_name: "controller".to_owned(),
            module: format!("part{}", index % 50),
            function: "run".to_owned(),
            file: format!("src/part{}.rs", index % 50),
            line: index + 1,
            severity: severity.to_owned(),
            v: (severity == "info").then_some(index as u32 % 5),
            message: message(index),
            keys: keys
                .map(|(_, (name, kind))| Key { name: (*name).to_owned(), kind: *kind })
                .collect(),
            logger: None,
            dialect: ["klog", "tracing"][index % 2].to_owned(),
        }
    };
    Catalog { statements: (0..n_statements).map(statement).collect() }
}

/// A plain file of queries about statements of which there are `n_statements`.
pub(crate) fn queries(n_queries: usize, n_statements: usize) -> String {
    let query = |index: usize| {
        let number = index * 7919 % n_statements;
        let text = message(number).replace("{}", "web");
        let noun = NOUNS[index % NOUNS.len()];
        let stages = match index % 12 {
            0 => format!("| json | msg=`{text}`"),
            1 => format!("|= `{text}`"),
            2 => format!("|= `part {number}` != `queue`"),
            3 => format!("|~ `(?i)could.*{noun}`"),
            4 => format!("|~ `^E.*part {number}\\b` | json | reason=~`time.*`"),
            5 => format!("| json | msg=~`.*part {number}` | attempt > 3"),
            6 => format!("| json | pod_name=`web-{index}` | severity=`warning`"),
            7 => format!("|= `{text}` | json | unwrap attempt"),
            8 => format!("|> `<_>] \"<_> {noun} of part <_>`"),
            9 => format!("|= `nobody logs {index}` or `{text}`"),
            10 => format!("| json | nokey{index}=`1` or reason=`gone`"),
            _ => format!(
                "|~ `(lost|deleted) {noun} [0-9]+` | logfmt | line_format `{{{{.reason}}}}`"
            ),
        };
        format!("{{app=\"controller\"}} {stages}\n")
    };
    (0..n_queries).map(query).collect()
}
