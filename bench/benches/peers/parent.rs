//! Starts the children, and makes tables of what they print.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::File,
    process::{Command, Stdio},
};

use klog_bench::{Format, floor, patterns, queues, report, stacks};

/// What one child printed: two numbers for each workload.
type Figures = BTreeMap<String, (f64, f64)>;

/// A line of a table.
struct Row {
    name: &'static str,
    times: Figures,
    allocations: Figures,
    file: Figures,
    batches: Figures,
    everyday: Figures,
    idle: Figures,
    /// Instructions a call of W1; `None` without valgrind.
    instructions: Option<f64>,
}

/// Measures the stacks whose name contains `only`, or all of them.
pub(crate) fn run(only: Option<&str>) {
    let mut text = String::new();
    for format in [Format::Text, Format::Json] {
        let stacks: Vec<_> = [floor::stack(format)]
            .into_iter()
            .chain(stacks::all())
            .filter(|stack| stack.formats.contains(&format))
            .filter(|stack| only.is_none_or(|only| stack.name.contains(only)))
            .collect();
        let rows: Vec<_> = stacks.iter().map(|stack| measure(stack.name, format)).collect();
        let _ = write!(
            text,
            "\n### {0}\n\n{1}\n{0}, everyday lines:\n\n{2}",
            heading(format),
            table(&rows),
            everyday_table(&rows)
        );
    }
    text += &patterns_table(only);
    text += &queues_table(only);
    print!("{text}");
    if only.is_none() {
        report::replace("speed", &format!("{}\n{text}", report::machine()));
        size();
    }
}

/// What `size/measure.sh` prints.
fn size() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/size/measure.sh");
    eprintln!("{script}");
    let output = Command::new(script).stderr(Stdio::inherit()).output().expect("the script starts");
    assert!(output.status.success(), "{script} failed");
    let text = String::from_utf8(output.stdout).expect("the script prints text");
    print!("{text}");
    report::replace("size", &text);
}

fn heading(format: Format) -> &'static str {
    match format {
        Format::Text => "Text",
        Format::Json => "JSON",
    }
}

fn measure(name: &'static str, format: Format) -> Row {
    eprintln!("{name}, {}", format.name());
    let child = |name, format: Format, what| child(&[name, format.name(), what]);
    Row {
        name,
        times: child(name, format, "time"),
        allocations: child(name, format, "allocations"),
        file: child(name, format, "file"),
        batches: child(name, format, "batches"),
        everyday: child(name, format, "everyday"),
        idle: child(name, format, "idle"),
        instructions: instructions(name, format, 1_200)
            .zip(instructions(name, format, 200))
            .map(|(many, few)| (many - few) / 1_000.0),
    }
}

fn this_program() -> Command {
    Command::new(std::env::current_exe().expect("a program has a path"))
}

/// Runs a child, with standard error at a file in memory.
fn child(arguments: &[&str]) -> Figures {
    let mut command = this_program();
    command.arg("child").args(arguments);
    let path =
        std::env::var_os("KLOG_BENCH_FILE").unwrap_or_else(|| "/dev/shm/klog-bench.log".into());
    if arguments.iter().any(|what| ["file", "batches", "queue"].contains(what)) {
        let file = File::options().create(true).append(true).open(&path);
        command.stderr(file.expect("a file that can be written"));
    }
    let output = command.stdout(Stdio::piped()).output().expect("the child starts");
    let _ = std::fs::remove_file(&path);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    let text = String::from_utf8(output.stdout).expect("the child prints text");
    text.lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let name = words.next()?.to_owned();
            Some((name, (words.next()?.parse().ok()?, words.next()?.parse().ok()?)))
        })
        .collect()
}

/// Instructions of a whole run, as callgrind counts them.
fn instructions(name: &str, format: Format, n_calls: u32) -> Option<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(this_program().get_program())
        .args(["child", name, format.name(), "calls", "W1", &n_calls.to_string()])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// `× F1`: the ratio to the floor in the same process.
fn ratio(figures: &Figures, name: &str) -> String {
    figures.get(name).map_or("–".into(), |(_, ratio)| format!("{ratio:.2}"))
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| | W1 ns | W1 × F1 | W2 × F1 | W3 × F1 | W4 ns | W5 ns a line | W5 speed-up | W6 × F1 | W6 batched × F1 | W7 × F1 | W7 allocations | W1 allocations | W1 instructions | W1 bytes | idle thread KiB |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for row in rows {
        let time = |name: &str| row.times.get(name).map_or(f64::NAN, |(own, _)| *own);
        let (allocations, bytes) = row.allocations.get("W1").copied().unwrap_or_default();
        let instructions = row.instructions.map_or("–".into(), |count| format!("{count:.0}"));
        let w7 = row.allocations.get("W7").map_or("–".into(), |(count, _)| format!("{count:.1}"));
        let _ = writeln!(
            text,
            "| {} | {:.0} | {} | {} | {} | {:.1} | {:.0} | {:.2} | {} | {} | {} | {w7} | {allocations:.1} | {instructions} | {bytes:.0} | {:.1} |",
            row.name,
            time("W1"),
            ratio(&row.times, "W1"),
            ratio(&row.times, "W2"),
            ratio(&row.times, "W3"),
            time("W4"),
            time("W5"),
            time("W1") / time("W5"),
            ratio(&row.file, "W6"),
            ratio(&row.batches, "W6"),
            ratio(&row.times, "W7"),
            row.idle.get("idle").map_or(f64::NAN, |(kib, _)| *kib),
        );
    }
    text
}

/// W8 to W15 of all stacks.
fn everyday_table(rows: &[Row]) -> String {
    const NAMES: [&str; 9] = ["W8", "W9", "W10", "W11", "W12", "W13", "W14", "W15", "30-pairs"];
    let mut text = String::from("|");
    for name in NAMES {
        let _ = write!(text, " | {} × F1", name.replace('-', " "));
    }
    text += " | most allocations |\n|---|";
    text += &"--:|".repeat(NAMES.len() + 1);
    text += "\n";
    for row in rows.iter().filter(|row| !row.everyday.is_empty()) {
        let name = if row.name == "F1" { "the formatter alone" } else { row.name };
        let _ = write!(text, "| {name}");
        for name in NAMES {
            let _ = write!(text, " | {}", ratio(&row.everyday, name));
        }
        let most = NAMES.iter().filter_map(|name| row.allocations.get(*name));
        let most = most.map(|(count, _)| *count).fold(0.0, f64::max);
        let _ = writeln!(text, " | {most:.0} |");
    }
    text
}

/// W16.
fn patterns_table(only: Option<&str>) -> String {
    let mut text = String::from(
        "\nPatterns:\n\n| | a line that the last of ten enables, ns | × W3 of F1 | a disabled call of `log`, under a pattern about other code, ns |\n|---|--:|--:|--:|\n",
    );
    for filtered in patterns::all() {
        if only.is_some_and(|only| !filtered.name.contains(only)) {
            continue;
        }
        let figures = |which| child(&[filtered.name, "patterns", which]);
        let figure = |figures: &Figures| figures.get("W16").copied().unwrap_or_default();
        let ((ten, ratio), (other, _)) = (figure(&figures("ten")), figure(&figures("other")));
        let _ = writeln!(text, "| {} | {ten:.0} | {ratio:.2} | {other:.1} |", filtered.name);
    }
    text
}

/// W17.
fn queues_table(only: Option<&str>) -> String {
    let mut text = String::from(
        "\nFour threads, W2 to a file in memory:\n\n| | ns of all processors a line | a caller waits, median ns | 99th of 100, ns |\n|---|--:|--:|--:|\n",
    );
    for way in queues::all() {
        if only.is_some_and(|only| !way.name.contains(only)) {
            continue;
        }
        let figures = child(&[way.name, "queue"]);
        let figure = |name: &str| figures.get(name).copied().unwrap_or_default();
        let ((cpu, _), (median, most)) = (figure("cpu"), figure("wait"));
        let _ = writeln!(text, "| {} | {cpu:.0} | {median:.0} | {most:.0} |", way.name);
    }
    text
}
