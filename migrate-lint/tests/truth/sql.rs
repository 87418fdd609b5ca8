//! Pipelines as conditions of SQL: DuckDB has Go's expressions (RE2) and its own JSON, lnav has PCRE and SQLite's JSON.

use std::fmt::Write as _;
use std::process::Command;

use migrate_lint::internal::queries::logql::{
    Compare, CompareOp, Condition, LineOp, Needle, Pipeline, StageKind, Text, Value,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    DuckDb,
    Lnav,
}

/// Statements with a line that passes, by query.
pub(crate) fn ask(
    dialect: Dialect,
    pipelines: &[&Pipeline],
    lines: &[(usize, String)],
) -> Vec<Vec<usize>> {
    let mut rows = String::new();
    for (id, line) in lines {
        let comma = if rows.is_empty() { "" } else { "," };
        let _ = write!(rows, "{comma}({id},{})", string(line));
    }
    let selects: Vec<String> = pipelines
        .iter()
        .enumerate()
        .map(|(query, pipeline)| {
            format!("SELECT {query} AS q, id FROM lines WHERE {}", condition(dialect, pipeline))
        })
        .collect();
    let select = selects.join(" UNION ");
    let output = match dialect {
        Dialect::DuckDb => {
            let script = format!(
                "CREATE TABLE lines (id INTEGER, line VARCHAR);\nINSERT INTO lines VALUES {rows};\n{select};\n"
            );
            super::run(Command::new("duckdb").args(["-csv"]), &script)
        }
        Dialect::Lnav => {
            let script = format!(
                ";CREATE TABLE lines (id INTEGER, line TEXT)\n;INSERT INTO lines VALUES {rows}\n;{select}\n:write-csv-to -\n"
            );
            let path = std::env::temp_dir().join(format!("truth-{}.lnav", std::process::id()));
            std::fs::write(&path, script).expect("a file of our own");
            let output = super::run(Command::new("lnav").args(["-n", "-f"]).arg(&path), "");
            std::fs::remove_file(&path).expect("a file of our own");
            output
        }
    };
    assert!(output.starts_with("q,id"), "{output}");
    let mut found = vec![Vec::new(); pipelines.len()];
    for (query, id) in output.lines().skip(1).filter_map(|line| line.split_once(',')) {
        let number = |text: &str| text.parse::<usize>().expect("a number");
        found[number(query)].push(number(id));
    }
    found
}

fn condition(dialect: Dialect, pipeline: &Pipeline) -> String {
    let mut conditions = Vec::new();
    for stage in &pipeline.stages {
        match &stage.kind {
            StageKind::Line(op, needles) => conditions.push(line(dialect, *op, needles)),
            StageKind::Json(_) => {}
            StageKind::Label(one) => conditions.push(label(dialect, one)),
            other => panic!("{other:?} is not translated"),
        }
    }
    conditions.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(" AND ")
}

fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn known(text: &Text) -> String {
    text.known().expect("no variables")
}

fn contains(dialect: Dialect, text: &str) -> String {
    match dialect {
        Dialect::DuckDb => format!("contains(line, {})", string(text)),
        Dialect::Lnav => format!("instr(line, {}) > 0", string(text)),
    }
}

fn matches(dialect: Dialect, value: &str, expression: &str) -> String {
    match dialect {
        Dialect::DuckDb => format!("regexp_matches({value}, {})", string(expression)),
        Dialect::Lnav => format!("regexp({}, {value})", string(expression)),
    }
}

fn line(dialect: Dialect, op: LineOp, needles: &[Needle]) -> String {
    let one = |needle: &Needle| {
        let Needle::Text(text) = needle else { panic!("ip is not translated") };
        let text = known(text);
        match op {
            LineOp::Contains | LineOp::Lacks => contains(dialect, &text),
            LineOp::Matches | LineOp::Differs => matches(dialect, "line", &text),
            LineOp::Fits | LineOp::FitsNot => {
                let parts = text.split("<_>").map(super::escaped).collect::<Vec<_>>().join(".*");
                matches(dialect, "line", &format!("^{parts}$"))
            }
        }
    };
    let all: Vec<String> = needles.iter().map(|needle| format!("({})", one(needle))).collect();
    let any = all.join(" OR ");
    if op.is_negative() { format!("NOT ({any})") } else { any }
}

fn label(dialect: Dialect, condition: &Condition) -> String {
    let join = |parts: &[Condition], word: &str| {
        parts
            .iter()
            .map(|part| format!("({})", label(dialect, part)))
            .collect::<Vec<_>>()
            .join(word)
    };
    match condition {
        Condition::All(parts) => join(parts, " AND "),
        Condition::Any(parts) => join(parts, " OR "),
        Condition::Compare(compare) => compared(dialect, compare),
        Condition::Unknown => panic!("an unknown condition is not translated"),
    }
}

/// A label as Loki's `json` makes it: what is inside of an object has a name of both names.
fn field(dialect: Dialect, name: &str) -> String {
    let whole = format!("$.\"{name}\"");
    let inside = name
        .match_indices('_')
        .map(|(at, _)| format!("$.\"{}\".\"{}\"", &name[..at], &name[at + 1..]));
    let at = |path: String| match dialect {
        Dialect::DuckDb => format!(
            "CASE WHEN json_valid(line) AND json_type(line, '{path}') NOT IN ('OBJECT', 'ARRAY', 'NULL') \
             THEN json_extract_string(line, '{path}') END"
        ),
        Dialect::Lnav => format!(
            "CASE WHEN NOT json_valid(line) THEN NULL \
             WHEN json_type(line, '{path}') IN ('true', 'false') THEN json_type(line, '{path}') \
             WHEN json_type(line, '{path}') NOT IN ('object', 'array', 'null') \
             THEN CAST(json_extract(line, '{path}') AS TEXT) END"
        ),
    };
    let all: Vec<String> = std::iter::once(whole).chain(inside).map(at).collect();
    format!("coalesce({}, '')", all.join(", "))
}

fn compared(dialect: Dialect, compare: &Compare) -> String {
    let field = field(dialect, &compare.label.name);
    match (&compare.value, compare.op) {
        (Value::Text(text), CompareOp::Is) => format!("{field} = {}", string(&known(text))),
        (Value::Text(text), CompareOp::IsNot) => format!("{field} <> {}", string(&known(text))),
        (Value::Text(text), CompareOp::Matches) => {
            matches(dialect, &field, &format!("^(?:{})$", known(text)))
        }
        (Value::Number(number), CompareOp::Order) => match dialect {
            Dialect::DuckDb => format!("TRY_CAST({field} AS DOUBLE) > {number}"),
            Dialect::Lnav => {
                let is_number = matches(dialect, &field, "^[0-9.]+$");
                format!("{is_number} AND CAST({field} AS REAL) > {number}")
            }
        },
        (value, op) => panic!("{op:?} {value:?} is not translated"),
    }
}
