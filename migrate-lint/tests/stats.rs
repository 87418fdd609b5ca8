//! Every form of `cargo klog stats`, over figures made by hand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use migrate_lint::dialect::{klog, log, print, tracing};
use migrate_lint::report::TextStyle;
use migrate_lint::stats::history::{self, Snapshot};
use migrate_lint::stats::{self, Counts, FileStats, Format, State, Stats};

#[test]
fn every_form() {
    check("text.txt", &written(Format::Text, &stats(), 100));
    check("narrow.txt", &written(Format::Text, &stats(), 80));
    check("json.json", &written(Format::Json, &stats(), 80));
    check("markdown.md", &written(Format::Markdown, &stats(), 80));
    let page = written(Format::Html, &stats(), 80);
    if let Some(path) = std::env::var_os("KLOG_STATS_PAGE") {
        std::fs::write(path, &page).unwrap();
    }
    check("html.html", page.split_once("</style>").unwrap().1);
}

#[test]
fn nothing_to_count() {
    assert_eq!(written(Format::Text, &Stats::default(), 80), "no log calls found\n");
    assert!(written(Format::Html, &Stats::default(), 80).contains("No log calls were found."));
    assert!(written(Format::Markdown, &Stats::default(), 80).contains("100%"));
}

#[test]
fn the_page_needs_no_network_and_escapes_names() {
    let mut stats = stats();
    stats.files[0].path = "<script>alert(1)</script>".to_owned();
    let page = written(Format::Html, &stats, 80);
    for outside in ["http:", "https:", "url(", "<script", "@import", " src="] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn the_history_keeps_one_entry_for_a_commit() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("klog-stats.jsonl");
    let mut trend = history::read(&path).unwrap();
    assert!(trend.is_empty());
    let snapshot = |commit: &str, print| Snapshot {
        date: "2026-11-01".to_owned(),
        commit: commit.to_owned(),
        print,
        ..Snapshot::default()
    };
    for (commit, print) in [("a", 9), ("b", 7), ("b", 6)] {
        history::save(&path, &mut trend, snapshot(commit, print)).unwrap();
    }
    assert_eq!(history::read(&path).unwrap(), [snapshot("a", 9), snapshot("b", 6)]);
    std::fs::write(&path, "{}\n").unwrap();
    let error = format!("{:#}", history::read(&path).unwrap_err());
    assert!(error.contains("klog-stats.jsonl:1: no snapshot; delete the line"), "{error}");
}

fn check(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "snapshots/stats", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

fn written(format: Format, stats: &Stats, width: usize) -> String {
    let mut out = Vec::new();
    stats::write(format, stats, TextStyle { width, ..TextStyle::default() }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn stats() -> Stats {
    let file = |path: &str, crate_name: &str, module: &[&str], figures: [usize; 5]| {
        let mut counts = Counts::default();
        for (state, n_calls) in State::ALL.into_iter().zip(figures) {
            let dialect = match state {
                State::Contextual => &klog::DIALECT,
                State::Structured | State::Constant => &tracing::DIALECT,
                State::Interpolated => &log::DIALECT,
                State::Print => &print::DIALECT,
            };
            counts.add(dialect, state, n_calls);
        }
        let module = module.iter().map(|&name| name.to_owned()).collect();
        FileStats { path: path.to_owned(), crate_name: crate_name.to_owned(), module, counts }
    };
    let trend = [(2, 900), (40, 700), (45, 690), (120, 420), (190, 306)];
    let trend = trend.into_iter().enumerate().map(|(index, (structured, interpolated))| Snapshot {
        date: format!("2026-0{}-01", index + 1),
        commit: format!("c0ffee{index}"),
        contextual: index * 30,
        structured,
        constant: 80,
        interpolated,
        print: 30,
    });
    Stats {
        name: "agents & co".to_owned(),
        files: vec![
            file("agent/src/main.rs", "agent", &[], [0, 4, 10, 3, 12]),
            file("agent/src/net/tcp.rs", "agent", &["net", "tcp"], [0, 12, 30, 1180, 0]),
            file("agent/src/net/udp.rs", "agent", &["net", "udp"], [0, 2, 3, 40, 0]),
            file("agent/src/store.rs", "agent", &["store"], [60, 40, 20, 0, 0]),
            file("controller/src/lib.rs", "controller", &[], [90, 20, 0, 0, 0]),
            file(
                "controller/src/reconcile/pods.rs",
                "controller",
                &["reconcile", "pods"],
                [0, 88, 20, 45, 1],
            ),
            file(
                "tools/release-helper/src/bin/a_rather_long_file_name.rs",
                "a-crate-with-a-rather-long-name",
                &["a_rather_long_module_name"],
                [0, 0, 0, 1, 17],
            ),
        ],
        trend: trend.collect(),
    }
}
