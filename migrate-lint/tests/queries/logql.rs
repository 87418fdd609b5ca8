//! What the reader makes of a query: the stages that it knows, and the places that it leaves alone.

use migrate_lint::internal::queries::logql::{
    CompareOp, Condition, LineOp, Needle, Part, Query, Source, StageKind, Text, Value, parse,
};

/// A query's pipelines, groupings and unknown places in one line.
fn shown(query: &Query, text: &str) -> String {
    let mut all = Vec::new();
    for pipeline in &query.pipelines {
        all.push(format!("{{{}}}", pipeline.selector.join(",")));
        all.extend(pipeline.stages.iter().map(|stage| stage_shown(&stage.kind)));
    }
    for grouping in &query.groupings {
        let labels: Vec<&str> = grouping.labels.iter().map(|label| label.name.as_str()).collect();
        all.push(format!("by({}) of {:?}", labels.join(","), grouping.pipelines));
    }
    if query.is_promql {
        all.push("PromQL".to_owned());
    }
    for unknown in &query.unknown {
        all.push(format!("<{}: {}>", unknown.what, &text[unknown.span.clone()]));
    }
    all.join(" ")
}

fn stage_shown(stage: &StageKind) -> String {
    match stage {
        StageKind::Line(op, needles) => {
            let sign = match op {
                LineOp::Contains => "|=",
                LineOp::Lacks => "!=",
                LineOp::Matches => "|~",
                LineOp::Differs => "!~",
                LineOp::Fits => "|>",
                LineOp::FitsNot => "!>",
            };
            let needles: Vec<String> = needles
                .iter()
                .map(|needle| match needle {
                    Needle::Text(text) => text_shown(text),
                    Needle::Ip(_) => "ip".to_owned(),
                })
                .collect();
            format!("{sign} {}", needles.join(" or "))
        }
        StageKind::Json(only) | StageKind::Logfmt(only) => {
            let name = if matches!(stage, StageKind::Json(_)) { "json" } else { "logfmt" };
            let only = only
                .iter()
                .map(|one| format!(" {}={}", one.label.name, one.path.as_deref().unwrap_or("?")));
            format!("{name}{}", only.collect::<String>())
        }
        StageKind::Pattern(text) => format!("pattern {}", text_shown(text)),
        StageKind::Regexp(text) => format!("regexp {}", text_shown(text)),
        StageKind::LineFormat(text) => format!("line_format {}", text_shown(text)),
        StageKind::Unpack => "unpack".to_owned(),
        StageKind::Decolorize => "decolorize".to_owned(),
        StageKind::Unknown => "?".to_owned(),
        StageKind::Label(condition) => condition_shown(condition),
        StageKind::LabelFormat(all) => {
            let one = all.iter().map(|one| match &one.source {
                Source::Label(name) => format!("{}<-{}", one.label.name, name.name),
                Source::Template(text) => format!("{}<-{}", one.label.name, text_shown(text)),
            });
            one.collect::<Vec<_>>().join(",")
        }
        StageKind::Unwrap(conversion, name) => format!("unwrap {conversion:?} {}", name.name),
        StageKind::Drop(names) => format!("drop {}", names.len()),
        StageKind::Keep(names) => format!("keep {}", names.len()),
    }
}

fn condition_shown(condition: &Condition) -> String {
    let all = |parts: &[Condition], word: &str| {
        let parts: Vec<String> = parts.iter().map(condition_shown).collect();
        format!("({})", parts.join(word))
    };
    match condition {
        Condition::Unknown => "?".to_owned(),
        Condition::All(parts) => all(parts, " and "),
        Condition::Any(parts) => all(parts, " or "),
        Condition::Compare(compare) => {
            let sign = match compare.op {
                CompareOp::Is => "=",
                CompareOp::IsNot => "!=",
                CompareOp::Matches => "=~",
                CompareOp::Differs => "!~",
                CompareOp::Order => "<>",
            };
            let value = match &compare.value {
                Value::Text(text) => text_shown(text),
                Value::Number(number) => number.to_string(),
                Value::Duration => "duration".to_owned(),
                Value::Bytes => "bytes".to_owned(),
                Value::Ip => "ip".to_owned(),
                Value::Any => "*".to_owned(),
            };
            format!("{}{sign}{value}", compare.label.name)
        }
    }
}

fn text_shown(text: &Text) -> String {
    let parts = text.parts.iter().map(|part| match part {
        Part::Text(text) => text.as_str(),
        Part::Any => "⟨⟩",
    });
    format!("'{}'", parts.collect::<String>())
}

#[test]
fn queries_are_read() {
    let check = |text: &str, expected: &str| {
        assert_eq!(shown(&parse(text, true), text), expected, "{text}");
    };
    check(r#"{app="x"}"#, "{app}");
    check(
        r#"{app="x", pod=~"a|b",} |= "Pod \"web\"" or `b` != "c""#,
        r#"{app,pod} |= 'Pod "web"' or 'b' != 'c'"#,
    );
    check(
        r#"{a="x"} |~ `a+$` !~ "b" |> "<_> failed <_>" !> "x" |= ip("10.0.0.0/8")"#,
        "{a} |~ 'a+$' !~ 'b' |> '<_> failed <_>' !> 'x' |= ip",
    );
    check(
        r#"{a="x"} | json | logfmt --strict --keep-empty a, b="c" | json p="pod.name", q="x[0]""#,
        "{a} json logfmt a=a b=c json p=pod.name q=x[0]",
    );
    check(
        r#"{a="x"} | json | status="a" and (n > 3 or d >= 1m30s), s < 20KB x=~"y" | ip = ip("::1")"#,
        "{a} json (status='a' and (n<>3 or d<>duration) and s<>bytes and x=~'y') ip=ip",
    );
    check(
        r#"{a="x"} | line_format "{{.msg}}" | label_format a=b, c="{{.d}}" | drop x, y="z" | keep k"#,
        "{a} line_format '{{.msg}}' a<-b,c<-'{{.d}}' drop 1 keep 1",
    );
    check(
        r#"{a="x"} | pattern "<_> <m>" | regexp "(?P<n>.)" | unpack | decolorize"#,
        "{a} pattern '<_> <m>' regexp '(?P<n>.)' unpack decolorize",
    );
    check(
        r#"sum by (pod) (rate({a="x"} | json | unwrap duration_seconds(elapsed) | __error__="" [5m] offset 1h)) > 5"#,
        "{a} json unwrap Duration elapsed __error__='' by(pod) of 0..1",
    );
    check(
        r#"quantile_over_time(0.99, {a="x"} | json | unwrap n [$__interval]) by (q) / on (q) group_left () sum(count_over_time({b="y"}[1m])) by (r)"#,
        "{a} json unwrap Number n {b} by(q) of 0..1 by(r) of 1..2",
    );
    check(r#"label_replace(rate({a="x"}[1m]), "dst", "$1", "src", "(.*)") or vector(0)"#, "{a}");
    check("# a comment\n{a=\"x\"} # another\n  |= \"y\"", "{a} |= 'y'");
    // Variables of dashboards are anything.
    check(
        r#"{app="$app", $filter} |= "$query" |~ "a[[b]]c${d:regex}e$" | json | x > $n | $y="z""#,
        "{app,} |= '⟨⟩' |~ 'a⟨⟩c⟨⟩e$' json x<>* ='z'",
    );
    check(
        r#"sum by ($by) (rate({app="x"}[$__range])) $op"#,
        "{app} by() of 0..1 <the query should end here: $op>",
    );
}

#[test]
fn what_is_unknown_is_named_and_left_alone() {
    let check = |text: &str, expected: &str| {
        assert_eq!(shown(&parse(text, false), text), expected, "{text}");
    };
    check(
        r#"{a="x"} | magic "y" | json | b="c""#,
        r#"{a} ? json b='c' <the stage `magic` is unknown: | magic "y" >"#,
    );
    check(
        r#"{a="x"} | json | unwrap hex(y) [5m]"#,
        "{a} json ? <the conversion `hex` is unknown: | unwrap hex(y)>",
    );
    check(r#"magic(rate({a="x"}[5m]))"#, "{a} <the function `magic` is unknown: magic>");
    check(r#"{a="x"} |= "y"#, r#"{a} <a string is missing here: "y>"#);
    check(r#"rate({a="x"}[5m"#, "{a} <this range has no `]`: [5m>");
    check(r#"{a="x"} | json |"#, "{a} json <a stage is missing here: >");
    check(r#"{a="x" |= "y""#, r#"{a} <this is no part of a selector: |= "y">"#);
    check("", "<the query ends too early: >");
    check("(((", "<the query ends too early: >");
    check(
        "sum(rate(http_requests_total{code=\"500\"}[5m]))",
        "PromQL <a metric by its name: this is PromQL: http_requests_total{code=\"500\"}[5m]))>",
    );
    check("up == 0", "PromQL <a metric by its name: this is PromQL: up == 0>");
    check(
        "{__name__=~\"pg_.*\"} != ON(job) {__name__=\"up\"} OFFSET 5m",
        "{__name__} PromQL <a string is missing here: ON(job) {__name__=\"up\"} OFFSET 5m>",
    );
    let deep = "(".repeat(10_000);
    assert_eq!(parse(&deep, false).unknown[0].what, "too many brackets inside of each other");
    let deep = format!("{{a=\"x\"}} | {}b=\"c\"", "(".repeat(10_000));
    assert_eq!(parse(&deep, false).unknown.len(), 1);
}
