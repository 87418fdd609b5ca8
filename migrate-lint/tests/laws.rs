//! What holds for every source file and every log; `properties` says it, `fuzz/` runs the same.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
#![expect(unreachable_pub, reason = "the properties are shared with targets that are no test")]

#[path = "properties/mod.rs"]
mod properties;

use std::path::{Path, PathBuf};

use migrate_lint::check_log::Options;
use migrate_lint::internal::call::{HoleArgument, MessageForm, Piece};
use migrate_lint::internal::scan::{self, CrateFacts};
use properties::{check_log, fixer, format_string, queries, scanner, tree};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn pieces_make_the_text(parts in prop::collection::vec(format_part(), 0..8)) {
        format_string::pieces_make_the_text(&parts.concat()).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn places_are_right(parts in prop::collection::vec(source_part(), 0..12)) {
        let text = parts.concat();
        for text in [text.clone(), format!("fn example() {{\n{text}}}\n")] {
            scanner::places_are_right(text.as_bytes()).map_err(TestCaseError::fail)?;
        }
    }

    #[test]
    fn fixes_are_sound(calls in prop::collection::vec(any_call(), 1..5), before in source_part()) {
        let calls: String = calls.iter().map(|call| format!("    {};\n", call.source())).collect();
        let text = format!("fn example() {{\n    {before}\n{calls}}}\n");
        fixer::fixes_are_sound(&text).map_err(TestCaseError::fail)?;
    }

    /// An entry says as much as before: each value once, in the order of the message, the error in front.
    #[test]
    fn values_keep_order_and_number(call in any_call()) {
        // An awaited one is in a `let` in front of the call.
        prop_assume!(!call.source().contains(".await"));
        let text = format!("fn example() {{\n    {};\n}}\n", call.source());
        for dialect in fixer::DIALECTS {
            let fixed = fixer::fixed(&text, dialect, true).map_err(TestCaseError::fail)?;
            let (after, mut before) = (values(&fixed), values(&text));
            if let Some(error) = after.first().filter(|_| has_error(&fixed)) {
                let at = before.iter().position(|value| value == error).unwrap();
                before[..=at].rotate_right(1);
            }
            prop_assert_eq!(after, before, "{:?}\n{}\n{}", dialect, text, fixed);
        }
    }

    #[test]
    fn reads_do_not_matter(lines in prop::collection::vec(log_line(), 0..12), size in 1..80_usize) {
        let log = lines.concat();
        check_log::reads_do_not_matter(&Options::default(), log.as_bytes(), size).map_err(TestCaseError::fail)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn trees_are_kept_whole(files in prop::collection::vec(tree_file(), 1..8), choice in 0..3_u8) {
        let mut bytes = vec![choice];
        bytes.extend(files.concat().into_bytes());
        tree::any_bytes(&bytes).map_err(TestCaseError::fail)?;
    }
}

/// What fuzzing starts from holds, so that seeds neither rot nor are lost.
#[test]
fn seeds_hold() {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    replay("format_string", |bytes| {
        format_string::pieces_make_the_text(&text(bytes))?;
        format_string::any_literal_is_read(&text(bytes))
    });
    replay("scanner", scanner::places_are_right);
    replay("fixer", |bytes| {
        fixer::any_bytes(bytes).and_then(|()| scanner::places_are_right(bytes))
    });
    replay("check_log", check_log::any_bytes);
    replay("queries", queries::any_bytes);
    replay("tree", tree::any_bytes);
}

/// Files of queries as a fuzzer makes them of the seeds: bytes changed, pieces cut out, doubled, put into other files.
/// `KLOG_CASES` says how many, `KLOG_SEED` which.
#[test]
fn changed_files_of_queries_hold() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let seeds: Vec<Vec<u8>> = files(&fuzz.join("seeds/queries"))
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    let dictionary = std::fs::read_to_string(fuzz.join("dictionaries/queries")).unwrap();
    let words: Vec<Vec<u8>> = dictionary
        .lines()
        .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
        .map(|word| word.replace("\\x22", "\"").into_bytes())
        .collect();
    let mut state = 0x9e37_79b9_7f4a_7c15 ^ number("KLOG_SEED").unwrap_or(1);
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % limit.max(1)
    };
    for case in 0..number("KLOG_CASES").unwrap_or(300) {
        let mut bytes = seeds[below(seeds.len())].clone();
        for _ in 0..1 + below(5) {
            let (from, to) = (below(bytes.len() + 1), below(bytes.len() + 1));
            let range = from.min(to)..from.max(to).min(from.min(to) + 200);
            match below(6) {
                0 => bytes.splice(range, []).for_each(drop),
                1 => bytes.insert(from, u8::try_from(below(256)).unwrap()),
                2 if from < bytes.len() => bytes[from] = u8::try_from(below(256)).unwrap(),
                3 => {
                    let piece = bytes[range].to_vec();
                    bytes.splice(to..to, piece).for_each(drop);
                }
                4 => {
                    let other = &seeds[below(seeds.len())];
                    let start = below(other.len());
                    let end = (start + below(200)).min(other.len());
                    bytes.splice(range, other[start..end].to_vec()).for_each(drop);
                }
                _ => bytes.splice(from..from, words[below(words.len())].clone()).for_each(drop),
            }
        }
        bytes.truncate(4096);
        queries::any_bytes(&bytes).unwrap_or_else(|why| panic!("case {case}: {why}"));
    }
}

/// Whole programs, with all that surrounds calls in them.
#[test]
fn real_files_hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for folder in ["examples/legacy-controller/src", "examples/controller/src", "migrate-lint/src"]
    {
        for path in files(&root.join(folder)) {
            if path.extension().is_some_and(|ending| ending == "rs") {
                let bytes = std::fs::read(&path).unwrap();
                let holds =
                    scanner::places_are_right(&bytes).and_then(|()| fixer::any_bytes(&bytes));
                holds.unwrap_or_else(|why| panic!("{}: {why}", path.display()));
            }
        }
    }
}

fn replay(target: &str, law: impl Fn(&[u8]) -> Result<(), String>) {
    let seeds = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target));
    assert!(seeds.len() > 2, "{target} has {} seeds", seeds.len());
    for path in seeds {
        law(&std::fs::read(&path).unwrap())
            .unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// Pieces of format strings, whole and broken.
fn format_part() -> impl Strategy<Value = String> {
    let known = [
        "{}",
        "{0}",
        "{1:?}",
        "{name}",
        "{name:>8}",
        "{:#x}",
        "{:>1$}",
        "{:.*}",
        "{:name$}",
        "{{",
        "}}",
        "{",
        "}",
        "{ }",
        "{:ü<4}",
        "ü",
        "\u{301}",
        " pod ",
        "\"",
        "\\",
        "\n",
        "\t",
        "\0",
        "\u{1f600}",
        "{first:width$.prec$}",
        "{:?}{}",
    ];
    prop_oneof![prop::sample::select(known.to_vec()).prop_map(str::to_owned), "\\PC{0,4}"]
}

/// Pieces of source files.
fn source_part() -> impl Strategy<Value = String> {
    let known = [
        "let _g = tracing::info_span!(\"s\", addr = 1).entered();\n",
        "let logger = klog::Logger::current().with_values(klog::kvs! { a = 1 });\n",
        "#[tracing::instrument(fields(a = 3))]\nfn f(&self, body: Vec<u8>) {}\n",
        "if log::log_enabled!(log::Level::Debug) { log::debug!(\"state {:?}\", state); }\n",
        "macro_rules! note { ($($arg:tt)+) => { log::info!($($arg)+) }; }\n",
        "tokio::select! { _ = tick => log::warn!(\"tick {n}\"), else => {} }\n",
        "// klog: allow(print-macro) the answer\nprintln!(\"{x}\");\n",
        "/* klog: allow(style) */\n",
        "match x { Ok(v) => info!(\"got {v}\"), Err(e) => { error!(\"no: {e:?}\"); std::process::exit(1) } }\n",
        "use log::{info, error as e};\n",
        "eprintln!(\"x {}\", r#\"{}\"#);\n",
        "log::info!(target: \"a\", k:? = v; \"done {}\", 1)\n",
        "\u{feff}",
        "ü",
        "\r\n",
        "}\n",
        "{",
        "\"",
        "'",
        "r#\"",
        "//",
        "/*",
    ];
    prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,4}"]
}

/// A file of a small tree.
fn tree_file() -> impl Strategy<Value = String> {
    let paths = [
        "src/lib.rs",
        "src/main.rs",
        "src/a.rs",
        "src/a/b.rs",
        "src/a/mod.rs",
        "src/b.rs",
        "src/b.rs -> a.rs",
        "src/c -> ..",
        "src/d.rs -> ../../outside.rs",
        "src/ü \"n\".rs",
        "tests/t.rs",
        "build.rs",
    ];
    let heads = [
        "",
        "use super::*;\n",
        "use crate::*;\n",
        "use log::*;\n",
        "use log::{info, warn};\n",
        "pub use log::info;\n",
        "pub(crate) use crate::a::*;\n",
        "#[macro_use]\nextern crate log;\n",
        "mod a;\n",
        "mod a;\nmod b;\n",
        "pub mod b { pub use log::*; }\n",
        "pub struct Pod;\n",
        "macro_rules! note { ($($arg:tt)+) => { info!($($arg)+) }; }\n",
    ];
    let calls = [
        "log::info!(\"pod {pod} found\")",
        "info!(\"pod {pod} found\")",
        "warn!(\"pod {} lost\", pod.len())",
        "note!(\"pod {pod} found\")",
        "println!(\"pod {}\", f(pod)?)",
        "tracing::debug!(%pod, \"found\")",
    ];
    let manifest = "//- Cargo.toml\n[package]\nname = \"tree\"\nversion = \"0.1.0\"\n\n[dependencies]\nlog = \"0.4\"\n";
    let source = (
        prop::sample::select(paths.to_vec()),
        prop::collection::vec(prop::sample::select(heads.to_vec()), 0..3),
        prop::collection::vec(prop::sample::select(calls.to_vec()), 0..3),
    );
    let source = source.prop_map(|(path, heads, calls)| {
        let calls: String = calls.iter().map(|call| format!("    {call};\n")).collect();
        format!("//- {path}\n{}fn f(pod: &str) {{\n{calls}}}\n", heads.concat())
    });
    prop_oneof![1 => Just(manifest.to_owned()), 1 => Just(format!("{manifest}tracing = \"0.1\"\nklog-rs = \"0.1\"\n")), 6 => source]
}

fn log_line() -> impl Strategy<Value = String> {
    let known = [
        "I0304 05:06:07.089012   12345 main.rs:42] \"Pod status updated\" pod=\"kube-system/kubedns\" status=\"ready\"\n",
        "E0304 05:06:07.089012   12345 main.rs:42] \"Block\" text=<\n\tfirst\n\tsecond\n >\n",
        "E0304 05:06:07.089012   12345 main.rs:42] \"Block\" text=<\n\tno end\n",
        "I0304 05:06:07.089012   12345 main.rs:42] Pod web is ready\n",
        "W0304 05:06:07 1 a:b] \"x\" a=1 a=2\n",
        "{\"ts\":1761351315525.108,\"caller\":\"a.rs:5\",\"msg\":\"Started\",\"v\":0,\"token\":\"ghp_0123456789abcdefghij0123456789abcdef\"}\n",
        "{\"ts\":1,\"msg\":\"a\",\"msg\":\"b\"}\n",
        "{\"ts\":\n",
        "\t\n",
        " >\n",
        "\u{1b}[31mred\u{1b}[0m\r\n",
        "\n",
        "I0304",
        "ü",
    ];
    prop_oneof![6 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,6}\n?"]
}

/// A call whose values tell themselves apart.
#[derive(Clone, Debug)]
struct Call {
    path: &'static str,
    words: Vec<String>,
    holes: Vec<(&'static str, Filled)>,
}

#[derive(Clone, Copy, Debug)]
enum Filled {
    Argument(&'static str),
    Captured,
}

impl Call {
    fn source(&self) -> String {
        let (mut format, mut arguments) = (String::new(), String::new());
        for (index, word) in self.words.iter().enumerate() {
            format += word;
            let Some((spec, filled)) = self.holes.get(index) else { continue };
            match filled {
                Filled::Captured => format += &format!("{{value{index}{spec}}}"),
                Filled::Argument(form) => {
                    format += &format!("{{{spec}}}");
                    arguments += ", ";
                    arguments += &form.replace('#', &index.to_string());
                }
            }
        }
        format!("{}!(\"{format}\"{arguments})", self.path)
    }
}

fn any_call() -> impl Strategy<Value = Call> {
    let paths = [
        "log::info",
        "log::error",
        "tracing::warn",
        "tracing::debug",
        "slog_scope::info",
        "klog::info",
    ];
    let words = [
        "pod ",
        " is ",
        ": ",
        " (",
        ") ",
        "=",
        "failed to get ",
        " after ",
        "ms",
        " -> ",
        "/",
        ", ",
        " [",
        "] ",
        "count: ",
        "Started",
        ".",
        "",
        "listening on http://",
        " of ",
        "error: ",
        "{{}} ",
        " %",
    ];
    let arguments = [
        "value#",
        "pod.value#",
        "value#.name()",
        "&value#",
        "value#[0]",
        "value#.len() + 1",
        "f(value#)",
        "value#?",
        "value#.iter().map(|x| x + 1).sum::<u32>()",
        "(value#, 1)",
        "\"text\".repeat(value#)",
        "value#.await",
    ];
    let filled = prop_oneof![
        prop::sample::select(arguments.to_vec()).prop_map(Filled::Argument),
        Just(Filled::Captured)
    ];
    let spec = prop::sample::select(&["", ":?", ":#?", ":>8", ":.2", ":#x"][..]);
    (
        prop::sample::select(paths.to_vec()),
        prop::collection::vec(prop::sample::select(words.to_vec()).prop_map(str::to_owned), 1..6),
        prop::collection::vec((spec, filled), 0..5),
    )
        .prop_map(|(path, words, holes)| Call { path, words, holes })
}

/// Whether the call has a pair `err`, which is first.
fn has_error(text: &str) -> bool {
    text.contains("err:") || text.contains("err = ")
}

/// The numbers of the values of a file's calls, in the order in which they are given.
fn values(text: &str) -> Vec<String> {
    let scanned = scan::source(text, &CrateFacts::default());
    let mut values = Vec::new();
    for call in &scanned.calls {
        let mut add = |text: &str| {
            let first = values.len();
            for part in text.split("value").skip(1) {
                let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
                values.push(digits);
            }
            // `format_args!("{}={value1}", value0)` has a captured name in front of what is printed before it.
            if text.starts_with("format_args!") {
                values[first..].sort_by_key(|digits| digits.parse::<usize>().ok());
            }
        };
        call.prefix.iter().for_each(|prefix| add(&prefix.value.text));
        for pair in &call.pairs {
            match &pair.value {
                Some(value) => add(&value.text),
                None => add(pair.key.as_deref().unwrap_or_default()),
            }
        }
        if let Some(message) = &call.message
            && let MessageForm::Literal { pieces, .. } = &message.form
        {
            for piece in pieces {
                let Piece::Hole(hole) = piece else { continue };
                match &hole.argument {
                    HoleArgument::Index(index) => {
                        add(&call.format_args[*index].value.text);
                    }
                    HoleArgument::Capture(name) => add(name),
                    HoleArgument::Missing => {}
                }
            }
        }
    }
    values
}
