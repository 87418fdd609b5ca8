//! Asks the running controller through `--debug-address`, and changes what it logs.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};

#[test]
fn an_operator_turns_the_verbosity_up_and_down() {
    let mut controller = Controller::start(&["--debug-address=127.0.0.1:0", "-v=0"]);
    let check = |controller: &Controller, request: &str, body: &str, status: &str, answer: &str| {
        let (head, text) = controller.ask(request, body);
        let got = head.split("\r\n").next().unwrap().to_owned();
        assert_eq!((&*got, &*text), (&*format!("HTTP/1.1 {status}"), answer), "{request}");
    };
    let get = |path: &str| format!("GET {path}");
    let set = |name: &str, value: &str| format!("successfully set klog.logging.{name} to {value}");

    check(&controller, &get("/healthz"), "", "200 OK", "ok");
    check(&controller, &get("/debug/flags/v"), "", "200 OK", "0");
    check(&controller, "PUT /debug/flags/v", "4", "200 OK", &set("verbosity", "4"));
    check(&controller, &get("/debug/flags/v"), "", "200 OK", "4");
    check(&controller, &get("/healthz"), "", "200 OK", "ok");
    check(&controller, "PUT /debug/flags/v", "0", "200 OK", &set("verbosity", "0"));
    check(&controller, &get("/healthz"), "", "200 OK", "ok");
    check(&controller, "PUT /debug/flags/vmodule", "debug=3", "200 OK", &set("vmodule", "debug=3"));
    check(&controller, &get("/debug/flags/vmodule"), "", "200 OK", "debug=3");
    for (path, body, answer) in [
        ("v", "-1", r#"strconv.ParseUint: parsing "-1": invalid syntax"#),
        ("vmodule", "debug", r#""debug" does not have the pattern=N format"#),
    ] {
        check(&controller, &format!("PUT /debug/flags/{path}"), body, "400 Bad Request", answer);
    }
    check(
        &controller,
        "DELETE /debug/flags/v",
        "",
        "406 Not Acceptable",
        "unsupported http method",
    );

    // Requests are logged at V3: which ones shows when the verbosity was in force.
    let lines = controller.lines_until("\"DELETE\"");
    let logged: Vec<_> = lines
        .iter()
        .filter_map(|line| line.split_once("\"HTTP\" logger=\"debug\" "))
        .map(|(_, request)| request.to_owned())
        .collect();
    assert_eq!(
        logged,
        [
            r#"verb="PUT" URI="/debug/flags/v" resp=200"#,
            r#"verb="GET" URI="/debug/flags/v" resp=200"#,
            r#"verb="GET" URI="/healthz" resp=200"#,
            r#"verb="PUT" URI="/debug/flags/vmodule" resp=200"#,
            r#"verb="GET" URI="/debug/flags/vmodule" resp=200"#,
            r#"verb="PUT" URI="/debug/flags/v" resp=400"#,
            r#"verb="PUT" URI="/debug/flags/vmodule" resp=400"#,
            r#"verb="DELETE" URI="/debug/flags/v" resp=406"#,
        ]
    );
}

#[test]
fn metrics_count_what_was_written() {
    let mut controller = Controller::start(&["--debug-address=127.0.0.1:0"]);
    let lines = controller.lines_until("Could not reconcile pod");
    let n_lines = |letter| lines.iter().filter(|line| line.starts_with(letter)).count() as u64;
    let value = |metrics: &str, series: &str| -> u64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(series));
        line.unwrap_or_else(|| panic!("{series} is missing: {metrics}")).trim().parse().unwrap()
    };
    // A line is counted once it is written, so the last one that was read may be missing for a moment.
    let (head, metrics) = (0..100)
        .map(|_| controller.ask("GET /metrics", ""))
        .find(|(_, metrics)| {
            value(metrics, "klog_lines_total{severity=\"error\"}") >= n_lines('E')
                // The first line was read by `start`.
                && value(metrics, "klog_lines_total{severity=\"info\"}") > n_lines('I')
        })
        .expect("every line is counted");
    let value = |series: &str| value(&metrics, series);
    assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    assert!(value("klog_bytes_total{severity=\"error\"}") > 100, "{metrics}");
    assert_eq!(value("klog_lost_lines_total{severity=\"info\",reason=\"broken_pipe\"}"), 0);
    assert_eq!(value("klog_value_panics_total"), 0);
    // Prometheus' text format: every series is announced, and is a name with labels and a number.
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        assert!(metrics.contains(&format!("# TYPE {name} counter\n")), "{line}");
        assert!(line.rsplit_once(' ').unwrap().1.parse::<u64>().is_ok(), "{line}");
    }
}

/// A controller that runs, and is killed when this is dropped.
struct Controller {
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
    address: String,
}

impl Controller {
    fn start(args: &[&str]) -> Controller {
        let mut child = Command::new(env!("CARGO_BIN_EXE_controller"))
            .args(args)
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut controller = Controller { child, lines, address: String::new() };
        let lines = controller.lines_until("\"Serving debug endpoints\"");
        let address = lines.last().unwrap().split_once("address=\"").unwrap().1;
        controller.address = address.trim_end_matches('"').to_owned();
        controller
    }

    /// The lines up to the first that contains `text`.
    fn lines_until(&mut self, text: &str) -> Vec<String> {
        let mut all = Vec::new();
        for line in self.lines.by_ref() {
            all.push(line.unwrap());
            if all.last().is_some_and(|line| line.contains(text)) {
                return all;
            }
        }
        panic!("{text:?} was not logged: {all:#?}");
    }

    /// Sends a request, `METHOD PATH`, and gives head and body of the answer.
    fn ask(&self, request: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: controller\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
