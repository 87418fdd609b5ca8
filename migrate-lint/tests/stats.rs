//! Every form of `cargo klog stats`, over figures made by hand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use migrate_lint::internal::dialect::{klog, log, print, tracing};
use migrate_lint::internal::report::TextStyle;
use migrate_lint::internal::stats::history::{self, Snapshot};
use migrate_lint::internal::stats::links::Links;
use migrate_lint::internal::stats::owners::Owners;
use migrate_lint::internal::stats::target::{Forecast, forecast};
use migrate_lint::internal::stats::{self, Counts, FileStats, Format, RuleCount, State, Stats};

#[test]
fn every_form() {
    check("text.txt", &written(Format::Text, &stats(), 100));
    check("narrow.txt", &written(Format::Text, &stats(), 80));
    check("json.json", &written(Format::Json, &stats(), 80));
    check("csv.csv", &written(Format::Csv, &stats(), 80));
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
    // Addresses are there to be followed, and nothing is fetched.
    let fetched = page.replace("href=\"https://github.com/acme/", "");
    for outside in ["http:", "https:", "url(", "@import", " src=", "fetch(", "<script>alert"] {
        assert!(!fetched.contains(outside), "{outside}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    stats.files[0].path = "=cmd(),\"a\".rs".to_owned();
    let lines = written(Format::Csv, &stats, 80);
    assert!(
        lines.contains("\r\n\"'=cmd(),\"\"a\"\".rs\",agent,,'@agents,29,15,0,4,10,3,12,48,16\r\n"),
        "{lines}"
    );
}

#[test]
fn links_lead_to_the_host() {
    let check = |remote: &str, expected: Option<&str>| {
        let links = Links::of_remote(remote, "c0ffee", "rust/");
        let line = links.map(|links| links.line("src/a b\".rs", 7));
        assert_eq!(line.as_deref(), expected, "{remote}");
    };
    let github = "https://github.com/acme/agents/blob/c0ffee/rust/src/a%20b%22.rs#L7";
    check("git@github.com:acme/agents.git", Some(github));
    check("https://github.com/acme/agents", Some(github));
    // What lets somebody in stays out of the page.
    check("https://me:token@github.com/acme/agents.git/", Some(github));
    check("ssh://git@github.com:22/acme/agents.git", Some(github));
    check(
        "https://gitlab.example.com:8443/a/b/c.git",
        Some("https://gitlab.example.com:8443/a/b/c/-/blob/c0ffee/rust/src/a%20b%22.rs#L7"),
    );
    check(
        "https://bitbucket.org/a/b",
        Some("https://bitbucket.org/a/b/src/c0ffee/rust/src/a%20b%22.rs#lines-7"),
    );
    let azure = "https://dev.azure.com/acme/fleet/_git/agents?path=/rust/src/a%20b%22.rs&version=GCc0ffee\
                 &line=7&lineEnd=7&lineStartColumn=1&lineEndColumn=999";
    check("https://acme@dev.azure.com/acme/fleet/_git/agents", Some(azure));
    check("git@ssh.dev.azure.com:v3/acme/fleet/agents", Some(azure));
    check(
        "https://git.sr.ht/~acme/agents",
        Some("https://git.sr.ht/~acme/agents/tree/c0ffee/item/rust/src/a%20b%22.rs#L7"),
    );
    for nowhere in [
        "/srv/git/agents.git",
        "C:\\git\\a",
        "file:///srv/a",
        "../a",
        "javascript:alert(1)//",
        "",
        "https://a/\"><b",
    ] {
        check(nowhere, None);
    }
    let given = |base: &str| Links::given(base).map(|links| links.line("a.rs", 3));
    assert_eq!(given("https://x/tree/").as_deref(), Some("https://x/tree/a.rs#L3"));
    assert_eq!(given("http://x/?f={path}&l={line}").as_deref(), Some("http://x/?f=a.rs&l=3"));
    assert_eq!(given("javascript:alert(1)"), None);
}

#[test]
fn owners_are_those_of_the_last_line() {
    let text = "# all\n*  @all\n/rust/ @rust @core # who\n*.md\n[Section] @none\n/rust/src/net/*.rs @net\nwith\\ space.rs @s\n";
    let owners = Owners::of(text);
    for (path, expected) in [
        ("a.rs", "@all"),
        ("rust/src/main.rs", "@rust @core"),
        ("rust/src/net/tcp.rs", "@net"),
        ("rust/src/net/deep/tcp.rs", "@rust @core"),
        ("rust/a.md", ""),
        ("x/with space.rs", "@s"),
    ] {
        assert_eq!(owners.of_file(path).join(" "), expected, "{path}");
    }
    assert!(Owners::of("").of_file("a.rs").is_empty());
}

#[test]
fn the_trend_meets_the_target_in_a_week() {
    let check = |shares: &[(&str, usize)], target: usize, expected: Forecast| {
        let trend: Vec<Snapshot> = shares
            .iter()
            .map(|(date, share)| Snapshot {
                date: (*date).to_owned(),
                structured: *share,
                interpolated: 100 - share,
                ..Snapshot::default()
            })
            .collect();
        assert_eq!(forecast(&trend, target), expected, "{shares:?}");
    };
    let week = |monday: &str| Forecast::Week(monday.to_owned());
    // One per cent a day, over the end of a year and of February in a leap year.
    check(&[("2027-12-01", 40), ("2027-12-11", 50)], 100, week("2028-01-24"));
    check(&[("2028-02-20", 40), ("2028-02-25", 45)], 50, week("2028-02-28"));
    check(&[("2026-03-02", 10), ("2026-03-09", 20), ("2026-03-16", 30)], 40, week("2026-03-23"));
    check(&[("2026-03-02", 10), ("2026-03-09", 90)], 90, Forecast::Met);
    check(&[("2026-03-02", 50), ("2026-03-09", 40)], 90, Forecast::Never);
    check(&[("2026-03-02", 50), ("2026-03-09", 50)], 90, Forecast::Never);
    for unknown in [
        &[][..],
        &[("2026-03-02", 50)],
        &[("2026-03-02", 50), ("2026-03-02", 60)],
        &[("x", 1), ("2026-13-01", 2)],
    ] {
        check(unknown, 90, Forecast::Unknown);
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

/// A call is contextual where a logger or a span is around it, or around every call of its function.
#[test]
fn functions_are_followed() {
    let contextual = |text: &str| {
        let scanned = migrate_lint::internal::scan::source(
            text,
            &migrate_lint::internal::scan::CrateFacts::default(),
        );
        let file = migrate_lint::internal::workspace::SourceFile::default();
        let files = vec![file];
        let workspace =
            migrate_lint::internal::workspace::Workspace { files, ..Default::default() };
        Stats::count(&workspace, &[scanned], false).total().state(State::Contextual)
    };
    let callee = "fn callee() { klog::info!(\"Called\"); }\n";
    let spans =
        "#[tracing::instrument(skip_all, fields(n = n))]\nfn caller(n: u32) { callee(); }\n";
    let conditional = "#[cfg_attr(feature = \"trace\", tracing::instrument(skip_all, fields(n = n)))]\n\
        fn caller(n: u32) { callee(); }\n";
    let scope = "fn scope(logger: klog::Logger) { logger.in_scope(|| callee()); }\n";
    let plain = "fn plain() { callee(); }\n";
    let spawns = "#[tracing::instrument]\nfn caller(n: u32) { tokio::spawn(callee()); }\n";
    let between = "#[tracing::instrument]\nfn caller(n: u32) { plain(); }\n";
    for (text, expected) in [
        (callee.to_owned(), 0),
        (format!("{callee}{spans}"), 1),
        (format!("{callee}{conditional}"), 1),
        (format!("{callee}{scope}"), 1),
        (format!("{callee}{spans}{plain}"), 0),
        (format!("{callee}{spawns}"), 0),
        (format!("{callee}{plain}{between}"), 1),
        (
            "#[tracing::instrument(skip_all)]\nfn f(n: u32) { tracing::info!(\"Called\"); }"
                .to_owned(),
            0,
        ),
        ("fn f(log: &slog::Logger) { slog::info!(log, \"Called\"); }".to_owned(), 1),
    ] {
        assert_eq!(contextual(&text), expected, "{text}");
    }
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
        let n_left = counts.left();
        FileStats {
            path: path.to_owned(),
            crate_name: crate_name.to_owned(),
            module,
            counts,
            left: (1..=n_left.min(14)).map(|n| n * 3).collect(),
            n_findings: n_left + 1,
            owners: if path.starts_with("agent") { vec!["@agents".to_owned()] } else { Vec::new() },
        }
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
        target: 90,
        rules: vec![
            RuleCount {
                rule: "interpolated-message".to_owned(),
                n_deny: 0,
                n_warn: 1268,
                n_fixable: 900,
            },
            RuleCount { rule: "duplicate-key".to_owned(), n_deny: 2, n_warn: 0, n_fixable: 0 },
        ],
        links: Links::of_remote("git@github.com:acme/agents.git", "c0ffee", "rust/"),
    }
}
