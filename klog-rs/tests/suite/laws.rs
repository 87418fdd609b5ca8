//! What holds for every entry and every nesting of loggers; `support/laws` says it, `fuzz/` runs the same.

use crate::support::{
    Memory,
    laws::{
        entry::{self, Call},
        scopes,
    },
    values::{Text, Typed},
};
use klog::{Format, Output, Severity, Value, encode::Clock};
use proptest::prelude::*;

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
        (any_text(), any::<bool>()).prop_map(|(text, panics)| Typed::Error(Text { text, panics })),
        (any_text(), any::<bool>())
            .prop_map(|(text, panics)| Typed::Stringer(Text { text, panics })),
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn text_reads_back(call in any_call()) {
        entry::text_reads_back(&call).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn json_is_one_object_with_unique_keys(call in any_call()) {
        entry::json_is_one_object(&call).map_err(TestCaseError::fail)?;
    }
}

proptest! {
    // Each has a subscriber of its own, and some start threads.
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_current_logger_is_that_of_the_innermost_scope(program in proptest::collection::vec(proptest::sample::select(b"(n()s())c)fb)ltlepdx))".as_slice()), 0..60)) {
        scopes::current_logger_is_innermost(&program).map_err(TestCaseError::fail)?;
    }
}

/// What fuzzing starts from holds, so that seeds neither rot nor are lost.
#[test]
fn seeds_hold() {
    crate::support::laws::replay("encoder", entry::reads_back);
    crate::support::laws::replay("scopes", scopes::current_logger_is_innermost);
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
            .expect("ts comes first");
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
