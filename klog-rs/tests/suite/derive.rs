//! `#[derive(LogValue)]`: what a type of the user's looks like.

use std::{collections::BTreeMap, fmt, time::Duration};

use crate::support::Memory;
use klog::{Format, LogValue, Logger, Output, kref, kvs};

/// The value as in text and in JSON: of a call, and of a logger, which keeps it in another form.
#[track_caller]
fn check(value: &impl LogValue, text: &str, json: &str) {
    for (format, expected) in [(Format::Text, text), (Format::Json, json)] {
        let lines = Memory::default();
        let output = Output::new(format, lines.clone()).with_header(false);
        let of = |log: &dyn Fn(&Logger)| {
            log(&output.logger());
            let line = lines.take();
            let value = line.split_once("value=").or_else(|| line.split_once("\"value\":"));
            let value = value.expect("a value").1.trim_end();
            value
                .strip_suffix(",\"v\":0}")
                .or(value.strip_suffix('}'))
                .filter(|_| format == Format::Json)
                .unwrap_or(value)
                .to_owned()
        };
        assert_eq!(of(&|logger| klog::info!(logger: logger, "Call", value = value)), expected);
        let with = |logger: &Logger| logger.with_values(kvs! { value = value });
        assert_eq!(of(&|logger| klog::info!(logger: with(logger), "Logger")), expected);
    }
}

struct Shape(&'static str);

impl fmt::Display for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

#[derive(LogValue)]
enum Phase {
    Running,
    #[log(rename = "CrashLoopBackOff")]
    Crashing,
}

#[derive(LogValue)]
struct Replicas(u32);

#[derive(LogValue)]
struct Deployment<'a, T> {
    name: &'a str,
    ready_replicas: Replicas,
    phase: Phase,
    #[log(rename = "podIP")]
    pod_ip: Option<String>,
    #[log(redact)]
    pull_secret: &'a str,
    #[log(skip)]
    #[expect(dead_code, reason = "it is not logged")]
    cache: Vec<u8>,
    #[log(display)]
    shape: Shape,
    #[log(debug)]
    range: std::ops::Range<u8>,
    #[log(json)]
    labels: BTreeMap<&'static str, u8>,
    age: Duration,
    r#type: T,
}

#[test]
fn a_struct_is_an_object_of_its_fields() {
    let deployment = Deployment {
        name: "a \"web\"\n<tier>",
        ready_replicas: Replicas(2),
        phase: Phase::Crashing,
        pod_ip: None,
        pull_secret: "hunter2",
        cache: vec![1],
        shape: Shape("round"),
        range: 0..3,
        labels: BTreeMap::from([("a", 1)]),
        age: Duration::from_secs(90),
        r#type: kref("default", "web"),
    };
    let rest = "\"readyReplicas\":2,\"phase\":\"CrashLoopBackOff\",\"podIP\":null,\"pullSecret\":\"<redacted>\",\"shape\":\"round\",\"range\":\"0..3\",\"labels\":{\"a\":1},\"age\":\"1m30s\",\"type\":{\"name\":\"web\",\"namespace\":\"default\"}}";
    check(
        &deployment,
        // As Go marshals structs for text: `<` and `>` are escaped.
        &format!("{{\"name\":\"a \\\"web\\\"\\n\\u003ctier\\u003e\",{rest}")
            .replace("<redacted>", "\\u003credacted\\u003e"),
        &format!("{{\"name\":\"a \\\"web\\\"\\n<tier>\",{rest}"),
    );
}

#[test]
fn a_newtype_is_its_field_and_an_enum_its_name() {
    check(&Replicas(3), "3", "3");
    check(&Phase::Running, "\"Running\"", "\"Running\"");
    check(
        &[Phase::Running, Phase::Crashing],
        "[\"Running\",\"CrashLoopBackOff\"]",
        "[\"Running\",\"CrashLoopBackOff\"]",
    );
}

/// Everything that can be in a declaration.
mod declarations {
    use super::*;

    pub(crate) trait Of<A, B> {}
    impl<A, B, T> Of<A, B> for T {}

    #[derive(LogValue)]
    #[must_use]
    pub(crate) struct Lists<'a, 'b: 'a, T: Of<u8, fn(u8) -> u8>, U, const N: usize = 2>
    where
        [u8; N]: Sized,
        U: Of<T, T>,
    {
        /// Of two bytes.
        #[log(debug)]
        pub(in super::declarations) pair: std::ops::Range<u8>,
        #[log(skip)]
        #[expect(dead_code, reason = "it is not logged")]
        pub(crate) function: fn(u8, u8) -> BTreeMap<u8, [u8; N]>,
        pub first: &'a T,
        pub(super) second: &'b U,
    }

    #[derive(LogValue)]
    pub(crate) struct Wrapped<T>(pub(crate) Option<T>)
    where
        T: Of<u8, u8>;

    #[derive(LogValue)]
    pub(crate) struct Tuple(pub(in super::declarations) Vec<&'static str>);

    #[derive(LogValue)]
    pub(crate) enum Code {
        Ok = size_of::<(u8, u16)>() as isize,
        #[log(rename = "Bad")]
        Err = -1,
    }

    macro_rules! declare {
        ($visibility:vis $name:ident $kind:ty) => {
            #[derive(LogValue)]
            $visibility struct $name { $visibility value: $kind, other: $kind }
        };
    }
    declare!(pub(crate) Declared Option<u8>);

    macro_rules! declare_with {
        ($name:ident, $(#[$attribute:meta])* $field:ident, $rename:literal) => {
            #[derive(LogValue)]
            struct $name {
                $(#[$attribute])*
                $field: &'static str,
                #[log(rename = $rename)]
                other: u8,
            }
        };
    }
    macro_rules! as_it_is {
        ($item:item) => {
            #[derive(LogValue)]
            $item
        };
    }
    as_it_is! {
        struct Whole {
            #[log(skip)]
            #[expect(dead_code, reason = "it is not logged")]
            token: u8,
            id: u8,
        }
    }
    declare_with!(WithAttributes, /** Nobody's business. */ #[log(redact)] token, "another");

    #[test]
    fn fields_are_found_in_any_declaration() {
        let function = |_, _| BTreeMap::new();
        let lists = Lists::<_, u8> { pair: 1..2, function, first: &"a", second: &2 };
        check(
            &lists,
            "{\"pair\":\"1..2\",\"first\":\"a\",\"second\":2}",
            "{\"pair\":\"1..2\",\"first\":\"a\",\"second\":2}",
        );
        check(&Wrapped(Some(1)), "1", "1");
        check(&Tuple(vec!["a"]), "[\"a\"]", "[\"a\"]");
        check(&[Code::Ok, Code::Err], "[\"Ok\",\"Bad\"]", "[\"Ok\",\"Bad\"]");
        let with_attributes = WithAttributes { token: "hunter2", other: 1 };
        check(
            &with_attributes,
            "{\"token\":\"\\u003credacted\\u003e\",\"another\":1}",
            "{\"token\":\"<redacted>\",\"another\":1}",
        );
        check(&Whole { token: 1, id: 2 }, "{\"id\":2}", "{\"id\":2}");
        let declared = Declared { value: Some(1), other: None };
        check(&declared, "{\"value\":1,\"other\":null}", "{\"value\":1,\"other\":null}");
    }
}

struct Bad;

impl LogValue for Bad {
    fn log_value(&self) -> klog::Value<'_> {
        panic!("no value")
    }
}

#[test]
fn a_field_that_panics_costs_itself_only() {
    #[derive(LogValue)]
    struct Mixed {
        before: u8,
        bad: Bad,
        after: u8,
    }
    check(
        &Mixed { before: 1, bad: Bad, after: 2 },
        "{\"before\":1,\"bad\":\"\\u003cpanic: no value\\u003e\",\"after\":2}",
        "{\"before\":1,\"bad\":\"<panic: no value>\",\"after\":2}",
    );
}

#[test]
fn nesting_without_end_is_cut() {
    #[derive(LogValue)]
    struct Node {
        next: Option<Box<Node>>,
    }
    let mut node = Node { next: None };
    for _ in 0..5_000 {
        node = Node { next: Some(Box::new(node)) };
    }
    let lines = Memory::default();
    let output = Output::new(Format::Json, lines.clone());
    klog::info!(logger: output.logger(), "Deep", node = &node);
    let line = lines.take();
    assert!(line.ends_with("\"nodeError\":\"values are nested more than 120 deep\"}\n"), "{line}");
    // Drop by hand: the compiler's own drop of this list would recurse as deeply.
    while let Some(next) = node.next.take() {
        node = *next;
    }
}
