//! What a plain `key = expression` logs, by the type of the expression, in both formats.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64},
};

use crate::support::Memory;
use klog::{Format, Output};

/// Logs a value under the key `x` in both formats.
macro_rules! check {
    ($value:expr, $text:expr, $json:expr $(,)?) => {
        for (format, expected) in [(Format::Text, $text), (Format::Json, $json)] {
            let lines = Memory::default();
            let output = Output::new(format, lines.clone());
            klog::info!(logger: output.logger(), "m", x = $value);
            let line = lines.take();
            let value = match format {
                Format::Json => line.split_once(",\"x\":").and_then(|(_, rest)| rest.strip_suffix("}\n")),
                _ => line.split_once(" x=").and_then(|(_, rest)| rest.strip_suffix('\n')),
            };
            assert_eq!(value, Some(expected), "{}: {line}", stringify!($value));
        }
    };
}

#[derive(Debug)]
struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("connection refused")
    }
}

impl std::error::Error for Refused {}

#[derive(Debug)]
struct Failed(Refused);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sync failed")
    }
}

impl std::error::Error for Failed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// A type that has a text and nothing else.
struct Version(u8, u8);

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "v{}.{}", self.0, self.1)
    }
}

/// What says itself what it is, is that, although it is an error with a text as well.
#[derive(Debug)]
struct Status(u16);

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not found")
    }
}

impl std::error::Error for Status {}

impl klog::LogValue for Status {
    fn log_value(&self) -> klog::Value<'_> {
        klog::Value::U64(self.0.into())
    }
}

#[test]
fn a_log_value_is_what_it_says() {
    check!(Status(404), "404", "404");
    check!(Some(&Status(404)), "404", "404");
}

#[test]
fn an_error_is_an_error_and_anything_with_a_text_is_that_text() {
    check!(
        Failed(Refused),
        r#""sync failed: connection refused""#,
        r#""sync failed: connection refused""#
    );
    check!(
        &Failed(Refused),
        r#""sync failed: connection refused""#,
        r#""sync failed: connection refused""#
    );
    check!(
        Some(Failed(Refused)),
        r#""sync failed: connection refused""#,
        r#""sync failed: connection refused""#
    );
    check!(None::<Failed>, "null", "null");
    check!(Version(1, 34), r#""v1.34""#, r#""v1.34""#);
    check!(&&Version(1, 34), r#""v1.34""#, r#""v1.34""#);
    check!(Some(Version(1, 34)), r#""v1.34""#, r#""v1.34""#);
    check!(None::<Version>, "null", "null");
    check!(Box::new(Version(1, 34)), r#""v1.34""#, r#""v1.34""#);
    let dynamic: Box<dyn std::error::Error + Send + Sync> = "boxed".into();
    check!(dynamic, r#""boxed""#, r#""boxed""#);
    let text: &dyn std::fmt::Display = &3;
    check!(text, r#""3""#, r#""3""#);
    check!(*"unsized", r#""unsized""#, r#""unsized""#);
    fn generic<T: std::fmt::Display>(value: T) {
        check!(value, r#""7""#, r#""7""#);
        check!(&value, r#""7""#, r#""7""#);
    }
    generic(7);
}
#[test]
fn numbers_stay_numbers() {
    let count = 3;
    check!(count, "3", "3");
    check!(vec![1, 2].len(), "2", "2");
    check!(1.5_f32, "1.5", "1.5");
    check!(count > 2, "true", "true");
    check!(std::num::NonZeroU8::MIN, "1", "1");
    check!(
        std::num::NonZeroI128::MIN,
        "-170141183460469231731687303715884105728",
        "-170141183460469231731687303715884105728"
    );
    check!(AtomicU64::new(9), "9", "9");
    check!(&AtomicBool::new(true), "true", "true");
    check!(std::sync::Arc::new(std::sync::atomic::AtomicI8::new(-1)), "-1", "-1");
    check!(std::num::Wrapping(4_u8), "4", "4");
    check!(std::num::Saturating(4_u8), "4", "4");
    check!(std::cmp::Reverse(4_u8), "4", "4");
}

#[test]
fn types_of_the_standard_library_are_values() {
    check!(Path::new("/etc/a \"b\""), r#""/etc/a \"b\"""#, r#""/etc/a \"b\"""#);
    check!(PathBuf::from("/etc"), r#""/etc""#, r#""/etc""#);
    check!(std::ffi::OsStr::new("a"), r#""a""#, r#""a""#);
    check!(std::ffi::OsString::from("a"), r#""a""#, r#""a""#);
    check!(Some(Path::new("/etc")), r#""/etc""#, r#""/etc""#);
    check!(IpAddr::from([10, 0, 0, 1]), r#""10.0.0.1""#, r#""10.0.0.1""#);
    check!(vec![Ipv4Addr::LOCALHOST], r#"["127.0.0.1"]"#, r#"["127.0.0.1"]"#);
    check!(Some(SocketAddr::from(([10, 0, 0, 1], 80))), r#""10.0.0.1:80""#, r#""10.0.0.1:80""#);
    check!(Ok::<u32, Failed>(3), "3", "3");
    check!(
        Err::<u32, Failed>(Failed(Refused)),
        r#""sync failed: connection refused""#,
        r#""sync failed: connection refused""#
    );
    check!(std::borrow::Cow::Borrowed(&[1_u16, 2][..]), "[1,2]", "[1,2]");
    check!(std::borrow::Cow::Borrowed("a"), r#""a""#, r#""a""#);
    check!((1, "a", true), r#"[1,"a",true]"#, r#"[1,"a",true]"#);
    check!(VecDeque::from([1, 2]), "[1,2]", "[1,2]");
    check!(BTreeSet::from(["b", "a"]), r#"["a","b"]"#, r#"["a","b"]"#);
    check!(HashSet::from([3, 1, 2]), "[1,2,3]", "[1,2,3]");
    check!(std::collections::LinkedList::from([1]), "[1]", "[1]");
    check!(std::time::Duration::from_millis(1500), r#""1.5s""#, r#""1.5s""#);
    check!(std::process::Command::new("true").get_program(), r#""true""#, r#""true""#);
}

/// With the feature `http`; as Go has them.
#[test]
fn types_of_http_are_values() {
    use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, Version};

    check!(StatusCode::NOT_FOUND, "404", "404");
    check!(vec![StatusCode::OK, StatusCode::BAD_GATEWAY], "[200,502]", "[200,502]");
    check!(&Some(StatusCode::OK), "200", "200");
    check!(None::<StatusCode>, "null", "null");
    check!(Method::GET, r#""GET""#, r#""GET""#);
    check!(Version::HTTP_2, r#""HTTP/2.0""#, r#""HTTP/2.0""#);
    let uri: Uri = "https://api:6443/pods?watch=1&limit=5".parse().unwrap();
    check!(
        &uri,
        r#""https://api:6443/pods?watch=1&limit=5""#,
        r#""https://api:6443/pods?watch=1&limit=5""#
    );
    check!(uri.path_and_query(), r#""/pods?watch=1&limit=5""#, r#""/pods?watch=1&limit=5""#);
    check!(uri.authority(), r#""api:6443""#, r#""api:6443""#);
    check!([uri.scheme(), None], r#"["https",null]"#, r#"["https",null]"#);
    let mut headers = HeaderMap::new();
    headers.insert("x-b", HeaderValue::from_static("1"));
    headers.insert("accept", HeaderValue::from_static("a \"quoted\""));
    headers.append("accept", HeaderValue::from_bytes(b"\xff").unwrap());
    let mut token = HeaderValue::from_static("Bearer hunter2");
    token.set_sensitive(true);
    check!(&token, r#""<redacted>""#, r#""<redacted>""#);
    headers.insert("authorization", token);
    check!(
        &headers,
        r#"{"accept":["a \"quoted\"","/w=="],"authorization":["\u003credacted\u003e"],"x-b":["1"]}"#,
        r#"{"accept":["a \"quoted\"","/w=="],"authorization":["<redacted>"],"x-b":["1"]}"#
    );
    check!(headers.get("x-b"), r#""1""#, r#""1""#);
    check!(HeaderMap::new(), "{}", "{}");
}

/// With the features `url`, `uuid` and `bytes`.
#[test]
fn urls_ids_and_bytes_are_values() {
    let url: url::Url = "https://example.com/a b?q=\"x\"".parse().unwrap();
    check!(
        &url,
        r#""https://example.com/a%20b?q=%22x%22""#,
        r#""https://example.com/a%20b?q=%22x%22""#
    );
    check!(
        Some(vec![url.clone()]),
        r#"["https://example.com/a%20b?q=%22x%22"]"#,
        r#"["https://example.com/a%20b?q=%22x%22"]"#
    );
    check!(url.host(), r#""example.com""#, r#""example.com""#);
    let id = uuid::Uuid::from_u128(7);
    check!(
        id,
        r#""00000000-0000-0000-0000-000000000007""#,
        r#""00000000-0000-0000-0000-000000000007""#
    );
    check!(
        vec![&id],
        r#"["00000000-0000-0000-0000-000000000007"]"#,
        r#"["00000000-0000-0000-0000-000000000007"]"#
    );
    check!(
        HashMap::from([(id, id)]).values().collect::<Vec<_>>(),
        r#"["00000000-0000-0000-0000-000000000007"]"#,
        r#"["00000000-0000-0000-0000-000000000007"]"#
    );
    check!(bytes::Bytes::from_static(b"a\xff"), r#""a\xff""#, r#""Yf8=""#);
    check!(Some(&bytes::BytesMut::from("a")), r#""a""#, r#""YQ==""#);
    check!((bytes::Bytes::new(), 1), r#"["",1]"#, r#"["",1]"#);
}

/// With the features `anyhow` and `serde_json`.
#[test]
fn errors_of_anyhow_and_json_are_values() {
    use serde_json::json;

    let error = || anyhow::Error::new(Refused).context("sync failed");
    let both = r#""sync failed: connection refused""#;
    check!(error(), both, both);
    check!(Some(error()), both, both);
    // As Go's encoders do with errors in a list.
    let list = format!(r#"[{{"error":{both}}}]"#);
    check!(vec![error()], "[{}]", list.as_str());
    check!(Err::<u8, _>(Failed(Refused)), both, both);
    check!(Err::<u8, _>(error()), both, both);
    check!(&Ok::<_, anyhow::Error>("done"), r#""done""#, r#""done""#);

    check!(json!(3), "3", "3");
    check!(json!(-1.5), "-1.5", "-1.5");
    check!(json!(u64::MAX), "18446744073709551615", "18446744073709551615");
    check!(json!(true), "true", "true");
    check!(json!(null), "null", "null");
    check!(json!("a \"b\""), r#""a \"b\"""#, r#""a \"b\"""#);
    check!(
        json!("two\nlines"),
        "=<\n\ttwo\n\tlines\n >".trim_start_matches('='),
        r#""two\nlines""#
    );
    check!(json!({"b": [1, "<", null]}), r#"{"b":[1,"\u003c",null]}"#, r#"{"b":[1,"<",null]}"#);
    check!(vec![json!(1), json!({"a": "x"})], r#"[1,{"a":"x"}]"#, r#"[1,{"a":"x"}]"#);
    check!(json!({"b": 1}).as_object(), r#"{"b":1}"#, r#"{"b":1}"#);
    check!(json!({"b": 1})["b"].as_number(), "1", "1");
    check!(json!({"b": 1}).get("c"), "null", "null");
}

/// Go has these in other forms: see COMPATIBILITY.md.
#[test]
fn forms_that_go_has_not() {
    check!([97_u8, 255], r#""a\xff""#, r#""Yf8=""#);
    check!(klog::json(&[97_u8, 255]), "[97,255]", "[97,255]");
    check!(
        klog::json(&std::time::Duration::from_millis(1500)),
        r#"{"secs":1,"nanos":500000000}"#,
        r#"{"secs":1,"nanos":500000000}"#
    );
    let ordered = serde_json::json!({"b": 1, "a": 2});
    check!(klog::json(&ordered), r#"{"b":1,"a":2}"#, r#"{"b":1,"a":2}"#);
    let winter = klog::Value::Time { nanos: 0, offset: -18_000 };
    check!(winter, r#""1969-12-31 19:00:00 -0500 -0500""#, r#""1969-12-31T19:00:00-05:00""#);
}

#[test]
fn maps_are_objects_with_sorted_keys() {
    check!(BTreeMap::from([("b", 1), ("a", 2)]), r#"{"a":2,"b":1}"#, r#"{"a":2,"b":1}"#);
    let map: HashMap<String, Vec<u8>> = (0..9).map(|n| (format!("k{n}"), vec![n])).collect();
    check!(
        &map,
        r#"{"k0":"AA==","k1":"AQ==","k2":"Ag==","k3":"Aw==","k4":"BA==","k5":"BQ==","k6":"Bg==","k7":"Bw==","k8":"CA=="}"#,
        r#"{"k0":"AA==","k1":"AQ==","k2":"Ag==","k3":"Aw==","k4":"BA==","k5":"BQ==","k6":"Bg==","k7":"Bw==","k8":"CA=="}"#,
    );
    check!(HashMap::from([(10, "a"), (9, "b")]), r#"{"10":"a","9":"b"}"#, r#"{"10":"a","9":"b"}"#);
    check!(HashMap::from([("a\"\n", Some(1.5))]), r#"{"a\"\n":1.5}"#, r#"{"a\"\n":1.5}"#);
    check!(BTreeMap::<String, u8>::new(), "{}", "{}");
    check!(
        HashMap::from([("outer", HashMap::from([("inner", 1)]))]),
        r#"{"outer":{"inner":1}}"#,
        r#"{"outer":{"inner":1}}"#
    );
}

#[test]
fn an_enum_with_data_is_an_object_of_its_variant() {
    #[derive(klog::LogValue)]
    enum State<T> {
        Running,
        Exited(i32),
        Moved(&'static str, T),
        Waiting {
            reason: &'static str,
            retry_after: Option<T>,
            #[log(redact)]
            _token: u8,
            #[log(skip)]
            _cache: (),
        },
        #[log(rename = "CrashLoop")]
        Crash(#[log(display)] Version),
    }
    check!(State::Running::<u8>, r#""Running""#, r#""Running""#);
    check!(State::Exited::<u8>(3), r#"{"Exited":3}"#, r#"{"Exited":3}"#);
    check!(State::Moved("a", 1), r#"{"Moved":["a",1]}"#, r#"{"Moved":["a",1]}"#);
    let waiting =
        State::Waiting { reason: "Backoff", retry_after: Some(1.5), _token: 1, _cache: () };
    check!(
        &waiting,
        r#"{"Waiting":{"reason":"Backoff","retryAfter":1.5,"token":"\u003credacted\u003e"}}"#,
        r#"{"Waiting":{"reason":"Backoff","retryAfter":1.5,"token":"<redacted>"}}"#,
    );
    check!(State::Crash::<u8>(Version(1, 2)), r#"{"CrashLoop":"v1.2"}"#, r#"{"CrashLoop":"v1.2"}"#);
    #[derive(klog::LogValue)]
    enum OnlyData {
        A { x: u8 },
    }
    check!(OnlyData::A { x: 1 }, r#"{"A":{"x":1}}"#, r#"{"A":{"x":1}}"#);
}

#[test]
fn values_are_made_of_what_is_copied() {
    let pairs: [(&str, klog::Value<'_>); 4] =
        [("n", 1.into()), ("f", 1.5.into()), ("b", true.into()), ("o", Some(2_u8).into())];
    let len = klog::Value::from(vec![1].len());
    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone()).with_header(false);
    output.logger().info("m", &pairs);
    output.logger().info("m", &[("len", len)]);
    assert_eq!(lines.take(), "\"m\" n=1 f=1.5 b=true o=2\n\"m\" len=1\n");
}

/// In a block, characters that control, hide or reorder text are escaped, all of them and none beside them.
#[test]
fn blocks_show_what_is_invisible() {
    let ranges = [
        (0x80, 0x9f),
        (0x61c, 0x61c),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0xfeff, 0xfeff),
        (0xe_0000, 0xe_007f),
    ];
    for (first, last) in ranges {
        for code in (first..=last).chain([first - 1, last + 1]) {
            // DEL is another matter.
            let Some(char) = char::from_u32(code).filter(|char| *char != '\x7f') else { continue };
            let is_escaped = (first..=last).contains(&code);
            let shown = match code {
                _ if !is_escaped => char.to_string(),
                0x1_0000.. => format!("\\U{code:08x}"),
                _ => format!("\\u{code:04x}"),
            };
            let value = format!("one\na{char}b");
            let block = format!("<\n\tone\n\ta{shown}b\n >");
            check!(value, block.as_str(), format!("\"one\\na{char}b\"").as_str());
        }
    }
}

/// Arguments are evaluated once each, in the order of the source, whatever is in front of the message.
#[test]
fn arguments_are_evaluated_in_their_order() {
    let order = std::cell::RefCell::new(Vec::new());
    let take = |name: &'static str| {
        order.borrow_mut().push(name);
        name
    };
    let output = Output::new(Format::Text, Memory::default());
    let logger = output.logger();
    let named = |name| {
        take(name);
        logger.clone()
    };
    klog::error!(logger: named("logger"), err: take("err"), "M", a = take("a"), b = %take("b"), c = ?take("c"));
    klog::info!(logger: named("logger"), "M", a = take("a"), b = take("b"));
    assert_eq!(order.take(), ["logger", "err", "a", "b", "c", "logger", "a", "b"]);
}
