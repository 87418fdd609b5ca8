//! Values beside their counterparts in Go, and what klog's textlogger and component-base's JSON print for these.
//!
//! A row is a Go expression and a Rust one. What Go prints is recorded in `tests/data/go_values.jsonl`; where Go is,
//! `KLOG_GO=1 cargo test -p klog-rs --test suite go_values` runs `tests/go` for all rows and records it again. A row that
//! differs names the row of COMPATIBILITY.md that says why.

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use klog::{Format, Output, kref};

use crate::support::Memory;

struct Row {
    go: &'static str,
    text: String,
    json: String,
    /// The row of COMPATIBILITY.md, if they differ.
    deviation: Option<&'static str>,
}

/// Logs a value under the key `x` in both formats.
macro_rules! row {
    ($go:literal, $value:expr, $deviation:expr) => {{
        let line = |format| {
            let lines = Memory::default();
            let output = Output::new(format, lines.clone()).with_header(false);
            klog::info!(logger: output.logger(), "m", x = $value);
            lines.take()
        };
        let (text, json) = (line(Format::Text), line(Format::Json));
        let text = text.strip_prefix("\"m\" x=").and_then(|text| text.strip_suffix('\n'));
        let json = json.split_once("\"v\":0,").and_then(|(_, rest)| rest.strip_suffix("}\n"));
        let (text, json) = (text.expect("a pair").to_owned(), json.expect("a pair").to_owned());
        Row { go: $go, text, json, deviation: $deviation }
    }};
}

#[derive(klog::LogValue)]
struct Labels {
    app: &'static str,
    #[log(skip)]
    _more: (),
}

/// A type with a text.
struct Stringer(&'static str);

impl std::fmt::Display for Stringer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

#[derive(Debug)]
struct SyncFailed(io::Error);

impl std::fmt::Display for SyncFailed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("sync failed")
    }
}

impl std::error::Error for SyncFailed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

macro_rules! same {
    ($go:literal, $value:expr) => {
        row!($go, $value, None)
    };
}

macro_rules! differs {
    ($what:literal, $go:literal, $value:expr) => {
        row!($go, $value, Some($what))
    };
}

/// One line a value.
fn rows() -> impl Iterator<Item = Row> {
    [numbers(), texts(), times(), lists_and_maps(), with_a_text()].into_iter().flatten()
}

/// Numbers and booleans.
#[rustfmt::skip]
fn numbers() -> Vec<Row> {
    vec![
        same!("true", true),
        same!("int8(-128)", i8::MIN),
        same!("int64(-9223372036854775808)", i64::MIN),
        same!("uint64(18446744073709551615)", u64::MAX),
        same!("0.1", 0.1),
        same!("float32(0.1)", 0.1_f32),
        same!("float32(16777216)", 16_777_216_f32),
        same!("3.0", 3.0),
        same!("1e20", 1e20),
        same!("1e21", 1e21),
        same!("1e-6", 1e-6),
        same!("1e-7", 1e-7),
        same!("5e-324", 5e-324),
        same!("math.MaxFloat64", f64::MAX),
        same!("math.NaN()", f64::NAN),
        same!("math.Inf(1)", f64::INFINITY),
        same!("math.Inf(-1)", f64::NEG_INFINITY),
        same!("math.Copysign(0, -1)", -0.0),
        same!("pointer(3)", Some(&3)),
        same!("(*int)(nil)", None::<i64>),
        same!("nil", None::<&str>),
    ]
}

/// Texts and bytes.
#[rustfmt::skip]
fn texts() -> Vec<Row> {
    vec![
        same!(r#""""#, ""),
        same!(r#""a \"b\" \\ c""#, "a \"b\" \\ c"),
        same!(r#""a\tb\rc\x00\x1b\x7f""#, "a\tb\rc\x00\x1b\x7f"),
        same!(r#""<html> & \u2028""#, "<html> & \u{2028}"),
        same!(r#""\u00e9 \u00ad \u200b \u202e \U0001f600""#, "\u{e9} \u{ad} \u{200b} \u{202e} \u{1f600}"),
        same!(r#""two\nlines""#, "two\nlines"),
        same!(r#""one\n""#, "one\n"),
        same!(r#""\n""#, "\n"),
        same!(r#"pointer("text")"#, Some("text")),
        same!(r#"[]byte("a\xff\n")"#, &b"a\xff\n"[..]),
        same!(r#"[]byte{}"#, &b""[..]),
        differs!("arrays of bytes, `[u8; N]`", "[2]byte{97, 255}", [97_u8, 255]),
        differs!("characters, `char`", "'x'", 'x'),
    ]
}

/// Time.
#[rustfmt::skip]
fn times() -> Vec<Row> {
    vec![
        same!("time.Duration(0)", Duration::ZERO),
        same!("1500 * time.Millisecond", Duration::from_millis(1500)),
        same!("time.Duration(1)", Duration::from_nanos(1)),
        same!("-90 * time.Minute", jiff::SignedDuration::from_mins(-90)),
        same!("time.Duration(math.MaxInt64)", Duration::from_nanos(i64::MAX as u64)),
        same!("pointer(time.Second)", Some(Duration::from_secs(1))),
        same!("[]time.Duration{time.Second}", [Duration::from_secs(1)]),
        differs!("durations inside of maps and fields", r#"map[string]time.Duration{"a": time.Second}"#, BTreeMap::from([("a", Duration::from_secs(1))])),
        differs!("points in time in JSON", "time.Unix(1772600767, 89012345).UTC()", klog::Value::Time { nanos: 1_772_600_767_089_012_345, offset: 0 }),
        differs!("the zone of a point in time in text", r#"time.Unix(0, 0).In(time.FixedZone("EST", -18000))"#, klog::Value::Time { nanos: 0, offset: -18_000 }),
        differs!("points in time in JSON", "[]time.Time{time.Unix(0, 5000).UTC()}", [klog::Value::Time { nanos: 5_000, offset: 0 }]),
    ]
}

/// Lists and maps.
#[rustfmt::skip]
fn lists_and_maps() -> Vec<Row> {
    vec![
        same!(r#"[]string{"a b", "<c>", ""}"#, ["a b", "<c>", ""]),
        same!("[]string{}", [""; 0]),
        same!("[]int{1, -2}", vec![1, -2]),
        same!("[2]bool{true, false}", [true, false]),
        same!("[]float64{1, 1e21, 0.1}", [1.0, 1e21, 0.1]),
        same!(r#"[]any{1, "a", nil, true}"#, (1, "a", None::<u8>, true)),
        same!(r#"[][]int{{1}, {}, nil}"#, [Some(vec![1]), Some(vec![]), None]),
        same!(r#"[][]byte{[]byte("a\xff")}"#, [b"a\xff".as_slice()]),
        same!(r#"[]*string{pointer("a"), nil}"#, [Some("a"), None]),
        same!(r#"[]error{refused{}}"#, [io::Error::other("connection refused")]),
        differs!("texts of a type inside of lists and maps", r#"[]fmt.Stringer{stringer{"a"}}"#, [klog::Value::Display(&Stringer("a"))]),
        same!(r#"map[string]int{"b": 1, "a": 2}"#, HashMap::from([("b", 1), ("a", 2)])),
        same!(r#"map[int]string{10: "a", 9: "b"}"#, HashMap::from([(10, "a"), (9, "b")])),
        same!("map[string]int{}", BTreeMap::<String, u8>::new()),
        same!(r#"map[string][]byte{"a": []byte("b")}"#, BTreeMap::from([("a", b"b".as_slice())])),
        same!(r#"map[string]any{"a\"": nil, "b": map[string]bool{"<": true}}"#, BTreeMap::from([("a\"", None), ("b", Some(BTreeMap::from([("<", true)])))])),
        same!("[]float32{0.1, 1e-7}", [0.1_f32, 1e-7]),
        same!("[]*int{pointer(1), nil}", [Some(1), None]),
        same!("[][2]int8{{1, -1}}", [[1_i8, -1]]),
        differs!("large and small floats inside of maps and fields", r#"map[string]float64{"a": 1e21}"#, BTreeMap::from([("a", 1e21)])),
        same!(r#"map[string][]string{"a": nil, "b": {"c"}}"#, BTreeMap::from([("a", None), ("b", Some(["c"]))])),
        same!(r#"map[string]net.IP{"a": net.ParseIP("10.0.0.1")}"#, BTreeMap::from([("a", IpAddr::from([10, 0, 0, 1]))])),
        differs!("texts of a type inside of lists and maps", r#"map[string]error{"a": refused{}}"#, BTreeMap::from([("a", io::Error::other("connection refused"))])),
    ]
}

/// What has a text or says itself what it is.
#[rustfmt::skip]
fn with_a_text() -> Vec<Row> {
    vec![
        same!(r#"errors.New("connection refused")"#, io::Error::other("connection refused")),
        same!(r#"errors.New("two\nlines")"#, io::Error::other("two\nlines")),
        same!("error(nil)", None::<io::Error>),
        same!(r#"fmt.Errorf("sync failed: %w", refused{})"#, SyncFailed(io::Error::other("connection refused"))),
        same!(r#"stringer{"a \"b\""}"#, Stringer("a \"b\"")),
        same!(r#"pointer(stringer{"v1.34"})"#, Some(Stringer("v1.34"))),
        same!(r#"net.ParseIP("10.0.0.1")"#, IpAddr::from([10, 0, 0, 1])),
        same!(r#"net.ParseIP("2001:db8::1")"#, "2001:db8::1".parse::<IpAddr>().expect("it is one")),
        same!(r#"netip.MustParseAddrPort("[::1]:80")"#, "[::1]:80".parse::<SocketAddr>().expect("it is one")),
        same!(r#"[]net.IP{net.ParseIP("127.0.0.1")}"#, [IpAddr::from([127, 0, 0, 1])]),
        same!(r#"must(url.Parse("https://example.com/a%20b?q=1"))"#, "https://example.com/a%20b?q=1".parse::<url::Url>().expect("it is one")),
        same!("http.StatusNotFound", http::StatusCode::NOT_FOUND),
        differs!("names of HTTP headers", r#"http.Header{"Accept": {"a"}}"#, http::HeaderMap::from_iter([(http::header::ACCEPT, http::HeaderValue::from_static("a"))])),
        same!(r#"errors.Join(refused{}, errors.New("<b>"))"#, io::Error::other("connection refused\n<b>")),
        same!(r#"klog.KRef("shop", "web-0")"#, kref("shop", "web-0")),
        same!(r#"klog.KRef("", "node-1")"#, kref("", "node-1")),
        same!(r#"klog.KObj(object{"shop", "web-0"})"#, kref("shop", "web-0")),
        same!(r#"klog.KObjSlice([]object{{"shop", "web-0"}, {"", "node-1"}})"#, klog::kobjs(&[kref("shop", "web-0"), kref("", "node-1")])),
        same!(r#"[]klog.ObjectRef{{Namespace: "shop", Name: "web-0"}, {Name: "node-1"}}"#, [kref("shop", "web-0"), kref("", "node-1")]),
        same!(r#"map[string]any{"b": []any{1, "<"}}"#, serde_json::json!({"b": [1, "<"]})),
        same!(r#"labels{App: "web"}"#, Labels { app: "web", _more: () }),
        same!(r#"[]labels{{App: "<web>"}}"#, [klog::Value::from(&Labels { app: "<web>", _more: () })]),
    ]
}

#[test]
fn values_are_printed_as_in_go() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/go_values.jsonl");
    let rows: Vec<Row> = rows().collect();
    if std::env::var_os("KLOG_GO").is_some() {
        fs::write(&data, print_by_go(&rows)).expect("the record can be written");
    }
    let recorded = fs::read_to_string(data).expect("the record can be read");
    let recorded: HashMap<String, [String; 2]> = recorded
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|record| {
            let text = |name: &str| record[name].as_str().expect("a string").to_owned();
            (text("go"), [text("text"), text("json")])
        })
        .collect();
    let compatibility = include_str!("../../COMPATIBILITY.md");
    let mut failures = Vec::new();
    for row in &rows {
        let Some([text, json]) = recorded.get(row.go) else {
            failures.push(format!("{}: not recorded, run it with KLOG_GO=1", row.go));
            continue;
        };
        let is_same = *text == row.text && *json == row.json;
        let is_listed = row.deviation.is_some_and(|what| {
            let listed =
                |line: &str| line.starts_with(&format!("| {what}")) && line.contains("go_values");
            compatibility.lines().any(listed)
        });
        if is_same == is_listed || is_same != row.deviation.is_none() {
            failures.push(format!(
                "{}, listed as {:?}\n  Go   {text}\n  ours {}\n  Go   {json}\n  ours {}",
                row.go, row.deviation, row.text, row.json
            ));
        }
    }
    for line in
        compatibility.lines().filter(|line| line.starts_with("| ") && line.contains("go_values"))
    {
        let of_line =
            |row: &Row| row.deviation.is_some_and(|what| line.starts_with(&format!("| {what}")));
        if !rows.iter().any(of_line) {
            failures.push(format!("no value shows this deviation: {line}"));
        }
    }
    assert_eq!(recorded.len(), rows.len(), "each value is recorded once");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What Go prints for all rows.
fn print_by_go(rows: &[Row]) -> Vec<u8> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go");
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("go_values");
    fs::create_dir_all(&directory).expect("a directory for the program");
    for file in ["go.mod", "main.go"] {
        fs::copy(program.join(file), directory.join(file)).expect("the program can be copied");
    }
    let mut values = String::from(IMPORTS);
    values.push_str("\nfunc values() []named {\n\treturn []named{\n");
    for Row { go, .. } in rows {
        values.push_str(&format!("\t\t{{{go:?}, {go}}},\n"));
    }
    values.push_str("\t}\n}\n");
    fs::write(directory.join("values.go"), values).expect("the program can be written");
    let run = |arguments: &[&str]| {
        let output = Command::new("go").args(arguments).current_dir(&directory).output();
        let output = output.expect("KLOG_GO needs the command `go`");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    // Without modules, sources are taken from GOPATH as they are.
    if std::env::var_os("GO111MODULE").is_none_or(|value| value != "off") {
        run(&["mod", "tidy"]);
    }
    run(&["run", "."])
}

const IMPORTS: &str = r#"package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"k8s.io/klog/v2"
)

// All are used, whatever the values are.
var _ = []any{
	json.Marshal, errors.New, fmt.Sprint, math.NaN, net.ParseIP, http.StatusOK, netip.ParseAddr, url.Parse, time.Now,
	klog.KRef,
}
"#;
