//! Files of all forms: which queries are in them, where, and what is said of what cannot be read.

use migrate_lint::internal::queries::input::{Ask, read};

/// A file's queries with their lines, the text of their first place, and its problems.
fn shown(path: &str, text: &str) -> String {
    let file = read(path, text.to_owned());
    let mut out = String::new();
    for query in &file.queries {
        let line = file.source.position(query.span.start).line;
        out += &format!("{}: {}", line, query.name);
        match &query.ask {
            Ask::LogQl(logql) => {
                for pipeline in &logql.pipelines {
                    // What a finding points at is found in the file.
                    for stage in &pipeline.stages {
                        let place = query.place(&stage.span);
                        let line = file.source.position(place.start).line;
                        out += &format!("\n    {line}: {:?}", &file.source.text[place]);
                    }
                }
                for unknown in &logql.unknown {
                    let place = query.place(&unknown.span);
                    out += &format!("\n    ? {}: {:?}", unknown.what, &file.source.text[place]);
                }
            }
            Ask::Entry(wanted) => out += &format!("\n    {wanted:?}"),
        }
        out += "\n";
    }
    for problem in &file.problems {
        let line = file.source.position(problem.at).line;
        out += &format!("{line}: problem: {}\n", problem.message);
    }
    if file.n_foreign > 0 {
        out += &format!("{} foreign\n", file.n_foreign);
    }
    out
}

#[test]
fn every_form_is_read() {
    let mut all = String::new();
    for (path, text) in FILES {
        all += &format!("== {path}\n{}", shown(path, text));
    }
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("queries_inputs", all);
    });
}

/// Line ends of Windows and a byte order mark change no line, and no text of a query.
#[test]
fn line_ends_do_not_matter() {
    for (path, text) in FILES {
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let strip = |shown: String| shown.replace("\\r", "");
        assert_eq!(strip(shown(path, &windows)), shown(path, text), "{path}");
    }
}

#[test]
fn large_files_are_read() {
    let target = r#"{"expr":"{app=\"x\"} |= \"Größe\"","refId":"A"}"#;
    let words = "ü".repeat(5000);
    let panel = format!(
        "{{\"title\":\"{words}\",\"datasource\":{{\"type\":\"loki\"}},\"targets\":[{target}]}}"
    );
    let text = format!("{{\"panels\":[{}]}}", vec![panel.as_str(); 1000].join(",\n"));
    assert!(text.len() > 10_000_000);
    let file = read("dashboard.json", text);
    assert_eq!((file.queries.len(), file.problems.len()), (1000, 0));
    let deep = format!("a: {}", "[".repeat(100_000));
    assert_eq!(read("a.yaml", deep).problems.len(), 1);
    assert_eq!(read("a.json", "[".repeat(100_000)).problems.len(), 1);
    // Aliases of aliases of aliases.
    let mut bomb = "a0: &a0 [{expr: '{app=\"x\"}'}]\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        bomb += &format!("a{level}: &a{level} [*a{below}, *a{below}, *a{below}]\n");
    }
    assert_eq!(read("bomb.yaml", bomb).queries.len(), 1);
}

const FILES: &[(&str, &str)] = &[
    (
        "ruler.yaml",
        r#"# Loki's ruler
groups:
  - name: pods
    interval: 1m  # a key that nobody knows
    rules:
      - alert: PodSyncFailing
        expr: |
          sum by (pod_name) (
            count_over_time({app="controller"} | json
              | msg="Could not update pod status" [5m])
          ) > 3
        for: 5m
        annotations:
          summary: "{{ $labels.pod_name }} fails"
      - record: errors
        expr: 'count_over_time({app="it''s"} |= "E\d" [1m])'
      - alert: Folded
        expr: >-
          count_over_time({app="controller"}
            |= "one"
            |= "two" [5m])
      - alert: Quoted
        expr: "rate({app=\"a\"} |= \"Gr\u00f6\u00dfe\" | json \
          | x=\"y\" [5m])"
"#,
    ),
    (
        "operator.yaml",
        r#"apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
spec:
  groups:
  - rules:
    - alert: Down
      expr: up == 0
---
apiVersion: loki.grafana.com/v1
kind: AlertingRule
spec:
  tenantID: application
  groups:
  - name: a
    rules:
    - &base
      alert: Anchored
      expr: '{app="x"} |= "a"'
    - <<: *base
      alert: Again
    - alert: Other
      expr: &e '{app="x"} |= "b"'
    - alert: Alias
      expr: *e
"#,
    ),
    (
        "configmap.yaml",
        r#"apiVersion: v1
kind: ConfigMap
data:
  rules.yaml: |
    groups:
    - rules:
      - alert: Inside
        expr: '{app="x"} |= "a"'
  board.json: '{"panels":[{"title":"P","targets":[{"datasource":{"type":"loki"},"expr":"{app=\"x\"} |= \"b\""}]}]}'
"#,
    ),
    (
        "dashboard.json",
        r#"{
  "title": "Controller",
  "panels": [
    { "title": "Errors", "datasource": { "type": "loki", "uid": "${ds}" },
      "targets": [ { "expr": "{app=\"$app\"} |= \"Could not\"\n  | json | pod_name=\"$pod\"", "refId": "A" },
                   { "expr": "", "refId": "B" } ] },
    { "title": "CPU", "datasource": { "type": "prometheus" }, "targets": [ { "expr": "rate(cpu[5m])" } ] },
    { "title": "Old", "datasource": "Loki", "targets": [ { "expr": "{app=\"y\"} |~ \"[[q]]\" \u0021= \"\ud83e\udd80\" | x" } ] },
    { "title": "Unknown", "targets": [ { "expr": "rate(cpu[5m])" }, { "expr": "{app=\"z\"} !~ \"a\"" } ] }
  ]
}
"#,
    ),
    (
        "export.yaml",
        r#"apiVersion: 1
groups:
  - orgId: 1
    name: eval
    rules:
      - uid: abc
        title: Pod fails
        data:
          - refId: A
            datasourceUid: loki
            model:
              editorMode: code
              expr: sum(count_over_time({app="x"} |= `No quorum` [$__interval]))
          - refId: B
            datasourceUid: __expr__
            model: { type: threshold, expression: A, expr: "A > 3" }
"#,
    ),
    ("plain.logql", "# errors\n{app=\"x\"} |= \"a\"\n\n  {app=\"y\"} | json | nonsense!\n"),
    (
        "klog.toml",
        r#"[levels]
all = "deny"

[[query]]
name = "Synced"
msg = "Pod status updated"
keys = ["pod", "status=ready"]

[[query]]
name = "Table"
keys = { attempt = 3, pod = "*" }

[[query]]
msg = "No name"

[[query]]
name = "Odd"
message = "x"
"#,
    ),
    (
        "broken.yaml",
        "groups:\n  - rules:\n    - alert: First\n      expr: '{app=\"x\"} |= \"a\"'\n    - alert: {{ .Values.name }}\n      expr: '{app=\"y\"}'\n",
    ),
    (
        "broken.json",
        "{\n \"panels\": [\n  { \"title\": \"First\", \"expr\": \"{app=\\\"x\\\"} |= \\\"a\\\"\" },\n  { \"title\": oops }\n ]\n}\n",
    ),
    ("empty.yaml", ""),
    ("empty.json", ""),
    ("list.yaml", "- 1\n- [2, {a: b}]\n"),
];
