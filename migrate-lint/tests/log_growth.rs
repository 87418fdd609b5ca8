//! What checking a log costs, counted and not timed: 4 times the text takes 4 times the steps, whatever its shape.
#![cfg(debug_assertions)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use migrate_lint::check_log::{Checker, LinePrefix, Options};
use migrate_lint::internal::catalog::{Catalog, Statement};
use migrate_lint::internal::work;

const HEADER: &str = "I0304 05:06:07.089012   12345 main.rs:42] ";

fn numbered(n: usize, text: &str) -> String {
    (0..n).map(|index| text.replace('#', &index.to_string())).collect()
}

#[test]
fn cost_grows_with_the_log_alone() {
    let mut faults = Vec::new();
    let mut check = |name: &str, text: &dyn Fn(usize) -> String| {
        // Only one of them asks for statements by their beginnings.
        let n_statements = if name == "messages of a statement" { 4 } else { 100_000 };
        let [one, four, sixteen] =
            [500, 2_000, 8_000].map(|n| steps(&text(n), 1 + n / n_statements));
        if one == 0 || four > 6 * one || sixteen > 6 * four {
            faults.push(format!("{name}: {one}, {four}, {sixteen} steps at 1, 4 and 16 times"));
        }
    };
    let lines = |text: &str, n: usize| numbered(n, &format!("{HEADER}{text}\n"));
    check("entries", &|n| lines("\"Found\" pod=\"web-#\" n=#", n));
    check("keys", &|n| lines("\"Found\" key#=#", n));
    check("messages", &|n| lines("\"Found web-#\" n=1", n));
    check("messages of a statement", &|n| lines("\"step # of web\" n=1", n));
    check("pairs of one line", &|n| format!("{HEADER}\"Found\"{}\n", numbered(n, " k#=#")));
    check("one key again and again", &|n| format!("{HEADER}\"Found\"{}\n", " k=1".repeat(n)));
    check("a line without an end", &|n| "no header ".repeat(n));
    check("a message without an end", &|n| format!("{HEADER}\"{}", "word ".repeat(n)));
    check("escapes", &|n| format!("{HEADER}\"Found\" a=\"{}\"\n", "\\n\\\"\\u00e9".repeat(n)));
    check("a block", &|n| format!("{HEADER}\"Found\" a=<\n{} >\n", "\tline\n".repeat(n)));
    check("a block without an end", &|n| format!("{HEADER}\"Found\" a=<\n{}", "\tx\n".repeat(n)));
    check("quotes", &|n| format!("{HEADER}{}\n", "\"".repeat(n)));
    check("equals signs", &|n| format!("{HEADER}\"Found\"{}\n", " =".repeat(n)));
    check("header look-alikes", &|n| format!("{HEADER}\"{}\"\n", "a.rs:1] ".repeat(n)));
    check("beginnings of keys", &|n| format!("{HEADER}\"Found\" a=\"{}\"\n", "AKIA".repeat(n)));
    check("beginnings of tokens", &|n| format!("{HEADER}\"Found\" a=\"{}\"\n", "eyJ.".repeat(n)));
    check("beginnings of URLs", &|n| format!("{HEADER}\"Found\" a=\"{}\"\n", "://a:".repeat(n)));
    check("users of a URL", &|n| format!("{HEADER}\"Found\" a=\"://{}\"\n", "a:@".repeat(n)));
    check("secrets", &|n| {
        format!("{HEADER}\"Found\"{}\n", numbered(n, " password#=\"AKIAIOSFODNN7EXAMPLE\""))
    });
    check("not text", &|n| "\u{1}\u{7f}\u{202e}\n".repeat(n));
    check("empty lines", &|n| "\n".repeat(n));
    let json = "{\"ts\":1,\"caller\":\"a.rs:1\",\"msg\":\"Found\",\"v\":0";
    check("JSON entries", &|n| numbered(n, &format!("{json},\"n\":#}}\n")));
    check("JSON keys", &|n| numbered(n, &format!("{json},\"k#\":#}}\n")));
    check("JSON pairs of one line", &|n| format!("{json}{}}}\n", numbered(n, ",\"k#\":#")));
    check("JSON of one key", &|n| format!("{json}{}}}\n", ",\"k\":1".repeat(n)));
    check("JSON in JSON", &|n| format!("{json},\"a\":{}{}}}\n", "[".repeat(n), "]".repeat(n)));
    check("JSON in JSON on lines", &|n| {
        format!("{json},\"a\":{}{}}}\n", "[".repeat(100), "]".repeat(100)).repeat(n / 50)
    });
    check("JSON lists", &|n| format!("{json},\"a\":[{}1]}}\n", "1,".repeat(n)));
    check("JSON escapes", &|n| format!("{json},\"a\":\"{}\"}}\n", "\\u00e9\\n".repeat(n)));
    let cri = "2026-03-04T05:06:07.089012345Z stderr";
    check("parts of a line", &|n| format!("{cri} P part \n").repeat(n));
    check("parts of lines", &|n| {
        format!("{cri} P {HEADER}\n{cri} F \"Found\" n=1\n").repeat(n / 2)
    });
    check("Docker's parts", &|n| {
        "{\"log\":\"part \",\"stream\":\"stderr\",\"time\":\"2026-03-04T05:06:07Z\"}\n".repeat(n)
    });
    check("colours", &|n| format!("{}{HEADER}\"Found\" n=1\n", "\x1b[31m".repeat(n)));
    assert_eq!(faults, Vec::<String>::new());
}

/// The steps of a run with a catalog of as many statements, prefixes and all.
fn steps(log: &str, n_statements: usize) -> u64 {
    let statement = |line: usize, message: String| Statement {
        file: "src/main.rs".to_owned(),
        line,
        message,
        ..Statement::default()
    };
    let statements = (0..n_statements).flat_map(|line| {
        let half = [format!("step {line} of {{}}"), format!("{{}} of step {line}")];
        half.into_iter().map(move |message| statement(line, message))
    });
    let catalog = Catalog { statements: statements.collect() };
    let options =
        Options { catalog: Some(catalog), prefixes: vec![LinePrefix::Auto], ..Options::default() };
    let mut checker = Checker::new(options);
    let before = work::steps();
    checker.check("log", &mut log.as_bytes(), None).unwrap();
    checker.finish();
    work::steps() - before
}

/// Entries that nothing is like are settled one after the other, whatever was settled before them.
#[test]
fn cost_of_a_search_grows_with_the_entries_alone() {
    let steps = |old: &str, now: &str| {
        let mut checker = Checker::new(Options::default());
        let before = work::steps();
        checker.same_as("old", Box::new(std::io::Cursor::new(old.to_owned())), Vec::new());
        checker.check("log", &mut now.as_bytes(), None).unwrap();
        checker.finish();
        work::steps() - before
    };
    let lines = |text: &str, n: usize| numbered(n, &format!("{HEADER}{text}\n"));
    let shapes = [
        ("nothing alike", "\"Old #\" a=1", "\"New #\" a=1"),
        ("no message alike", "\"Gone tray#\"", "\"Came\" tray=#"),
        ("the same", "\"Found\" n=1", "\"Found\" n=1"),
    ];
    let mut faults = Vec::new();
    for (name, old, now) in shapes {
        let [one, four] = [500, 2_000].map(|n| steps(&lines(old, n), &lines(now, n)));
        if one == 0 || four > 6 * one {
            faults.push(format!("{name}: {one}, {four} steps at 1 and 4 times"));
        }
    }
    // One side alone.
    let [one, four] = [500, 2_000].map(|n| steps("", &lines("\"Found\" n=#", n)));
    assert!(four <= 6 * one, "{one}, {four}");
    assert_eq!(faults, Vec::<String>::new());
}

/// Entries of any number of pairs are compared with those of before by their keys.
#[test]
fn cost_of_a_comparison_grows_with_the_pairs_alone() {
    let steps = |n: usize| {
        let now = format!("{HEADER}\"Found\"{}\n", numbered(n, " k#=#"));
        let old = format!("{HEADER}\"Found at once\"{}\n", numbered(n, " k#=1"));
        let mut n_steps = 0;
        for old in [now.replace("=#", "=1"), old] {
            let mut checker = Checker::new(Options::default());
            let before = work::steps();
            checker.same_as("old", Box::new(std::io::Cursor::new(old)), Vec::new());
            checker.check("log", &mut now.as_bytes(), None).unwrap();
            checker.finish();
            n_steps += work::steps() - before;
        }
        n_steps
    };
    let [one, four, sixteen] = [500, 2_000, 8_000].map(steps);
    assert!(four < 6 * one && sixteen < 6 * four, "{one}, {four}, {sixteen}");
}
