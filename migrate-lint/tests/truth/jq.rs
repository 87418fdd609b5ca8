//! A pipeline as a program of jq, which prints the statement's number of each line that passes.

use std::process::Command;

use migrate_lint::internal::queries::logql::{
    Compare, CompareOp, Condition, LineOp, Needle, Pipeline, StageKind, Text, Value,
};

/// Objects taken apart as Loki does: no lists, no `null`.
const FLAT: &str = r#"def flat: [paths(type != "object" and type != "array") as $p
    | select(all($p[]; type == "string")) | {key: ($p | join("_")), value: (getpath($p) | select(. != null) | tostring)}] | from_entries;
def number($x): $x | try tonumber catch nan;"#;

/// Statements with a line that passes, by query.
pub(crate) fn ask(pipelines: &[&Pipeline], lines: &[(usize, String)]) -> Vec<Vec<usize>> {
    let text: String = lines.iter().map(|(id, line)| format!("{id}\t{line}\n")).collect();
    let found = |pipeline: &&Pipeline| {
        let output = super::run(Command::new("jq").args(["-Rr", &program(pipeline)]), &text);
        output.lines().filter_map(|line| line.parse().ok()).collect()
    };
    pipelines.iter().map(found).collect()
}

fn program(pipeline: &Pipeline) -> String {
    let mut conditions = Vec::new();
    let mut has_json = false;
    for stage in &pipeline.stages {
        match &stage.kind {
            StageKind::Line(op, needles) => conditions.push(line(*op, needles)),
            StageKind::Json(_) => has_json = true,
            StageKind::Label(condition) => conditions.push(label(condition)),
            other => panic!("{other:?} is not translated"),
        }
    }
    let fields = if has_json { "(($line | fromjson? // {}) | flat)" } else { "{}" };
    format!(
        "{FLAT} (index(\"\\t\")) as $at | .[:$at] as $id | .[$at+1:] as $line | {fields} as $f | select({}) | $id",
        conditions.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(" and ")
    )
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn known(text: &Text) -> String {
    text.known().expect("no variables")
}

fn line(op: LineOp, needles: &[Needle]) -> String {
    let one = |needle: &Needle| {
        let Needle::Text(text) = needle else { panic!("ip is not translated") };
        let text = known(text);
        match op {
            LineOp::Contains | LineOp::Lacks => format!("$line | contains({})", string(&text)),
            LineOp::Matches | LineOp::Differs => format!("$line | test({})", string(&text)),
            LineOp::Fits | LineOp::FitsNot => {
                let parts = text.split("<_>").map(super::escaped).collect::<Vec<_>>().join(".*");
                format!("$line | test({})", string(&format!("^{parts}$")))
            }
        }
    };
    let all: Vec<String> = needles.iter().map(|needle| format!("({})", one(needle))).collect();
    let any = all.join(" or ");
    if op.is_negative() { format!("({any}) | not") } else { any }
}

fn label(condition: &Condition) -> String {
    let join = |parts: &[Condition], word: &str| {
        parts.iter().map(|part| format!("({})", label(part))).collect::<Vec<_>>().join(word)
    };
    match condition {
        Condition::All(parts) => join(parts, " and "),
        Condition::Any(parts) => join(parts, " or "),
        Condition::Compare(compare) => compared(compare),
        Condition::Unknown => panic!("an unknown condition is not translated"),
    }
}

fn compared(compare: &Compare) -> String {
    let field = format!("($f[{}] // \"\")", string(&compare.label.name));
    match (&compare.value, compare.op) {
        (Value::Text(text), CompareOp::Is) => format!("{field} == {}", string(&known(text))),
        (Value::Text(text), CompareOp::IsNot) => format!("{field} != {}", string(&known(text))),
        (Value::Text(text), CompareOp::Matches) => {
            format!("{field} | test({})", string(&format!("^(?:{})$", known(text))))
        }
        (Value::Number(number), CompareOp::Order) => format!("number({field}) > {number}"),
        (value, op) => panic!("{op:?} {value:?} is not translated"),
    }
}
