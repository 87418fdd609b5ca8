//! No text ends the program, however deeply it is nested.

use std::fmt::Display;
use std::process::Command;

/// More than any limit of brackets, and enough for a stack of 2 MiB.
const N: usize = 700;

const CALL: &str = "log::info!(\"pod {x} found\")";

/// A function whose `y` is `value`, among calls that need the facts of a syntax tree.
fn of_value(value: impl Display) -> String {
    format!(
        "fn f(x: u8, log: &klog::Logger) {{\n    {CALL};\n    klog::info!(logger: log, \"Found\", x);\n    let y = {value};\n    {CALL};\n}}\n"
    )
}

fn in_body(body: impl Display) -> String {
    of_value(format!("1;\n    {body}"))
}

fn item(text: impl Display) -> String {
    format!("{}{text}\n", of_value(1))
}

fn around(n: usize, open: &str, middle: &str, close: &str) -> String {
    format!("{}{middle}{}", open.repeat(n), close.repeat(n))
}

/// What is nested, by name.
fn shapes(n: usize) -> impl Iterator<Item = (&'static str, String)> {
    expressions(n).into_iter().chain(items(n))
}

fn expressions(n: usize) -> Vec<(&'static str, String)> {
    let around = |open: &str, middle: &str, close: &str| around(n, open, middle, close);
    vec![
        ("parentheses", of_value(around("(", "x", ")"))),
        (
            "parentheses in a call",
            in_body(format!("log::info!(\"{{}}\", {})", around("(", "x", ")"))),
        ),
        ("arrays", of_value(around("[", "x", "]"))),
        ("blocks", in_body(around("{ ", CALL, " }"))),
        ("blocks with calls", in_body(around(&format!("{{ {CALL}; "), CALL, " }"))),
        ("loops", in_body(around("loop { ", CALL, " }"))),
        ("branches", in_body(around("if x == 1 { ", CALL, " }"))),
        ("else-if chains", in_body(around("if x == 1 { 1 } else ", "{ 2 }", ""))),
        ("match arms", in_body(around("match x { _ => ", CALL, " }"))),
        ("match arms with errors", in_body(around("match x { Err(e) => ", CALL, " }"))),
        ("closures", of_value(around("|| ", "x", ""))),
        ("closures with parameters", of_value(around("|a, b| ", "x", ""))),
        ("closures that move", of_value(around("move |a, b| ", "x", ""))),
        ("async blocks", of_value(around("async move { ", "x", " }"))),
        ("operators", of_value(around("x + ", "x", ""))),
        ("operators with blocks", of_value(around("{ 1; x } + ", "x", ""))),
        ("groups of operators", of_value(around("(x + x + x + ", "x", ")"))),
        ("logic", of_value(around("x && x || ", "x", ""))),
        ("negations", of_value(around("!", "x", ""))),
        ("minus signs", of_value(around("- ", "x", ""))),
        ("references", of_value(around("&", "x", ""))),
        ("dereferences", of_value(around("*", "x", ""))),
        ("casts", of_value(around("", "x", " as u8"))),
        ("assignments", in_body(around("x = ", "x", ";"))),
        ("ranges", of_value(around("x..", "x", ""))),
        ("method chains", of_value(around("", "x", ".y()"))),
        ("method chains with closures", of_value(around("", "x", ".y(|a| { a; })"))),
        (
            "method chains in a call",
            in_body(format!("log::info!(\"{{}}\", {})", around("", "x", ".y()"))),
        ),
        ("fields", of_value(around("", "x", ".y"))),
        ("indexes", of_value(around("", "x", "[0]"))),
        ("calls of what calls give", of_value(around("", "x", "()"))),
        ("questions", of_value(around("", "x", "?"))),
        ("awaits", of_value(around("", "x", ".await"))),
        ("calls", of_value(around("f(", "x", ")"))),
        ("calls with more arguments", of_value(around("f(x, ", "x", ")"))),
        ("returns", of_value(around("return ", "x", ""))),
    ]
}

fn items(n: usize) -> Vec<(&'static str, String)> {
    let around = |open: &str, middle: &str, close: &str| around(n, open, middle, close);
    vec![
        ("structures", of_value(around("S { s: ", "x", " }"))),
        ("patterns", in_body(format!("let {} = x;", around("S(", "y", ")")))),
        ("patterns by reference", in_body(format!("let {} = x;", around("&", "y", "")))),
        (
            "patterns beside each other",
            in_body(format!("match x {{ {} => {{}} }}", around("1 | ", "2", ""))),
        ),
        ("types", item(format!("type T = {};", around("Box<", "u8", ">")))),
        ("types with commas", item(format!("type T = {};", around("Map<u8, ", "u8", ">")))),
        ("types of functions", item(format!("type T = {};", around("fn(u8) -> ", "u8", "")))),
        ("types of references", item(format!("type T = {};", around("&", "u8", "")))),
        ("types of tuples", item(format!("type T = {};", around("(", "u8", ",)")))),
        ("qualified types", item(format!("type T = {};", around("<", "u8", " as A>::B")))),
        ("bounds", item(format!("fn g<T: {}>() {{}}", around("A + ", "A", "")))),
        ("generics in an expression", of_value(around("f::<", "u8", ">()"))),
        ("paths", of_value(around("a::", "x", ""))),
        ("imports", item(format!("use {};", around("a::{", "b", "}")))),
        ("long imports", item(format!("use {};", around("a::", "b", "")))),
        ("macros", in_body(around("m!(", "x", ")"))),
        ("log calls", in_body(around("log::info!(\"{}\", ", "x", ")"))),
        ("definitions", item(around("macro_rules! m { () => { ", "", " } }"))),
        ("attributes", item(format!("{}fn g() {{}}", around("#[a(", "", ")]")))),
        (
            "attributes in attributes",
            item(format!("#[{}]\nfn g() {{}}", around("cfg_attr(a, ", "b", ")"))),
        ),
        ("modules", item(around("mod m { ", "", " }"))),
        ("functions", item(around("fn g() { ", "", " }"))),
        ("implementations", item(around("impl S { fn g() { ", "", " } }"))),
        ("comments", item(around("/* ", "", " */"))),
        ("visibilities", item(around("pub ", "fn g() {}", ""))),
        ("brackets that are never closed", in_body(around("([{", "x", ""))),
        ("brackets that nothing opened", in_body(around("", "x", ")]}"))),
        (
            "logger pairs",
            in_body(format!("let l = log{};", ".with_values(klog::kvs!(x))".repeat(n / 8))),
        ),
        (
            "instrument arguments",
            item(format!(
                "#[tracing::instrument(fields(a = {}))]\nfn g() {{ {CALL}; }}",
                around("(", "x", ")")
            )),
        ),
    ]
}

#[test]
fn no_nesting_ends_the_program() {
    let project = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_cargo-klog");
    std::fs::create_dir(project.path().join("src")).unwrap();
    for (index, (_, text)) in shapes(N).enumerate() {
        std::fs::write(project.path().join(format!("src/a{index}.rs")), text).unwrap();
    }
    let check = |arguments: &[&str]| {
        let output =
            Command::new(program).current_dir(project.path()).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let end: String =
            said.chars().rev().take(600).collect::<Vec<_>>().into_iter().rev().collect();
        let ended_well = !said.contains("panicked") && matches!(output.status.code(), Some(0 | 1));
        assert!(ended_well, "{arguments:?}: {:?}\n{end}", output.status);
    };
    check(&["lint", "--no-cargo", "-Wall", "--diff", "--unsafe-fixes", "--to", "klog", "src"]);
    check(&["catalog", "--no-cargo", "src"]);
}
