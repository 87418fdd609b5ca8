//! Functions whose log calls repeat pairs, with all around them that may change a value, leave early, or run elsewhere.

use crate::programs::Choices;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Library {
    Klog,
    /// klog with a logger in each call.
    Logger,
    Tracing,
    Slog,
}

/// What kind of function it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Fails,
    Method,
    Generic,
    Lazy,
    Async,
    AsyncFails,
}

/// What a statement needs of its function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    Result,
    Async,
    Klog,
    Tracing,
    /// Calls that may name what is `Copy` alone: the code runs elsewhere.
    Copied,
}

/// Statements: `L` is a log call, `R` what is returned.
const STATEMENTS: &[(&str, Needs)] = &[
    ("L;", Needs::Nothing),
    ("L;", Needs::Nothing),
    ("L;", Needs::Nothing),
    ("L;\nL;", Needs::Nothing),
    ("if node > 2 {\n    L;\n}", Needs::Nothing),
    ("if node > 2 {\n    L;\n    L;\n    L;\n} else {\n    L;\n}", Needs::Nothing),
    ("if node == 99 {\n    L;\n    return R;\n}", Needs::Nothing),
    ("if node == 3 {\n    L;\n    return R;\n}", Needs::Nothing),
    ("for turn in 0..2_u32 {\n    L;\n    note(turn);\n}", Needs::Nothing),
    (
        "for turn in 0..3_u32 {\n    if turn == 1 {\n        continue;\n    }\n    L;\n    L;\n    L;\n}",
        Needs::Nothing,
    ),
    ("for pod in [\"x\", \"y\"] {\n    L;\n    L;\n    L;\n}", Needs::Nothing),
    ("for grows in [\"x\", \"y\"].map(str::to_owned) {\n    L;\n    L;\n}", Needs::Nothing),
    ("loop {\n    L;\n    break;\n}", Needs::Nothing),
    ("grows.push('x');", Needs::Nothing),
    ("let node = node + 1;", Needs::Nothing),
    ("let longer = format!(\"{pod}-2\");\nlet pod = longer.as_str();", Needs::Nothing),
    ("node += 1;", Needs::Nothing),
    ("callee(node);", Needs::Nothing),
    ("note((0..3).map(|turn| {\n    L;\n    turn\n}).sum::<u32>());", Needs::Nothing),
    ("let lazy = (0..2).map(|turn| {\n    L;\n    turn\n});\nnote(lazy.count());", Needs::Nothing),
    ("std::thread::spawn(move || {\n    L;\n}).join().unwrap();", Needs::Copied),
    (
        "std::thread::scope(|scope| {\n    L;\n    scope.spawn(|| {\n        L;\n    });\n});",
        Needs::Nothing,
    ),
    ("spawn(async move {\n    L;\n    L;\n});", Needs::Copied),
    ("block_on(async {\n    L;\n    L;\n});", Needs::Nothing),
    ("async {\n    L;\n    later().await;\n}.await;", Needs::Async),
    ("let task = async {\n    L;\n    1\n};\nnote(task.await);", Needs::Async),
    ("later().await;", Needs::Async),
    ("match node {\n    1 => L,\n    _ => L,\n}", Needs::Nothing),
    ("let say = || L;\nsay();", Needs::Nothing),
    ("note(Some(node).map(|n| {\n    L;\n    n\n}));", Needs::Nothing),
    ("note(fails(node).map_err(|err| {\n    L;\n    err\n}).ok());", Needs::Nothing),
    ("note(fails(node).unwrap_or_else(|_| {\n    L;\n    0\n}));", Needs::Nothing),
    ("let x;\nif node > 1 {\n    x = 1;\n} else {\n    x = 2;\n}\nnote(x);", Needs::Nothing),
    (
        "fn inner(pod: &str, node: u32) {\n    note((pod, node));\n}\ninner(\"in\", 1);",
        Needs::Nothing,
    ),
    (
        "let mut list = vec![1_u32, 2];\nwhile let Some(turn) = list.pop() {\n    L;\n    note(turn);\n}",
        Needs::Nothing,
    ),
    ("pass_through! {\n    L;\n}", Needs::Nothing),
    ("let taken = grows.clone();\nL;\neat(taken);", Needs::Nothing),
    ("{\n    L;\n    L;\n    L;\n}", Needs::Nothing),
    ("let text = \"two\nlines\";\nnote(text);", Needs::Nothing),
    ("passes(node)?;", Needs::Result),
    ("if let Err(err) = passes(node) {\n    L;\n    return Err(err);\n}", Needs::Result),
    ("passes(node).map_err(|err| {\n    L;\n    err\n})?;", Needs::Result),
    ("let n = passes(node)?;\nnote(n);\nL;", Needs::Result),
    ("other_logger().in_scope(|| {\n    L;\n    L;\n});", Needs::Klog),
    ("async {\n    L;\n    L;\n}.with_logger(other_logger()).await;", Needs::Async),
    (
        "let span = tracing::info_span!(\"part\", part = 1);\nspan.in_scope(|| {\n    L;\n});",
        Needs::Tracing,
    ),
    (
        "{\n    let _span = tracing::info_span!(\"part\", part = 1).entered();\n    L;\n    L;\n}",
        Needs::Tracing,
    ),
];

/// Pairs: how klog, tracing and slog write them, and whether the value is `Copy`.
const PAIRS: &[([&str; 3], bool)] = &[
    (["pod", "pod", "\"pod\" => pod"], false),
    (["pod", "%pod", "\"pod\" => pod.to_string()"], false),
    (["node", "node", "\"node\" => node"], true),
    (["zone = ZONE", "zone = ZONE", "\"zone\" => ZONE"], true),
    (["size = pod.len()", "size = pod.len()", "\"size\" => pod.len()"], false),
    (["grows = %grows", "grows = %grows", "\"grows\" => grows.clone()"], false),
    (["owner = owner(pod)", "owner = owner(pod)", "\"owner\" => owner(pod)"], false),
    (["shown = ?pod", "shown = ?pod", "\"shown\" => format!(\"{:?}\", pod)"], false),
    (["fixed = 5", "fixed = 5", "\"fixed\" => 5"], true),
];

/// Pairs of methods.
const OF_SELF: &[[&str; 3]] = &[
    ["name = %self.name", "name = %self.name", "\"name\" => self.name.clone()"],
    ["n = self.n", "n = self.n", "\"n\" => self.n"],
];

/// A function, and one of the same name with `run_` that calls it.
pub(crate) fn case(choices: &mut Choices, name: &str) -> String {
    let library = choices.of(&[
        Library::Klog,
        Library::Klog,
        Library::Klog,
        Library::Logger,
        Library::Tracing,
        Library::Tracing,
        Library::Slog,
    ]);
    let kind = choices.of(&[
        Kind::Plain,
        Kind::Plain,
        Kind::Fails,
        Kind::Fails,
        Kind::Method,
        Kind::Generic,
        Kind::Lazy,
        Kind::Async,
        Kind::Async,
        Kind::AsyncFails,
        Kind::AsyncFails,
    ]);
    let mut calls = Calls { library, name, n_calls: 0, usual: Vec::new(), has_self: false };
    calls.has_self = kind == Kind::Method;
    calls.usual = (0..2).map(|_| calls.any_pair(choices)).collect();
    let (is_async, fails) = (
        matches!(kind, Kind::Async | Kind::AsyncFails),
        matches!(kind, Kind::Fails | Kind::AsyncFails),
    );
    let returned = match (kind, fails) {
        (_, true) => "Ok(node)",
        (Kind::Lazy, _) => "[0_u32, 1].into_iter().take(0)",
        _ => "node",
    };
    let mut body = String::new();
    for _ in 0..3 + choices.below(5) {
        let (statement, needs) = loop {
            let (statement, needs) = choices.of(STATEMENTS);
            let fits = match needs {
                Needs::Nothing | Needs::Copied => true,
                Needs::Result => fails,
                Needs::Async => is_async && (calls.is_klog() || !statement.contains("with_logger")),
                Needs::Klog => calls.is_klog(),
                Needs::Tracing => library == Library::Tracing,
            };
            // What is lazy has one way out.
            if fits && !(kind == Kind::Lazy && statement.contains("return")) {
                break (statement, needs);
            }
        };
        let mut text = String::new();
        for (index, part) in statement.split("L;").enumerate() {
            if index > 0 {
                text += &format!("{};", calls.call(choices, needs == Needs::Copied));
            }
            for (index, part) in part.split("L,").enumerate() {
                if index > 0 {
                    text += &format!("{},", calls.call(choices, false));
                }
                text += part;
            }
        }
        body += &format!(
            "    {}\n",
            text.replace("return R", &format!("return {returned}")).replace('\n', "\n    ")
        );
    }
    written(choices, &mut calls, kind, &body)
}

fn written(choices: &mut Choices, calls: &mut Calls<'_>, kind: Kind, body: &str) -> String {
    let name = calls.name;
    let callee = match calls.library {
        Library::Klog | Library::Logger => "klog_callee",
        Library::Tracing => "tracing_callee",
        Library::Slog => "slog_callee",
    };
    let body = body.replace("callee(", &format!("{callee}("));
    let (log, given) = match calls.library {
        Library::Logger => {
            ("logger: &klog::Logger, ", "&klog::Logger::current().with_name(\"x\"), ")
        }
        Library::Slog => ("log: &slog::Logger, ", "&slog_logger(), "),
        _ => ("", ""),
    };
    let attribute = match calls.library {
        Library::Tracing if choices.one_in(4) => {
            "#[tracing::instrument(skip_all, fields(of = 1))]\n"
        }
        _ => "",
    };
    let parameters = format!("{log}pod: &str, mut node: u32, mut grows: String");
    let given = format!("{given}\"web\", 4, \"g\".to_owned()");
    let (head, tail, run) = match kind {
        Kind::Plain => {
            (format!("fn {name}({parameters}) -> u32"), "node", format!("{name}({given})"))
        }
        Kind::Fails => (
            format!("fn {name}({parameters}) -> Result<u32, String>"),
            "Ok(node)",
            format!("{name}({given})"),
        ),
        Kind::Generic => (
            format!("fn {name}<T: std::fmt::Debug>({parameters}, more: T) -> u32"),
            "note(more);\n    node",
            format!("{name}({given}, 'a')"),
        ),
        Kind::Async => (
            format!("async fn {name}({parameters}) -> u32"),
            "node",
            format!("block_on({name}({given}))"),
        ),
        Kind::AsyncFails => (
            format!("async fn {name}({parameters}) -> Result<u32, String>"),
            "Ok(node)",
            format!("block_on({name}({given}))"),
        ),
        Kind::Method => (
            format!("fn {name}(&self, {parameters}) -> u32"),
            "node",
            format!("worker().{name}({given})"),
        ),
        Kind::Lazy => {
            // Runs when the caller asks for it.
            let call = calls.call(choices, false);
            let text = format!(
                "{attribute}fn {name}<'a>({}) -> impl Iterator<Item = u32> + 'a {{\n{body}    (0..2_u32).map(move |turn| {{\n        {call};\n        turn\n    }})\n}}\n",
                parameters.replace("&", "&'a "),
            );
            return format!(
                "{text}\npub fn run_{name}() {{\n    note({name}({given}).count());\n}}\n\n"
            );
        }
    };
    let function = format!("{attribute}{head} {{\n{body}    {tail}\n}}\n");
    let function = match kind {
        Kind::Method => {
            format!("impl Worker {{\n    {}\n}}\n", function.trim_end().replace('\n', "\n    "))
        }
        _ => function,
    };
    format!("{function}\npub fn run_{name}() {{\n    note({run});\n}}\n\n")
}

/// The log calls of a function.
struct Calls<'a> {
    library: Library,
    name: &'a str,
    n_calls: usize,
    /// Pairs that most calls have.
    usual: Vec<([&'static str; 3], bool)>,
    has_self: bool,
}

impl Calls<'_> {
    fn is_klog(&self) -> bool {
        matches!(self.library, Library::Klog | Library::Logger)
    }

    fn any_pair(&self, choices: &mut Choices) -> ([&'static str; 3], bool) {
        if self.has_self && choices.one_in(3) {
            return (choices.of(OF_SELF), false);
        }
        choices.of(PAIRS)
    }

    fn call(&mut self, choices: &mut Choices, is_copied: bool) -> String {
        self.n_calls += 1;
        let mut pairs: Vec<([&str; 3], bool)> =
            self.usual.clone().into_iter().filter(|_| !choices.one_in(6)).collect();
        if choices.one_in(5) {
            pairs.push(self.any_pair(choices));
        }
        pairs.retain(|(_, copied)| *copied || !is_copied);
        let at = match self.library {
            Library::Klog | Library::Logger => 0,
            Library::Tracing => 1,
            Library::Slog => 2,
        };
        let mut texts: Vec<&str> = Vec::new();
        for (forms, _) in pairs {
            let key = |text: &str| {
                let key = text.split(['=', ' ']).next().unwrap_or_default();
                key.trim_start_matches(['%', '?']).trim_matches('"').to_owned()
            };
            if !texts.iter().any(|known| key(known) == key(forms[at])) {
                texts.push(forms[at]);
            }
        }
        let message = format!("{} says {}", self.name, self.n_calls);
        let message = format!("\"C{}\"", message.trim_start_matches('c'));
        let joined = texts.join(", ");
        let after =
            |text: &str| if joined.is_empty() { String::new() } else { format!("{text}{joined}") };
        let level = choices.of(&["info", "info", "info", "warn", "error", "debug"]);
        match self.library {
            Library::Klog | Library::Logger => {
                let logger = if self.library == Library::Logger { "logger: logger, " } else { "" };
                let v = if level == "info" && choices.one_in(4) { "v: 2, " } else { "" };
                format!("klog::{level}!({logger}{v}{message}{})", after(", "))
            }
            Library::Tracing if joined.is_empty() => format!("tracing::{level}!({message})"),
            Library::Tracing => format!("tracing::{level}!({joined}, {message})"),
            Library::Slog => format!("slog::{level}!(log, {message}{})", after("; ")),
        }
    }
}
