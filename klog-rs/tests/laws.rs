//! What holds for every entry: text parses back to what was logged, JSON is one object with unique keys.

mod support;

use klog::{Clock, Entry, Format, Output, Severity, Value};
use proptest::prelude::*;
use support::{Memory, parse_text, unique_json, values::Typed};

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ._/-]{0,12}",
        "\\PC{0,8}",
        proptest::collection::vec(
            prop_oneof![
                Just('\n'),
                Just('\r'),
                Just('\t'),
                Just('\0'),
                Just('\x1b'),
                Just('"'),
                Just('\\'),
                Just('='),
                Just('<'),
                Just('>'),
                Just(' '),
                Just('\x7f'),
                Just('\u{9b}'),
                Just('\u{2028}'),
                Just('\u{202e}'),
                Just('\u{feff}'),
                any::<char>(),
            ],
            0..12
        )
        .prop_map(String::from_iter),
    ]
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-zA-Z0-9]{0,8}",
        any_text(),
        proptest::sample::select(vec![
            "ts", "caller", "msg", "v", "err", "logger", "severity", "msg_", "aError", "a"
        ])
        .prop_map(str::to_owned),
    ]
}

fn any_value() -> impl Strategy<Value = Typed> {
    let leaf = prop_oneof![
        Just(Typed::Nil),
        any::<bool>().prop_map(Typed::Bool),
        any::<i64>().prop_map(Typed::I64),
        any::<u64>().prop_map(Typed::U64),
        any::<f64>().prop_map(Typed::F64),
        any::<f32>().prop_map(Typed::F32),
        any_text().prop_map(Typed::Str),
        any_text().prop_map(Typed::NamedStr),
        any::<Vec<u8>>().prop_map(Typed::Bytes),
        any::<i64>().prop_map(Typed::Duration),
        (any_text(), any::<bool>())
            .prop_map(|(text, panics)| Typed::Error(support::values::Text { text, panics })),
        (any_text(), any::<bool>())
            .prop_map(|(text, panics)| Typed::Stringer(support::values::Text { text, panics })),
        any_text().prop_map(Typed::MarshalerPanic),
        (any_text(), any_text()).prop_map(|(namespace, name)| Typed::Object(namespace, name)),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|list| Typed::List(Some(list))),
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|list| Typed::Slice(Some(list))),
            proptest::collection::vec((any_text(), inner.clone()), 0..4)
                .prop_map(|map| Typed::Map(Some(map))),
            inner.prop_map(|inner| Typed::Pretty(Box::new(inner))),
        ]
    })
}

#[derive(Clone, Debug)]
struct Call {
    severity: Severity,
    names: Vec<String>,
    context: Vec<(String, Typed)>,
    message: String,
    err: Option<Typed>,
    pairs: Vec<(String, Typed)>,
}

fn any_call() -> impl Strategy<Value = Call> {
    let pairs = || proptest::collection::vec((any_key(), any_value()), 0..5);
    (
        proptest::sample::select(vec![
            Severity::Info,
            Severity::Warning,
            Severity::Error,
            Severity::Fatal,
        ]),
        proptest::collection::vec(any_text(), 0..3),
        pairs(),
        any_text(),
        proptest::option::of(any_value()),
        pairs(),
    )
        .prop_map(|(severity, names, context, message, err, pairs)| Call {
            severity,
            names,
            context,
            message,
            err,
            pairs,
        })
}

fn log(call: &Call, format: Format) -> String {
    let lines = Memory::default();
    let output = Output::new(format, lines.clone())
        .with_clock(Clock::Fixed { nanos: 1_772_600_767_089_012_345, offset: 0 });
    let borrow = |pairs: &'_ [(String, Typed)]| -> Vec<(String, Value<'static>)> {
        pairs
            .iter()
            .map(|(key, value)| (key.clone(), Value::from(&*Box::leak(Box::new(value.clone())))))
            .collect()
    };
    let (context, pairs) = (borrow(&call.context), borrow(&call.pairs));
    let lend = |pairs: &'static [(String, Value<'static>)]| {
        pairs.iter().map(|(key, value)| (key.as_str(), *value)).collect::<Vec<_>>()
    };
    let mut logger = output.logger();
    for name in &call.names {
        logger = logger.with_name(name);
    }
    logger.with_pairs(&lend(context.leak())).log(&Entry {
        severity: call.severity,
        message: &call.message,
        err: call.err.as_ref().map(Value::from),
        pairs: &lend(pairs.leak()),
        file: Some("src/main.rs"),
        line: 7,
        ..Entry::default()
    });
    lines.take()
}

/// Whether what stands in the text is this value.
fn is_value(value: &Typed, got: &parse_text::Value) -> bool {
    let is_text = |text: &str| match got {
        parse_text::Value::Quoted(bytes) => !text.contains('\n') && bytes == text.as_bytes(),
        // A block does not tell whether its last line ended, and shows hostile characters escaped.
        parse_text::Value::Block(block) => {
            let lines = text.strip_suffix('\n').unwrap_or(text);
            text.contains('\n')
                && lines.split('\n').count() == block.split('\n').count()
                && unescaped(block) == unescaped(lines)
        }
        parse_text::Value::Json(_) => false,
    };
    let is_json = |expected: &serde_json::Value| match (got, expected) {
        (parse_text::Value::Json(json), expected) => json == expected,
        // A string by JSON's rules looks like a quoted one.
        (parse_text::Value::Quoted(bytes), serde_json::Value::String(text)) => {
            bytes == text.as_bytes()
        }
        _ => false,
    };
    match value {
        Typed::Nil => is_json(&serde_json::Value::Null),
        Typed::Bool(value) => is_json(&(*value).into()),
        Typed::I64(value) => is_json(&(*value).into()),
        Typed::U64(value) => is_json(&(*value).into()),
        Typed::F64(value) if value.is_finite() => {
            matches!(got, parse_text::Value::Json(json) if json.as_f64().is_some_and(|got| got.to_bits() == value.to_bits()))
        }
        Typed::F32(value) if value.is_finite() => {
            matches!(got, parse_text::Value::Json(json) if json.to_string().parse() == Ok(*value))
        }
        Typed::F64(_) | Typed::F32(_) => {
            matches!(got, parse_text::Value::Quoted(text) if text.starts_with(b"<internal error: json: unsupported value: "))
        }
        Typed::Str(text) => is_text(text),
        Typed::NamedStr(text) => is_json(&text.as_str().into()),
        Typed::Bytes(bytes) => matches!(got, parse_text::Value::Quoted(got) if got == bytes),
        Typed::Duration(nanos) => match got {
            parse_text::Value::Quoted(text) => {
                String::from_utf8_lossy(text).parse()
                    == Ok(klog::GoDuration::from_nanoseconds(*nanos))
            }
            _ => false,
        },
        Typed::Error(text) | Typed::Stringer(text) if text.panics => {
            is_text(&format!("<panic: {}>", text.text))
        }
        Typed::Error(text) | Typed::Stringer(text) => is_text(&text.text),
        Typed::MarshalerPanic(text) => is_text(&format!("<panic: {text}>")),
        Typed::Object(namespace, name) if namespace.is_empty() => {
            matches!(got, parse_text::Value::Quoted(text) if text == name.as_bytes())
        }
        Typed::Object(namespace, name) => {
            matches!(got, parse_text::Value::Quoted(text) if *text == format!("{namespace}/{name}").as_bytes())
        }
        // Inside collections JSON's rules hold; NaN and panics there spoil the whole value, which the text then says.
        Typed::List(_) | Typed::Map(_) => is_failed(got) || is_inner(value, as_json(got)),
        Typed::Slice(_) => {
            !matches!(got, parse_text::Value::Block(text) if !text.contains("<panic: "))
        }
        Typed::Pretty(_) => matches!(got, parse_text::Value::Block(_)) || is_failed(got),
        Typed::Raw(_) | Typed::Marshaler(_) | Typed::Objects(_) => unreachable!("not generated"),
    }
}

/// Whether this JSON is the value by the rules of `encoding/json`, which hold inside collections.
fn is_inner(value: &Typed, json: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (value, json) {
        (Typed::List(Some(values)) | Typed::Slice(Some(values)), Json::Array(array)) => {
            values.len() == array.len()
                && values.iter().zip(array).all(|(value, json)| is_inner(value, json))
        }
        // The last value of a key counts.
        (Typed::Map(Some(entries)), Json::Object(object)) => entries.iter().all(|(key, _)| {
            let last = entries.iter().rfind(|(other, _)| other == key);
            last.is_some_and(|(_, value)| object.get(key).is_some_and(|json| is_inner(value, json)))
        }),
        (Typed::Pretty(inner), json) => is_inner(inner, json),
        (Typed::Bytes(bytes), Json::String(text)) => text.len() == bytes.len().div_ceil(3) * 4,
        (Typed::F64(value), Json::Number(number)) => number.to_string().parse() == Ok(*value),
        (Typed::F32(value), Json::Number(number)) => number.to_string().parse() == Ok(*value),
        (value, json) => serde_json::to_value(value).is_ok_and(|value| value == *json),
    }
}

fn as_json(value: &parse_text::Value) -> &serde_json::Value {
    match value {
        parse_text::Value::Json(json) => json,
        _ => &serde_json::Value::Null,
    }
}

fn is_failed(value: &parse_text::Value) -> bool {
    match value {
        parse_text::Value::Quoted(text) => {
            text.starts_with(b"<internal error: ") || text.starts_with(b"<panic: ")
        }
        parse_text::Value::Block(text) => text.starts_with("<panic: "),
        parse_text::Value::Json(_) => false,
    }
}

/// The text without characters that a block escapes, and without such escapes.
fn unescaped(text: &str) -> String {
    let plain = |char: &char| {
        !char.is_control()
            && !matches!(*char, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    let kept: String = text.chars().filter(plain).collect();
    // What is left of `\x1b` and the like depends on the text around it; letters and digits of escapes are dropped on
    // both sides.
    kept.chars()
        .filter(|char| !char.is_ascii_hexdigit() && !"\\xuUabfnrtv".contains(*char))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn text_reads_back(call in any_call()) {
        let line = log(&call, Format::Text);
        let parsed = parse_text::line(&line, true).map_err(|error| TestCaseError::fail(format!("{error}: {line:?}")))?;
        prop_assert_eq!(parsed.message, call.message.clone());
        prop_assert_eq!((parsed.file.as_str(), parsed.line), ("main.rs", 7));
        let keys: Vec<_> = parsed.pairs.iter().map(|(key, _)| key.clone()).collect();
        let unique: std::collections::HashSet<_> = keys.iter().collect();
        prop_assert_eq!(unique.len(), keys.len(), "keys are unique: {:?}", keys);
        // Every key is there with its last value, and nothing else is.
        let err = call.err.iter().map(|err| ("err", err));
        let named = !call.names.is_empty();
        let all: Vec<_> = err.chain(call.context.iter().chain(&call.pairs).map(|(key, value)| (key.as_str(), value))).collect();
        for (key, got) in &parsed.pairs {
            match all.iter().rfind(|(other, _)| other == key) {
                Some((_, value)) => prop_assert!(is_value(value, got), "{} is {:?} and not {:?}", key, got, value),
                None => prop_assert!(named && key == "logger", "{} comes from nowhere", key),
            }
        }
        for (key, _) in &all {
            prop_assert!(keys.iter().any(|other| other == key), "{} is missing", key);
        }
    }

    #[test]
    fn json_is_one_object_with_unique_keys(call in any_call()) {
        let line = log(&call, Format::Json);
        let object = unique_json(&line).map_err(TestCaseError::fail)?;
        prop_assert_eq!(&object["msg"], call.message.as_str());
        prop_assert_eq!(&object["caller"], "src/main.rs:7");
        for (key, value) in &call.pairs {
            let is_only = call.pairs.iter().chain(&call.context).filter(|(other, _)| other == key).count() == 1;
            // Such a key may be renamed, or be the new name of another one.
            let may_change = ["ts", "caller", "msg", "v", "err", "logger", "severity"].contains(&key.as_str())
                || key.ends_with("Error")
                || key.ends_with('_');
            if let (Typed::Str(text), true, false) = (value, is_only, may_change) {
                prop_assert_eq!(&object[key], text.as_str());
            }
        }
    }
}

proptest! {
    /// In all years that jiff knows, and in every zone.
    #[test]
    fn dates_and_times_are_those_of_jiff(
        second in prop_oneof![-377_705_023_201_i64..=253_402_207_200, -9_223_372_036_i64..=9_223_372_036],
        fraction in prop_oneof![Just(0), Just(600_000_000), 0..1_000_000_000_i32],
        offset in prop_oneof![Just(0), -93_599..=93_599],
    ) {
        let time = jiff::Timestamp::new(second, 0).expect("it is in the range");
        let time = time.checked_add(jiff::SignedDuration::from_nanos(fraction.into())).expect("it is in the range");
        let civil = jiff::tz::Offset::from_seconds(offset).expect("it is in the range").to_datetime(time);
        let (sign, minutes) = if offset < 0 { ('-', -offset / 60) } else { ('+', offset / 60) };
        let (hours, minutes) = (minutes / 60, minutes % 60);
        // Go shows four digits of a year before 0, too.
        let year = format!("{}{:04}", if civil.year() < 0 { "-" } else { "" }, civil.year().abs());

        let value = Value::Time { nanos: time.as_nanosecond(), offset };
        let mut json = Vec::new();
        value.write_json(&mut json);
        let zone = if offset == 0 { "Z".into() } else { format!("{sign}{hours:02}:{minutes:02}") };
        let expected = format!("\"{year}{}{zone}\"", civil.strftime("-%m-%dT%H:%M:%S%.f"));
        prop_assert_eq!(String::from_utf8(json).expect("text"), expected);

        let lines = Memory::default();
        let output = Output::new(Format::Text, lines.clone()).with_header(false);
        klog::info!(logger: output.logger(), "", value);
        let zone = format!("{sign}{hours:02}{minutes:02}");
        let name = if offset == 0 { "UTC" } else { &zone };
        let expected = format!("\"\" value=\"{year}{} {zone} {name}\"\n", civil.strftime("-%m-%d %H:%M:%S%.f"));
        prop_assert_eq!(lines.take(), expected);

        if let Ok(nanos) = i64::try_from(time.as_nanosecond()) {
            let output = Output::new(Format::Text, lines.clone()).with_clock(Clock::Fixed { nanos, offset });
            klog::info!(logger: output.logger(), "");
            let expected = civil.strftime("I%m%d %H:%M:%S.").to_string();
            prop_assert_eq!(&lines.take()[..15], expected);
        }
    }
}

/// The short form of milliseconds that the JSON encoder computes must be what the general one prints.
#[test]
fn milliseconds_are_the_shortest_digits() {
    let check = |nanos: i64| {
        let lines = Memory::default();
        Output::new(Format::Json, lines.clone())
            .with_clock(Clock::Fixed { nanos, offset: 0 })
            .logger()
            .info("", &[]);
        let line = lines.take();
        let got = line
            .strip_prefix("{\"ts\":")
            .and_then(|rest| rest.split(',').next())
            .expect("ts stands first");
        let float = nanos as f64 / 1e6;
        assert_eq!(got, format!("{float}"), "{nanos}");
    };
    // Every fraction that a float of this size can hold, and the ends of the range in which the short way is taken.
    for fraction in 0..4096_i64 {
        check(1_772_600_767_089_000_000 + fraction * 1_000_000 / 4096);
        check(1_772_600_767_089_000_000 + fraction * 1_000_000 / 4096 + 100);
    }
    for end in [1_099_511_627_776_i64, 2_199_023_255_552] {
        for nanos in -2000..2000 {
            check(end * 1_000_000 + nanos);
        }
    }
    // Steps of 128 are where one rounds to the even neighbour; the other is taken all over the range.
    for step in 0..20_000_i64 {
        check(1_772_600_767_000_000_000 + step * 128);
        check(1_152_921_504_000_000_000 + step * 52_305_087_534_211 / 128 * 128);
        check(1_152_921_504_000_000_000 + step * 52_305_087_534_211);
    }
    for nanos in [0, 1, -1, 123, i64::MAX, i64::MIN, -1_000_000_000] {
        check(nanos);
    }
}
