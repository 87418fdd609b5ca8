//! Functions with log calls whose arguments do something: they count, return early, move, borrow, await, panic.

use crate::programs::Choices;

/// What is around a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    Plain,
    Loop,
    Async,
    Closure,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    Number,
    Text,
    /// `Display` and `Debug`, without widths.
    Any,
    DebugOnly,
}

/// An argument; `#` is its number.
struct Form(&'static str, Show, Option<Frame>);

use Show::{Any, DebugOnly, Number, Text};

/// Those that go everywhere, and those of one frame. What jumps is for no closure.
const FORMS: &[Form] = &[
    Form("n", Number, None),
    Form("text", Text, None),
    Form("&text", Text, None),
    Form("list.len()", Number, None),
    Form("pod.id", Number, None),
    Form("list[1]", Number, None),
    Form("tick(\"a#\")", Number, None),
    Form("tick(\"same\")", Number, None),
    Form("tick(\"a#\") + tick(\"b#\")", Number, None),
    Form("{ n += 1; n }", Number, None),
    Form("add(&mut n)", Number, None),
    Form("boom(\"boom#\")", Number, None),
    Form("nothing.unwrap()", Number, None),
    Form("option.unwrap()", Number, None),
    Form("option.map(|x| x + tick(\"map#\")).unwrap_or(0)", Number, None),
    Form("list[tick(\"four\") as usize]", Number, None),
    Form("10 / (list.len() as u32 - 3)", Number, None),
    Form("numbers.next().unwrap_or(0)", Number, None),
    Form("list.iter().map(|x| { note(x); x + 1 }).sum::<u32>()", Number, None),
    Form("pod.name()", Text, None),
    Form("pod.name().len()", Number, None),
    Form("pod.rename()", Text, None),
    Form("chosen()", Text, None),
    Form("match tick(\"m#\") { 0 => \"zero\", _ => \"more\" }", Text, None),
    Form("if n > 2 { \"big\" } else { chosen() }", Text, None),
    Form("format!(\"{}-{}\", tick(\"f#\"), n)", Text, None),
    Form("tick(\"s#\").to_string()", Text, None),
    Form("Guard::new(\"g#\")", Any, None),
    Form("&Guard::new(\"h#\")", Any, None),
    Form("Guard::new(\"i#\").value()", Number, None),
    Form("cell.borrow()", Any, None),
    Form("*cell.borrow_mut()", Number, None),
    Form("mutex#.lock().unwrap()", Any, None),
    Form("*mutex#.lock().unwrap()", Number, None),
    Form("unsafe { tick(\"u#\") }", Number, None),
    Form("(|| tick(\"c#\"))()", Number, None),
    Form("ticked!(\"t#\")", Number, None),
    Form("crate::ticked!(\"t#\")", Number, None),
    Form("failure", Any, None),
    Form("fails(\"e#\").unwrap_err()", Any, None),
    Form("Odd(tick(\"o#\"))", DebugOnly, None),
    Form("odd", DebugOnly, None),
    Form("odd.clone()", DebugOnly, None),
    Form("list", DebugOnly, None),
    Form("&list[..tick(\"r#\") as usize]", DebugOnly, None),
    Form("(n, tick(\"p#\"))", DebugOnly, None),
    Form("vec![tick(\"v#\"), n]", DebugOnly, None),
    Form("passes(\"d#\")", DebugOnly, None),
    Form("eat(moved.take().unwrap_or_default())", Number, None),
    Form("eat(once#)", Number, Some(Frame::Plain)),
    Form("{ let once = once#; once.len() }", Number, Some(Frame::Plain)),
    Form("passes(\"q#\")?", Number, Some(Frame::Plain)),
    Form("fails(\"q#\")?", Number, Some(Frame::Plain)),
    Form("{ if n > 2 { return Ok(tick(\"early\")); } n }", Number, Some(Frame::Plain)),
    Form("fails(\"q#\")?", Number, Some(Frame::Loop)),
    Form("{ if round == 1 { break; } round }", Number, Some(Frame::Loop)),
    Form("if round == 1 { continue } else { tick(\"k#\") }", Number, Some(Frame::Loop)),
    Form("later(\"w#\").await", Number, Some(Frame::Async)),
    Form("never(\"w#\").await?", Number, Some(Frame::Async)),
    Form("later(pod.name()).await", Number, Some(Frame::Async)),
    Form("async { tick(\"z#\") }.await", Number, Some(Frame::Async)),
];

const WORDS: &[&str] = &[
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
    ", ",
    " [",
    "] ",
    "count: ",
    "Started",
    ".",
    "",
    " of ",
    "error: ",
    "{{}} ",
    "got ",
    " and ",
    "took ",
    "s, ",
    "retrying ",
    " times",
    "list ",
];

/// A function with one call.
pub(crate) fn case(choices: &mut Choices, name: &str) -> String {
    let frame =
        choices.of(&[Frame::Plain, Frame::Plain, Frame::Loop, Frame::Async, Frame::Closure]);
    let call = any_call(choices, frame);
    let call = placed(choices, frame, &call);
    let body = match frame {
        Frame::Loop => {
            format!("for round in 0..3_u32 {{\n        {call}\n        note(round);\n    }}")
        }
        _ => call,
    };
    let used = "    note(n + total);\n    note(&pod.name);\n    note(numbers.len());\n    note(cell.try_borrow_mut().is_ok());\n    note(mutex0.try_lock().is_ok() && mutex1.try_lock().is_ok() && mutex2.try_lock().is_ok());\n    Ok(n)";
    let values = "    let mut n = 3_u32;\n    let mut total = 0_u32;\n    let text = String::from(\"text\");\n    \
        let once0 = String::from(\"once\");\n    let once1 = once0.clone();\n    let once2 = once0.clone();\n    let mut moved = Some(String::from(\"moved\"));\n    \
        let list = vec![1_u32, 2, 3];\n    let mut numbers = list.clone().into_iter();\n    \
        let cell = RefCell::new(5_u32);\n    let [mutex0, mutex1, mutex2] = [7_u32, 8, 9].map(Mutex::new);\n    \
        let mut pod = Pod { name: \"web\".to_owned(), id: 9 };\n    let failure = Failure(\"bad\");\n    \
        let odd = Odd(1);\n    let option = Some(4_u32);\n    let nothing: Option<u32> = None;\n    \
        let log = slog_logger();\n";
    match frame {
        Frame::Async => format!(
            "pub fn {name}() -> Result<u32, Failure> {{\n    block_on({name}_async())\n}}\n\nasync fn {name}_async() -> Result<u32, Failure> {{\n{values}    {body}\n{used}\n}}\n\n"
        ),
        _ => format!(
            "pub fn {name}() -> Result<u32, Failure> {{\n{values}    {body}\n{used}\n}}\n\n"
        ),
    }
}

/// The call where a call can be.
fn placed(choices: &mut Choices, frame: Frame, call: &str) -> String {
    if frame == Frame::Closure {
        return match choices.below(2) {
            0 => format!("let mut say = || {call};\n    say();"),
            _ => format!(
                "let mut say = || {{\n        {call};\n        tick(\"said\")\n    }};\n    total += say();"
            ),
        };
    }
    match choices.below(12) {
        0 => format!("match n {{\n        0 => {{}}\n        _ => {call},\n    }}"),
        1 => format!("if n > 0 {{\n        {call}\n    }}"),
        2 => {
            format!("if n > 0 {{\n        {call};\n    }} else {{\n        note(\"else\");\n    }}")
        }
        3 => format!("let () = {call};"),
        4 => format!("{{ {call}; note(\"inside\"); }}"),
        5 => format!("pass_through! {{\n        {call};\n    }}"),
        6 => format!(
            "let value = {{\n        {call};\n        tick(\"after\")\n    }};\n    total += value;"
        ),
        7 => format!("// Why it is logged.\n    {call}; // and where"),
        _ => format!("{call};"),
    }
}

fn any_call(choices: &mut Choices, frame: Frame) -> String {
    let family =
        choices.of(&["log", "log", "tracing", "tracing", "slog", "print", "print", "klog"]);
    if family == "klog" {
        return klog_call(choices, frame);
    }
    if family == "print" && choices.one_in(6) {
        let form = form(choices, frame, 0).0;
        return format!("drop(dbg!(&{form}))");
    }
    let n_holes = choices.of(&[0, 1, 1, 1, 2, 2, 3]);
    let (mut format, mut arguments) = (String::new(), String::new());
    for index in 0..n_holes {
        format += choices.of(WORDS);
        let (form, show) = form(choices, frame, index);
        let spec = match show {
            Number => choices.of(&["", "", "", ":?", ":>4", ":#x", ":04"]),
            Text => choices.of(&["", "", "", ":?", ":>8"]),
            Any => choices.of(&["", "", ":?"]),
            DebugOnly => choices.of(&[":?", ":#?"]),
        };
        match choices.below(8) {
            0 => {
                format += &format!("{{named{index}{spec}}}");
                arguments += &format!(", named{index} = {form}");
            }
            1 if ["n", "text", "failure", "odd", "list"].contains(&&*form) => {
                format += &format!("{{{form}{spec}}}");
            }
            _ => {
                format += &format!("{{{spec}}}");
                // A named one may not come before it.
                if arguments.contains(" = ") {
                    format.truncate(format.len() - spec.len() - 2);
                    format += &format!("{{named{index}{spec}}}");
                    arguments += &format!(", named{index} = {form}");
                } else {
                    arguments += &format!(", {form}");
                }
            }
        }
    }
    format += choices.of(WORDS);
    if family == "print" {
        return match choices.of(&["println", "eprintln", "print"]) {
            "print" => format!("print!(\"{format}\\n\"{arguments})"),
            name => format!("{name}!(\"{format}\"{arguments})"),
        };
    }
    let level = choices.of(&["info", "info", "error", "warn", "debug", "trace"]);
    let target = if choices.one_in(6) && family != "slog" { "target: \"other\", " } else { "" };
    let pair = if choices.one_in(4) { pair(choices, frame, family) } else { String::new() };
    match (family, &*pair) {
        ("slog", "") => format!("slog::{level}!(log, \"{format}\"{arguments})"),
        ("slog", pair) => format!("slog::{level}!(log, \"{format}\"{arguments}; {pair})"),
        (_, "") => format!("{family}::{level}!({target}\"{format}\"{arguments})"),
        ("log", pair) => format!("log::{level}!({target}{pair}; \"{format}\"{arguments})"),
        (_, pair) => format!("tracing::{level}!({target}{pair}, \"{format}\"{arguments})"),
    }
}

/// A pair that the call has already.
fn pair(choices: &mut Choices, frame: Frame, family: &str) -> String {
    let forms: &[&str] = match family {
        "log" => &["own = tick(\"own\")", "own:% = pod.name()", "own:? = list", "n", "own = n"],
        "slog" => {
            &["\"own\" => tick(\"own\")", "\"own\" => n", "\"own\" => format!(\"{:?}\", list)"]
        }
        _ => &[
            "own = tick(\"own\")",
            "own = %pod.name()",
            "own = ?list",
            "n",
            "?list",
            "own = format!(\"{}\", tick(\"own\"))",
        ],
    };
    match (frame, family) {
        (Frame::Plain, "tracing") if choices.one_in(4) => "own = fails(\"own\")?".to_owned(),
        _ => choices.of(forms).to_owned(),
    }
}

fn klog_call(choices: &mut Choices, frame: Frame) -> String {
    let mut pairs = String::new();
    for index in 0..choices.of(&[1, 2]) {
        let (form, show) = form(choices, frame, index);
        let value = match (show, choices.below(3)) {
            (DebugOnly, 0) => format!("format!(\"{{:?}}\", {form})"),
            (DebugOnly, _) => format!("?{form}"),
            (_, 0) => format!("format!(\"{{}}\", {form})"),
            (_, _) => format!("%{form}"),
        };
        pairs += &format!(", pair{index} = {value}");
    }
    let before = choices.of(&[
        "",
        "v: 0, ",
        "v: 2, ",
        "err: failure, ",
        "err: fails(\"err\").unwrap_err(), ",
    ]);
    let (before, level) = match before.starts_with("err") {
        true => (before, "error"),
        false => (before, "info"),
    };
    format!("klog::{level}!({before}\"Something happened\"{pairs})")
}

/// An argument that this frame can have.
fn form(choices: &mut Choices, frame: Frame, index: usize) -> (String, Show) {
    // What only one frame has is what matters most in it.
    let own: Vec<&Form> = FORMS.iter().filter(|form| form.2 == Some(frame)).collect();
    let usual: Vec<&Form> = FORMS.iter().filter(|form| form.2.is_none()).collect();
    let form =
        if !own.is_empty() && choices.one_in(3) { choices.of(&own) } else { choices.of(&usual) };
    (form.0.replace('#', &index.to_string()), form.1)
}
