//! What looking at a file costs, counted and not timed: 4 times the text takes 4 times the steps, whatever its shape.
#![cfg(debug_assertions)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use migrate_lint::internal::catalog::Catalog;
use migrate_lint::internal::config::Config;
use migrate_lint::internal::dialect::tracing;
use migrate_lint::internal::fix;
use migrate_lint::internal::lint::{self, Linter};
use migrate_lint::internal::report::FileReport;
use migrate_lint::internal::scan::{self, ScanConfig};
use migrate_lint::internal::settings::FixDialect;
use migrate_lint::internal::stats::Stats;
use migrate_lint::internal::work;
use migrate_lint::internal::workspace::Selection;

const FOUND: &str = "log::info!(\"pod {pod} found\");";

const NOTE: &str = "macro_rules! note { ($($arg:tt)*) => { log::info!($($arg)*) } }\n";

/// Takes a name and a text of any size.
type Check<'a> = dyn FnMut(&str, &dyn Fn(usize) -> String) + 'a;

#[test]
fn cost_grows_with_calls_alone() {
    assert_linear(calls);
}

#[test]
fn cost_grows_with_values_alone() {
    assert_linear(values);
}

#[test]
fn cost_grows_with_modules_alone() {
    assert_linear(modules);
}

#[test]
fn cost_grows_with_loggers_alone() {
    assert_linear(loggers);
}

#[test]
fn cost_grows_with_what_is_repeated_alone() {
    assert_linear(repeated);
}

/// What is asked of a whole workspace is gathered once, however many files it has and fixes are made.
#[test]
fn cost_grows_with_files_alone() {
    let run = |n: usize| {
        let file = |index: usize| {
            let text = numbered(
                20,
                &format!(
                    "pub struct A{index}#;\nimpl A{index}# {{\n    pub fn n#(&self) -> String {{ String::new() }}\n}}\n"
                ),
            );
            (format!("m{index}.rs"), text + &format!("fn f(pod: &str) {{ {FOUND} }}\n"))
        };
        let root = ("lib.rs".to_owned(), (0..n).map(|index| format!("mod m{index};\n")).collect());
        let files: Vec<(String, String)> = (0..n).map(file).chain([root]).collect();
        steps_of(&files)
    };
    let [one, four, sixteen] = [16, 64, 256].map(run);
    assert!(one > 0 && four < 8 * one && sixteen < 5 * four, "{one}, {four}, {sixteen} steps");
}

fn assert_linear(shapes: fn(&mut Check<'_>)) {
    let mut faults = Vec::new();
    shapes(&mut |name, text| {
        let [one, four, sixteen] = [16, 64, 256].map(|n| steps(&text(n)));
        if one == 0 || four > 8 * one || sixteen > 5 * four {
            faults.push(format!("{name}: {one}, {four}, {sixteen} steps at 1, 4 and 16 times"));
        }
    });
    assert_eq!(faults, Vec::<String>::new());
}

/// What is done with a message grows with its words, and no faster, whatever words they are and wherever its values are.
#[test]
fn cost_grows_with_words_of_a_message_alone() {
    const WORDS: &[&str] = &[
        "tray ",
        "the tray of ",
        "to ",
        "failed to load ",
        "and ",
        "and put it ",
        "or use the ",
        "( put ",
        "(tray) ",
        "[",
        "]",
        "set, ",
        "tray, ",
        "tray: ",
        "tray=",
        "set; ",
        "tray. ",
        "Tray set. ",
        ". ",
        "? ",
        ", ",
        "'tray' ",
        "' ",
        "\\\" ",
        "took ",
        "with id ",
        "with ",
        "is set ",
        "is ",
        "using ",
        "cause ",
        "only ",
        "put ",
        "not ",
        "x ",
        "a_b ",
        "3 ",
        "-> ",
        "... ",
        "\\n",
        "\\nTray ",
    ];
    let mut faults = Vec::new();
    for words in WORDS {
        for (name, place) in
            [("no value", 0), ("a value before", 1), ("a value after", 2), ("four values", 3)]
        {
            let message = |n: usize| {
                let n_words = words.split(' ').count().max(2) - 1;
                let part = |n: usize| words.repeat(n.div_ceil(n_words));
                match place {
                    0 => part(n),
                    1 => format!("{{pod}} {}", part(n)),
                    2 => format!("{}{{pod}}", part(n)),
                    _ => ["pod", "node", "n", "e"]
                        .map(|value| format!("{}{{{value}}} ", part(n / 4)))
                        .concat(),
                }
            };
            let [one, two, four] = [32, 64, 128]
                .map(|n| steps(&in_function(format!("log::info!(\"{}\");\n", message(n)))));
            if four.saturating_sub(two) > 3 * two.saturating_sub(one) + 1_000 {
                faults.push(format!("{words:?}, {name}: {one}, {two}, {four} steps"));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

fn in_function(body: impl std::fmt::Display) -> String {
    format!("fn f(pod: &str) {{\n{body}}}\n")
}

fn numbered(n: usize, text: &str) -> String {
    (0..n).map(|index| text.replace('#', &index.to_string())).collect()
}

fn calls(check: &mut Check<'_>) {
    check("calls on lines", &|n| in_function(format!("    {FOUND}\n").repeat(n)));
    check("calls on one line", &|n| in_function(format!("{FOUND} ").repeat(n)));
    check("calls with a variable's type", &|n| {
        let calls = "    log::info!(\"{} of {n}\", pod);\n".repeat(n);
        in_function(format!("    let n: u32 = 1;\n{calls}"))
    });
    check("calls with a token", &|n| {
        in_function("    log::info!(\"token {token} found\");\n".repeat(n))
    });
    check("calls by an import", &|n| {
        let calls = "    info!(\"pod {pod} found\");\n".repeat(n);
        format!("use log::info;\n{}", in_function(calls))
    });
    check("calls in calls", &|n| {
        in_function(format!("{}pod{};\n", "log::info!(\"{}\", ".repeat(n), ")".repeat(n)))
    });
    check("calls in blocks", &|n| {
        in_function(format!("{}{}\n", format!("{{ {FOUND} ").repeat(n), "}".repeat(n)))
    });
    check("placeholders", &|n| in_function(format!("log::info!(\"{}\");\n", "{pod} ".repeat(n))));
    check("words", &|n| in_function(format!("log::info!(\"{}{{pod}}\");\n", "pods of ".repeat(n))));
    check("pairs", &|n| {
        in_function(format!("tracing::info!({} \"pod {{pod}}\");\n", numbered(n, "k# = v#, ")))
    });
}

fn values(check: &mut Check<'_>) {
    check("pairs of one key", &|n| {
        in_function(format!("klog::info!(\"Found\", {});\n", "pod = pod, ".repeat(n)))
    });
    check("errors", &|n| {
        in_function(
            "    match g() { Ok(_) => {} Err(e) => log::error!(\"no {pod}: {e}\") }\n".repeat(n),
        )
    });
    check("functions", &|n| numbered(n, "fn f#(pod: &str) { log::info!(\"pod {pod} found\"); }\n"));
    check("bindings", &|n| {
        in_function(numbered(n, "    let pod# = 1;\n    log::info!(\"pod {pod#} found\");\n"))
    });
    check("values that are computed", &|n| {
        in_function("    println!(\"wrote {} bytes\", g(pod)?);\n".repeat(n))
    });
    check("values that are awaited", &|n| {
        let calls = "    tracing::info!(\"wrote {} bytes\", g(pod).await);\n".repeat(n);
        format!("async {}", in_function(calls))
    });
    // Few links: what doubles with each is seen soon.
    check("links of a chain", &|n| {
        let links = ".iter().map(g)".repeat(n / 32);
        in_function(format!("    log::info!(\"pod {{}} found\", pod{links}.len());\n"))
    });
    check("wrappers", &|n| {
        let calls = in_function(numbered(n, "    m#!(\"pod {pod} found\");\n"));
        let one = "macro_rules! m# { ($($arg:tt)*) => { log::info!($($arg)*) } }\n";
        format!("{}{calls}", numbered(n, one))
    });
    check("prints", &|n| in_function("    println!(\"pod {pod} found\");\n".repeat(n)));
    check("prints that clippy is asked to let be", &|n| {
        let one = "    #[allow(clippy::print_stdout)]\n    println!(\"pod {pod} found\");\n    eprintln!(\"no {pod}\");\n";
        in_function(one.repeat(n))
    });
    check("prints in what clippy is asked to let be", &|n| {
        let one =
            "#[allow(clippy::print_stdout)] mod a { fn f() { println!(\"pod {pod} found\"); } ";
        format!("{}{}", one.repeat(n), "}".repeat(n))
    });
    check("calls of a wrapper", &|n| {
        format!("{NOTE}{}", in_function("    note!(\"pod {pod} found\");\n".repeat(n)))
    });
}

fn modules(check: &mut Check<'_>) {
    check("modules with globs", &|n| {
        let one = "mod m# { use super::*; fn f(pod: &str) { info!(\"pod {pod} found\"); } }\n";
        format!("use log::info;\n{}", numbered(n, one))
    });
    check("comments that allow", &|n| {
        let call = format!("    // klog: allow(style) a reason\n    {FOUND}\n");
        in_function(call.repeat(n))
    });
    check("comments above one call", &|n| {
        in_function(format!("{}    {FOUND}\n", "    // klog: allow(style) a reason\n".repeat(n)))
    });
    check("comments on one line", &|n| {
        in_function(format!("    {}{FOUND}\n", "/* klog: allow(style) a reason */ ".repeat(n)))
    });
    check("names in a comment", &|n| {
        let names = numbered(n, "a#, ");
        in_function(format!("    {FOUND}\n    // klog: allow({names}) a reason\n    {FOUND}\n"))
    });
    check("loggers", &|n| {
        let calls = "    slog::info!(log, \"pod {} found\", pod);\n".repeat(n);
        format!("fn f(log: &slog::Logger, pod: &str) {{\n{calls}}}\n")
    });
    check("modules that pass macros on", &|n| {
        let one = "#[macro_use] mod a# { macro_rules! m# { ($($arg:tt)*) => { log::info!($($arg)*) } } }\n";
        let calls = in_function(numbered(n, "    m#!(\"pod {pod} found\");\n"));
        format!("{}{calls}", numbered(n, one))
    });
    check("calls after modules that pass macros on", &|n| {
        let one = "#[macro_use] mod a# { macro_rules! m# { () => {} } }\n";
        let calls = in_function("    note!(\"pod {pod} found\");\n".repeat(n));
        format!("{NOTE}{}{calls}", numbered(n, one))
    });
    check("modules in modules that pass macros on", &|n| {
        let calls = in_function("    note!(\"pod {pod} found\");\n".repeat(n));
        format!("{}{NOTE}{}{calls}", "#[macro_use] mod a { ".repeat(n), "}".repeat(n))
    });
    check("imports in blocks", &|n| {
        let one = "{ use log::info; info!(\"pod {pod} found\"); ";
        in_function(format!("{}{}\n", one.repeat(n), "}".repeat(n)))
    });
    check("globs in a chain", &|n| {
        let one = "pub mod m# { pub use super::m0#::*; fn f(pod: &str) { info!(\"pod {pod} found\"); } }\n";
        (0..n)
            .map(|at| one.replace("m0#", &format!("m{}", at + 1)).replace('#', &at.to_string()))
            .collect::<String>()
            + &format!("pub mod m{n} {{ pub use log::*; }}\n")
    });
    check("globs beside each other", &|n| {
        let calls = in_function("    info!(\"pod {pod} found\");\n".repeat(n));
        format!("{}{calls}", numbered(n, "mod m# { pub fn f() {} } use m#::*;\n"))
    });
    check("macros of one name", &|n| {
        let one = "#[cfg(a#)] macro_rules! note { ($($arg:tt)*) => { log::info!($($arg)*) } }\n";
        let calls = in_function("    note!(\"pod {pod} found\");\n".repeat(n));
        format!("{}{calls}", numbered(n, one))
    });
    check("crates with macros", &|n| {
        let calls = in_function("    info!(\"pod {pod} found\");\n".repeat(n));
        format!("{}{calls}", numbered(n, "#[macro_use] extern crate c#;\n"))
    });
    check("names of an import that leave", &|n| {
        let calls = in_function(numbered(n, "    i#!(\"pod {pod} found\");\n"));
        format!("use log::{{{}}};\n{calls}", numbered(n, "info as i#, "))
    });
    check("imports that leave", &|n| {
        let one = "mod m# { use log::info; fn f(pod: &str) { info!(\"pod {pod} found\"); } }\n";
        numbered(n, one)
    });
    check("patterns without an end", &|n| in_function("let Err(e) = f(|x| -> ".repeat(n)));
    check("nested imports", &|n| {
        format!(
            "use {}x{};\n{}",
            "a::{b::{".repeat(n),
            "}}".repeat(n),
            in_function(FOUND.to_owned())
        )
    });
}

/// What is repeated from call to call, and what functions around calls say of them.
fn repeated(check: &mut Check<'_>) {
    let three = |key: &str| -> String {
        ["Found", "Synced", "Updated"]
            .map(|words| format!("klog::info!(\"{words}\", {key} = pod); "))
            .concat()
    };
    check("pairs of three calls", &|n| in_function(numbered(n, &three("a#"))));
    check("pairs of three calls in blocks", &|n| {
        in_function(numbered(n, &format!("    {{ let pod = g(#); {} }}\n", three("a"))))
    });
    check("pairs of three calls in scopes", &|n| {
        in_function(numbered(n, &format!("    l.in_scope(|| {{ {} }});\n", three("a#"))))
    });
    check("pairs of three calls of spans", &|n| {
        let one = "tracing::info!(a# = pod, \"Found\"); ";
        in_function(numbered(n, &format!("    {};\n", one.repeat(3))))
    });
    check("pairs of three calls with ways out", &|n| {
        in_function(numbered(n, &format!("    if g(#) {{ return; }}\n    {}\n", three("a#"))))
    });
    check("pairs of three calls between literals", &|n| {
        let one = format!("    g(\"a\n b\").await;\n    {}\n", three("a"));
        format!("async {}", in_function(one.repeat(n)))
    });
    check("calls with one logger", &|n| {
        let calls = "    klog::info!(logger: l, \"Found\", pod);\n".repeat(n);
        format!("fn f(l: &Logger, pod: &str) {{\n{calls}}}\n")
    });
    check("calls with a logger of many pairs", &|n| {
        let calls = "    klog::info!(logger: l, \"Found\", pod);\n".repeat(n);
        let pairs = numbered(n, "a# = 1, ");
        in_function(format!(
            "    let l = Logger::current().with_values(kvs! {{ {pairs} }});\n{calls}"
        ))
    });
    check("calls in a span of many fields", &|n| {
        let calls = in_function("    tracing::info!(pod, \"Found\");\n".repeat(n));
        format!("#[tracing::instrument(fields({}))]\n{calls}", numbered(n, "a# = 1, "))
    });
    check("functions that call each other", &|n| {
        let one = "fn f#(pod: &str) { f_#(pod); klog::info!(\"Found\", pod); }\n";
        (0..n)
            .map(|at| one.replace("_#", &(at + 1).to_string()).replace('#', &at.to_string()))
            .collect()
    });
    check("fields of one's own types", &|n| {
        let one =
            "struct A# { a: u32 }\nimpl A# { fn f(&self) { log::info!(\"{} found\", self.a); } }\n";
        numbered(n, one)
    });
    check("methods of one's own types", &|n| {
        let one = "impl A# { fn len(&self) -> B { B } fn f(&self) { log::info!(\"{} found\", self.len()); } }\n";
        numbered(n, one)
    });
    check("numbers in a long function", &|n| {
        in_function(numbered(n, "    let n# = pods.len();\n    tracing::info!(\"{n#} found\");\n"))
    });
}

/// What needs the syntax tree.
fn loggers(check: &mut Check<'_>) {
    let with_logger = |body: String| format!("fn f(l0: &klog::Logger, pod: &str) {{\n{body}}}\n");
    let chained = |n: usize, text: &str| -> String {
        (0..n)
            .map(|at| text.replace('@', &(at + 1).to_string()).replace('#', &at.to_string()))
            .collect()
    };
    let with_chain = |n: usize, text: &str| with_logger(chained(n, text));
    check("loggers of each other", &|n| {
        with_chain(
            n,
            "    let l@ = l#.with_values(klog::kvs!(a# = pod));\n    klog::info!(logger: l@, \"Found\", pod);\n",
        )
    });
    check("loggers of one", &|n| {
        with_chain(
            n,
            "    let l@ = l0.with_values(klog::kvs!(a# = pod));\n    klog::info!(logger: l@, \"Found\", pod);\n",
        )
    });
    check("loggers by one name", &|n| {
        with_chain(
            n,
            "    let l0 = l0.with_values(klog::kvs!(a# = pod));\n    klog::info!(logger: l0, \"Found\", pod);\n",
        )
    });
    check("loggers that are moved", &|n| {
        with_chain(
            n,
            "    let l@ = l0.with_name(\"a\");\n    g(move || klog::info!(logger: l@, \"Found\", pod));\n    g(l@);\n    let l@ = 5;\n",
        )
    });
    check("loggers in loops", &|n| {
        with_chain(
            n,
            "    for pod in pods { let l = Logger::current(); klog::info!(logger: l, \"Found\", pod); }\n",
        )
    });
    check("slog's loggers", &|n| {
        let calls =
            "    let log = log.new(o!(\"a\" => 1));\n    slog::info!(log, \"found {}\", pod);\n"
                .repeat(n);
        format!("fn f(log: slog::Logger, pod: &str) {{\n{calls}}}\n")
    });
    check("loggers in fields", &|n| {
        let methods = numbered(n, "    fn f#(&self, pod: &str) { klog::info!(\"Found\", pod); }\n");
        format!("struct A {{ {} }}\nimpl A {{\n{methods}}}\n", numbered(n, "l#: Logger, "))
    });
    check("scopes", &|n| with_chain(n, "    l0.in_scope(|| klog::info!(\"Found\", pod));\n"));
    check("guards of spans", &|n| {
        with_chain(
            n,
            "    let _g# = tracing::info_span!(\"a\", b# = pod).entered();\n    tracing::info!(pod, \"Found\");\n",
        )
    });
    check("functions in a function", &|n| {
        with_logger(
            numbered(n, "    fn f#(l: &Logger) {}\n")
                + &"    klog::info!(\"Found\", pod);\n".repeat(n),
        )
    });
    check("tasks", &|n| {
        with_chain(n, "    tokio::spawn(async { klog::info!(\"Found\", pod); });\n")
    });
}

/// The steps of a whole run over one file: findings, fixes of two dialects, figures and catalog.
fn steps(text: &str) -> u64 {
    steps_of(&[("lib.rs".to_owned(), text.to_owned())])
}

/// The same over several files.
fn steps_of(files: &[(String, String)]) -> u64 {
    let project = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(project.path().join(name), text).unwrap();
    }
    let selection =
        Selection { directory: project.path().to_owned(), no_cargo: true, ..Selection::default() };
    let run = || {
        let before = work::steps();
        for dialect in [FixDialect::Own, FixDialect::Of(&tracing::DIALECT)] {
            let workspace = scan::load(&selection);
            let mut config = Config::default();
            config.settings.dialect = dialect;
            let (index, scanned) = scan::workspace(&workspace, &ScanConfig::default(), &|_| {});
            Catalog::of(&workspace, &scanned);
            Stats::count(&workspace, &scanned, true);
            let linter = Linter::new(&workspace, &config, index, &scanned);
            let report = lint::report(&linter, scanned);
            let relint = |file: &FileReport, text: &str| linter.relint(file, text);
            let mut plan = fix::plan(&report, true, &relint);
            plan.trim_imports(&workspace, &ScanConfig::default());
            plan.diff();
        }
        work::steps() - before
    };
    // All on one thread, whose steps are counted.
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .stack_size(256 << 20)
        .build()
        .unwrap()
        .install(run)
}
