//! Values that try to forge a line, to panic, to deadlock or to spoil the next line.
//!
//! One `check` logs a value through the global subscriber, as programs do, in both formats, and compares the pair.

use std::{
    error::Error,
    fmt,
    sync::{LazyLock, MutexGuard},
};

use crate::support::{Memory, parse_text, unique_json};
use klog::{Format, LogValue, Output, Value};
use tracing_subscriber::prelude::*;

/// The program's two outputs, one of each format.
static LINES: LazyLock<(Memory, Memory)> = LazyLock::new(|| {
    let (text, json) = (Memory::default(), Memory::default());
    let output = |format, lines: &Memory| {
        Output::new(format, lines.clone()).with_verbosity(5, klog::config::Vmodule::default())
    };
    let subscriber = tracing_subscriber::registry()
        .with(output(Format::Text, &text).layer())
        .with(output(Format::Json, &json).layer());
    tracing::subscriber::set_global_default(subscriber).expect("no other subscriber");
    (text, json)
});

/// The test is alone with the program's outputs, which are installed.
fn alone() -> MutexGuard<'static, ()> {
    LazyLock::force(&LINES);
    crate::alone()
}

/// Logs one value and gives what follows the message in text, and the fields after `v` in JSON.
fn log(value: &dyn LogValue) -> (String, String) {
    let (text, json) = &*LINES;
    klog::info!("Hostile", value = value);
    klog::info!("Next");
    let (text, json) = (text.take(), json.take());
    let (entry, next) =
        text.split_at(text.trim_end().rfind('\n').expect("there are two entries") + 1);
    for entry in [entry, next] {
        parse_text::line(entry, true).unwrap_or_else(|error| panic!("{error}\n{entry}"));
    }
    assert!(next.ends_with("] \"Next\"\n"), "{next}");
    let [entry_json, next_json] = json.split_inclusive('\n').collect::<Vec<_>>()[..] else {
        panic!("{json}")
    };
    unique_json(entry_json).expect("an entry is one object");
    assert_eq!(unique_json(next_json).expect("an entry is one object")["msg"], "Next");
    let text = entry
        .split_once("\"Hostile\" ")
        .expect("the message is there")
        .1
        .trim_end_matches('\n')
        .to_owned();
    let json =
        entry_json.split_once("\"v\":0,").expect("v is there").1.trim_end_matches("}\n").to_owned();
    (text, json)
}

#[track_caller]
fn check(value: &dyn LogValue, text: &str, json: &str) {
    assert_eq!(log(value), (text.to_owned(), json.to_owned()));
}

#[test]
fn line_breaks_and_control_characters_stay_inside_the_value() {
    let _alone = alone();
    check(
        &"a\nI0102 15:04:05.000000       1 main.rs:1] \"Forged\"",
        "value=<\n\ta\n\tI0102 15:04:05.000000       1 main.rs:1] \"Forged\"\n >",
        r#""value":"a\nI0102 15:04:05.000000       1 main.rs:1] \"Forged\"""#,
    );
    check(&" >\n >", "value=<\n\t >\n\t >\n >", r#""value":" >\n >""#);
    check(&"\x1b[31mred\r\0", r#"value="\x1b[31mred\r\x00""#, r#""value":"\u001b[31mred\r\u0000""#);
    check(
        &"a\n\x1b[31m\r\0\u{9b}",
        "value=<\n\ta\n\t\\x1b[31m\\r\\x00\\u009b\n >",
        "\"value\":\"a\\n\\u001b[31m\\r\\u0000\u{9b}\"",
    );
    check(
        &"\u{202e}txt\u{2066}\u{200b}",
        r#"value="\u202etxt\u2066\u200b""#,
        "\"value\":\"\u{202e}txt\u{2066}\u{200b}\"",
    );
    check(
        &"a\n\u{202e}b\u{2028}",
        "value=<\n\ta\n\t\\u202eb\\u2028\n >",
        "\"value\":\"a\\n\u{202e}b\u{2028}\"",
    );
    check(&"\u{2028}\u{2029}", r#"value="\u2028\u2029""#, "\"value\":\"\u{2028}\u{2029}\"");
    check(&r#"" b="1" \"#, r#"value="\" b=\"1\" \\""#, r#""value":"\" b=\"1\" \\""#);
    check(
        &klog::kref("a\n", "b\" c=\""),
        r#"value="a\n/b\" c=\"""#,
        r#""value":{"name":"b\" c=\"","namespace":"a\n"}"#,
    );
    check(&Value::Bytes(b"ok\xff\n\"\x1b"), r#"value="ok\xff\n\"\x1b""#, r#""value":"b2v/CiIb""#);
}

#[test]
fn large_values_are_whole() {
    let _alone = alone();
    let large = "x".repeat(1 << 20);
    check(&large.as_str(), &format!("value=\"{large}\""), &format!("\"value\":\"{large}\""));
}

#[test]
fn numbers_keep_their_value() {
    let _alone = alone();
    check(
        &f64::NAN,
        r#"value="<internal error: json: unsupported value: NaN>""#,
        r#""value":"NaN""#,
    );
    check(
        &f32::NEG_INFINITY,
        r#"value="<internal error: json: unsupported value: -Inf>""#,
        r#""value":"-Inf""#,
    );
    check(
        &u128::MAX,
        "value=340282366920938463463374607431768211455",
        "\"value\":340282366920938463463374607431768211455",
    );
    check(
        &i128::MIN,
        "value=-170141183460469231731687303715884105728",
        "\"value\":-170141183460469231731687303715884105728",
    );
    check(
        &std::time::Duration::MAX,
        r#"value="2562047h47m16.854775807s""#,
        r#""value":"2562047h47m16.854775807s""#,
    );
}

struct Deep(usize);

impl serde::Serialize for Deep {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 == 0 {
            serializer.serialize_unit()
        } else {
            serializer.collect_seq([Deep(self.0 - 1)])
        }
    }
}

struct Fails;

impl serde::Serialize for Fails {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no \"form\""))
    }
}

#[test]
fn serialising_may_fail() {
    let _alone = alone();
    let nested = format!("{}null{}", "[".repeat(100), "]".repeat(100));
    check(&klog::json(&Deep(100)), &format!("value={nested}"), &format!("\"value\":{nested}"));
    let too_deep = "json: exceeded max depth of 100";
    check(
        &klog::json(&Deep(1_000_000)),
        &format!("value=\"<internal error: {too_deep}>\""),
        &format!("\"valueError\":\"{too_deep}\""),
    );
    check(
        &klog::json(&Fails),
        r#"value="<internal error: no \"form\">""#,
        r#""valueError":"no \"form\"""#,
    );
    check(
        &klog::pretty(&Fails),
        r#"value="<internal error: no \"form\">""#,
        r#""valueError":"no \"form\"""#,
    );
    let failed = |value: &dyn LogValue, why: &str| {
        check(
            value,
            &format!("value=\"<internal error: json: {why}>\""),
            &format!("\"valueError\":\"json: {why}\""),
        );
    };
    let unfit = std::collections::BTreeMap::from([((1, 2), 1)]);
    failed(&klog::json(&unfit), "unsupported type: map key is an array");
    let unfit =
        std::collections::BTreeMap::from([(Some(std::collections::BTreeMap::from([(1, 1)])), 1)]);
    failed(&klog::json(&unfit), "unsupported type: map key is an object");
    failed(
        &klog::json(&Map(&[Part::Key("a"), Part::Key("b"), Part::Value(1)])),
        "a key of a map has no value",
    );
    failed(&klog::json(&Map(&[Part::Key("a")])), "a key of a map has no value");
    failed(&klog::json(&Map(&[Part::Value(1)])), "a value of a map has no key");
    failed(
        &klog::pretty(&[Map(&[Part::Key("a"), Part::Value(1), Part::Value(2)])]),
        "a value of a map has no key",
    );
    failed(&klog::json(&IgnoresErrors), "a part of the value could not be written");
}

/// A map whose keys and values come in any order.
struct Map(&'static [Part]);

#[derive(Clone, Copy)]
enum Part {
    Key(&'static str),
    Value(u32),
}

impl serde::Serialize for Map {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(None)?;
        for part in self.0 {
            match part {
                Part::Key(key) => map.serialize_key(key)?,
                Part::Value(value) => map.serialize_value(value)?,
            }
        }
        map.end()
    }
}

/// Goes on after an element that has failed.
struct IgnoresErrors;

impl serde::Serialize for IgnoresErrors {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq as _;
        let mut list = serializer.serialize_seq(None)?;
        let _ = list.serialize_element(&[1.0, f64::NAN]);
        list.serialize_element(&2)?;
        list.end()
    }
}

/// Values that contain themselves, in each way in which a value can contain another.
#[derive(Clone, Copy)]
enum Endless {
    Custom,
    List,
    ListOfTwo,
    Fields,
    FieldsTwice,
    CustomInList,
    Some,
    Newtype,
}

impl LogValue for Endless {
    fn log_value(&self) -> Value<'_> {
        match self {
            Endless::Custom => Value::Custom(self),
            Endless::List | Endless::ListOfTwo | Endless::CustomInList => Value::List(self),
            Endless::Fields | Endless::FieldsTwice => Value::Fields(self),
            Endless::Some | Endless::Newtype => unreachable!("they are serialised"),
        }
    }
}

impl klog::value::List for Endless {
    fn len(&self) -> usize {
        if matches!(self, Endless::ListOfTwo) { 2 } else { 1 }
    }

    fn get(&self, _: usize) -> Value<'_> {
        if matches!(self, Endless::CustomInList) { Value::Custom(self) } else { Value::List(self) }
    }
}

impl klog::value::Fields for Endless {
    fn for_each(&self, each: &mut dyn FnMut(&str, &Value<'_>)) {
        each("a", &Value::Fields(self));
        if matches!(self, Endless::FieldsTwice) {
            each("b", &Value::Custom(self));
        }
    }
}

impl serde::Serialize for Endless {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Endless::Some => serializer.serialize_some(self),
            _ => serializer.serialize_newtype_struct("Endless", self),
        }
    }
}

#[test]
fn a_value_that_contains_itself_has_an_end() {
    let _alone = alone();
    let too_deep = "values are nested more than 120 deep";
    let text = format!("value=\"<internal error: {too_deep}>\"");
    let json = format!("\"valueError\":\"{too_deep}\"");
    for value in [
        Endless::Custom,
        Endless::List,
        Endless::ListOfTwo,
        Endless::Fields,
        Endless::FieldsTwice,
        Endless::CustomInList,
    ] {
        check(&value, &text, &json);
        check(&[value], &text, &json);
        check(&klog::Secret(value), &log(&klog::Secret(1)).0, &log(&klog::Secret(1)).1);
        // Kept by a logger, in a field of a span, and as other layers are shown it.
        let logger = klog::Logger::background().with_values(klog::kvs! { value });
        klog::info!(logger: logger, "Hostile");
        tracing::info_span!("span", value = ?value.log_value())
            .in_scope(|| tracing::info!(other = %value.log_value(), "Hostile"));
        let (lines, json_lines) = (LINES.0.take(), LINES.1.take());
        assert!(lines.lines().next().is_some_and(|line| line.ends_with(&text)), "{lines}");
        assert!(json_lines.contains(&json), "{json_lines}");
        assert_eq!(lines.matches(too_deep).count(), 3, "{lines}");
    }
    let too_deep = "json: exceeded max depth of 100";
    for value in [Endless::Some, Endless::Newtype] {
        check(
            &klog::json(&value),
            &format!("value=\"<internal error: {too_deep}>\""),
            &format!("\"valueError\":\"{too_deep}\""),
        );
    }
}

/// Logs itself while it is formatted.
#[derive(Clone, Copy)]
enum LogsItself {
    Once,
    Twice,
    Event,
    Record,
    Function,
}

#[expect(clippy::recursive_format_impl, reason = "that it ends is what is tested")]
impl fmt::Display for LogsItself {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogsItself::Once => klog::info!("Inner", value = %self),
            LogsItself::Twice => {
                klog::info!("Inner", value = %self);
                klog::info!("Inner", value = %self);
            }
            LogsItself::Event => tracing::info!(value = %self, "{self}"),
            // klog: allow(interpolated-message) what a dependency may do
            LogsItself::Record => log::Log::log(
                &klog::LogBridge,
                &log::Record::builder()
                    .level(log::Level::Info)
                    .args(format_args!("{self}"))
                    .build(),
            ),
            LogsItself::Function => {
                klog::Logger::current().info("Inner", &[("value", Value::Display(self))]);
            }
        }
        formatter.write_str("outer")
    }
}

#[test]
fn a_value_that_logs_itself_has_an_end() {
    let _alone = alone();
    for value in [
        LogsItself::Once,
        LogsItself::Twice,
        LogsItself::Event,
        LogsItself::Record,
        LogsItself::Function,
    ] {
        klog::info!("Outer", value = %value);
        klog::info!("Next", value = %"plain");
        let (text, json) = (LINES.0.take(), LINES.1.take());
        assert!((5..20_000).contains(&text.lines().count()), "{}", text.lines().count());
        for line in text.split_inclusive('\n') {
            parse_text::line(line, true).unwrap_or_else(|error| panic!("{error}\n{line}"));
        }
        for line in json.split_inclusive('\n') {
            unique_json(line).unwrap_or_else(|error| panic!("{error}\n{line}"));
        }
        assert!(text.contains("] \"Outer\" value=\"outer\"\n"), "{text}");
        assert!(text.ends_with("] \"Next\" value=\"plain\"\n"), "{text}");
        assert!(text.contains("values are nested more than 120 deep"), "{text}");
    }
}

/// Panics or fails in whatever way it is formatted.
#[derive(Clone, Copy)]
enum Broken {
    Panics,
    PanicsWithLines,
    PanicsWithoutText,
    Fails,
}

impl Broken {
    fn format(self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("half\n")?;
        match self {
            Broken::Panics => panic!("no \"text\""),
            Broken::PanicsWithLines => panic!("two\nlines"),
            Broken::PanicsWithoutText => std::panic::panic_any(5),
            Broken::Fails => Err(fmt::Error),
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.format(formatter)
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.format(formatter)
    }
}

impl Error for Broken {}

impl LogValue for Broken {
    fn log_value(&self) -> Value<'_> {
        panic!("no value")
    }
}

impl serde::Serialize for Broken {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Broken::Fails => serializer.collect_str(self),
            _ => panic!("no JSON"),
        }
    }
}

#[test]
fn a_value_that_panics_or_fails_costs_itself_only() {
    let _alone = alone();
    let panics = klog::stats().value_panics;
    let broken = Broken::Panics;
    for value in [Value::Display(&broken), Value::Debug(&broken), Value::Error(&broken)] {
        check(&value, r#"value="<panic: no \"text\">""#, r#""valueError":"PANIC=no \"text\"""#);
    }
    check(
        &Value::Display(&Broken::PanicsWithLines),
        "value=<\n\t<panic: two\n\tlines>\n >",
        r#""valueError":"PANIC=two\nlines""#,
    );
    check(
        &Value::Debug(&Broken::PanicsWithoutText),
        r#"value="<panic: a value that is not text>""#,
        r#""valueError":"PANIC=a value that is not text""#,
    );
    let failed = "a formatting trait implementation returned an error";
    for value in
        [Value::Display(&Broken::Fails), Value::Debug(&Broken::Fails), Value::Error(&Broken::Fails)]
    {
        check(
            &value,
            &format!("value=\"<internal error: {failed}>\""),
            &format!("\"valueError\":\"{failed}\""),
        );
    }
    check(&broken, r#"value="<panic: no value>""#, r#""valueError":"PANIC=no value""#);
    check(&klog::json(&broken), r#"value="<panic: no JSON>""#, r#""valueError":"PANIC=no JSON""#);
    check(
        &klog::json(&Broken::Fails),
        r#"value="<internal error: Display returned an error>""#,
        r#""valueError":"Display returned an error""#,
    );
    check(&vec![broken], r#"value="<panic: no value>""#, r#""valueError":"PANIC=no value""#);
    assert!(klog::stats().value_panics >= panics + 10);
}

/// The values of an event of plain `tracing` are formatted one after the other, and of a call with a long key as well.
#[test]
fn a_value_of_an_event_that_fails_costs_itself_only() {
    let _alone = alone();
    let check = |log: &dyn Fn(), text: &str, json: &str| {
        log();
        let (text_line, json_line) = (LINES.0.take(), LINES.1.take());
        let shown = |line: &str, from: &str| {
            line.split_once(from).expect("the message").1.trim_end_matches(['\n', '}']).to_owned()
        };
        assert_eq!(shown(&text_line, "] "), text);
        assert_eq!(shown(&json_line, "\"msg\":"), json);
    };
    check(
        &|| tracing::info!(before = 1, value = %Broken::Panics, after = %"a\tb", "Hostile {}", "é"),
        r#""Hostile é" before=1 value="<panic: no \"text\">" after="a\tb""#,
        r#""Hostile é","v":0,"before":1,"valueError":"PANIC=no \"text\"","after":"a\tb""#,
    );
    check(
        &|| tracing::info!(value = ?Broken::Fails, "Hostile"),
        r#""Hostile" value="<internal error: a formatting trait implementation returned an error>""#,
        r#""Hostile","v":0,"valueError":"a formatting trait implementation returned an error""#,
    );
    check(
        &|| tracing::info!(count = 2, ready = true, "{}", Broken::PanicsWithLines),
        r#""<panic: two\nlines>" count=2 ready=true"#,
        r#""<panic: two\nlines>","v":0,"count":2,"ready":true"#,
    );
    check(
        &|| tracing::info!(count = 2, a_key_that_is_longer_than_any_that_is_usual = %"x", "Long"),
        r#""Long" count=2 a_key_that_is_longer_than_any_that_is_usual="x""#,
        r#""Long","v":0,"count":2,"a_key_that_is_longer_than_any_that_is_usual":"x""#,
    );
    check(
        &|| klog::info!("Long", count = 2, aKeyThatIsLongerThanAnyThatIsUsual = "x"),
        r#""Long" count=2 aKeyThatIsLongerThanAnyThatIsUsual="x""#,
        r#""Long","v":0,"count":2,"aKeyThatIsLongerThanAnyThatIsUsual":"x""#,
    );
}

#[test]
fn failed_values_do_not_make_a_key_twice() {
    let _alone = alone();
    let broken = Broken::Panics;
    klog::info!("Hostile", value = %broken, valueError = 1);
    let logger = klog::Logger::background().with_values(klog::kvs! { value = %broken });
    klog::info!(logger: logger, "Hostile", valueError = 2);
    LINES.0.take();
    let json = LINES.1.take();
    let fields: Vec<_> = json
        .split_inclusive('\n')
        .map(|line| unique_json(line).expect("keys are unique"))
        .collect();
    assert_eq!((&fields[0]["valueError"], &fields[1]["valueError"]), (&1.into(), &2.into()));
}

struct Circular;

impl fmt::Debug for Circular {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("circular")
    }
}

impl fmt::Display for Circular {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("circular")
    }
}

impl Error for Circular {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Circular)
    }
}

#[test]
fn errors_show_their_sources_once() {
    let _alone = alone();
    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);
    impl fmt::Display for Outer {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("reading port")
        }
    }
    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }
    let error = Outer("x".parse::<u8>().expect_err("x is no number"));
    let text = "reading port: invalid digit found in string";
    check(&Value::Error(&error), &format!("value=\"{text}\""), &format!("\"value\":\"{text}\""));
    check(&Value::Error(&Circular), "value=\"circular\"", "\"value\":\"circular\"");
}

struct Logs;

impl fmt::Display for Logs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        klog::info!("Inner", depth = 1);
        tracing::info_span!("inner", span = 1).in_scope(|| tracing::info!("plain"));
        klog::Logger::background()
            .with_values(klog::kvs! { scope = 1 })
            .in_scope(|| klog::info!("Scoped"));
        formatter.write_str("outer")
    }
}

#[test]
fn a_value_may_log_while_it_is_formatted() {
    let _alone = alone();
    klog::info!("Outer", value = %Logs);
    let (text, json) = (LINES.0.take(), LINES.1.take());
    let messages = |lines: &str, quote: &str| -> Vec<String> {
        lines
            .lines()
            .map(|line| {
                line.split(quote)
                    .nth(1)
                    .expect("a message")
                    .split('"')
                    .next()
                    .expect("its end")
                    .into()
            })
            .collect()
    };
    // Each output formats the value, and what it logs goes to both.
    for lines in [messages(&text, "] \""), messages(&json, "\"msg\":\"")] {
        assert_eq!(lines.iter().filter(|line| *line == "Outer").count(), 1, "{lines:?}");
        assert_eq!(lines.iter().filter(|line| *line == "Inner").count(), 2, "{lines:?}");
        assert_eq!(lines.iter().filter(|line| *line == "plain").count(), 2, "{lines:?}");
        assert_eq!(lines.iter().filter(|line| *line == "Scoped").count(), 2, "{lines:?}");
    }
    assert!(
        text.lines().all(|line| parse_text::line(&format!("{line}\n"), true).is_ok()),
        "{text}"
    );
}

#[test]
fn dependencies_cannot_forge_lines_either() {
    let _alone = alone();
    // klog: allow(interpolated-message) what a dependency may do
    tracing::warn!(field = "a\nb", shown = %"c\u{1b}", "two\nlines {}", "E0102 15:04:05.000000       1 a.rs:1] \"x\"");
    let span = tracing::info_span!("span", "odd key\n" = "x\ny", msg = 1);
    span.in_scope(|| tracing::error!(err = "no", msg = 2, "in span"));
    let (text, json) = (LINES.0.take(), LINES.1.take());
    let (first, second) = text.split_at(
        text.rfind("E1")
            .or(text.rfind("\nE"))
            .map_or(0, |at| at + usize::from(text.as_bytes()[at] == b'\n')),
    );
    let first = parse_text::line(first, true).expect("a warning");
    assert_eq!(
        (first.severity, &*first.message),
        (Some('W'), "two\nlines E0102 15:04:05.000000       1 a.rs:1] \"x\"")
    );
    let second = parse_text::line(second, true).expect("an error");
    let keys: Vec<_> = second.pairs.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["err", "odd key\n", "msg"]);
    let lines: Vec<_> =
        json.split_inclusive('\n').map(|line| unique_json(line).expect("an object")).collect();
    assert_eq!(
        (&lines[0]["severity"], &lines[1]["msg_"], &lines[1]["err"]),
        (&"warning".into(), &2.into(), &"no".into())
    );
}
