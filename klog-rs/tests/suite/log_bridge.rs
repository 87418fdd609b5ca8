//! What dependencies log through the `log` crate.
#![cfg(feature = "log")]

use std::fmt;

use crate::support::Memory;
use klog::{Format, LogBridge, Logger, Output, kvs};
use tracing_subscriber::prelude::*;

/// Runs `log` with an output of V4, and `memory=4` by vmodule, and gives its line without header.
fn line(format: Format, log: impl FnOnce()) -> String {
    // The first test to come installs the bridge.
    let _ = log::set_logger(&LogBridge);
    log::set_max_level(log::LevelFilter::Trace);
    let lines = Memory::default();
    let output = Output::new(format, lines.clone())
        .with_header(false)
        .with_clock(klog::encode::Clock::Fixed { nanos: 0, offset: 0 })
        .with_verbosity(4, klog::config::Vmodule::default());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(output.layer()), log);
    lines.take()
}

#[track_caller]
fn check(log: impl Fn(), text: &str, json: &str) {
    assert_eq!(line(Format::Text, &log), text);
    let line = line(Format::Json, &log);
    let after_caller = line.split_once("\"msg\"").map(|(_, after)| after);
    assert_eq!(after_caller.unwrap_or(&line), json);
}

#[test]
fn levels() {
    check(|| log::error!("E"), "\"E\"\n", ":\"E\"}\n");
    check(|| log::warn!("W"), "\"W\"\n", ":\"W\",\"v\":0,\"severity\":\"warning\"}\n");
    check(|| log::info!("I"), "\"I\"\n", ":\"I\",\"v\":0}\n");
    check(|| log::debug!("D"), "\"D\"\n", ":\"D\",\"v\":4}\n");
    check(|| log::trace!("T"), "", "");
}

#[test]
fn messages_are_one_string() {
    check(
        || log::info!("two\nlines, \"quoted\" {}", 7),
        "\"two\\nlines, \\\"quoted\\\" 7\"\n",
        ":\"two\\nlines, \\\"quoted\\\" 7\",\"v\":0}\n",
    );
}

#[test]
fn key_values_have_their_types() {
    #[derive(Debug)]
    struct Shape;
    impl fmt::Display for Shape {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a shape")
        }
    }
    let error = || std::io::Error::other("no route");
    check(
        || {
            log::error!(
                target: "store",
                n = 1, float = 1.5, yes = true, text = "x y", shown:% = Shape, debugged:? = Shape, err:err = error(), none = Option::<u8>::None;
                "lost"
            );
        },
        "\"lost\" err=\"no route\" target=\"store\" n=1 float=1.5 yes=true text=\"x y\" shown=\"a shape\" debugged=\"Shape\" none=null\n",
        ":\"lost\",\"target\":\"store\",\"n\":1,\"float\":1.5,\"yes\":true,\"text\":\"x y\",\"shown\":\"a shape\",\"debugged\":\"Shape\",\"none\":null,\"err\":\"no route\"}\n",
    );
}

#[cfg(feature = "log-serde")]
#[test]
fn structured_values_are_json() {
    let ports = || serde_json::json!({ "https": 443, "names": ["a", "b"] });
    check(
        || log::info!(ports:serde = ports(); "listening"),
        "\"listening\" ports={\"https\":443,\"names\":[\"a\",\"b\"]}\n",
        ":\"listening\",\"v\":0,\"ports\":{\"https\":443,\"names\":[\"a\",\"b\"]}}\n",
    );
}

#[test]
fn context_and_spans_are_those_of_the_caller() {
    check(
        || {
            let _span = tracing::info_span!("span", span = 1).entered();
            let logger = Logger::background().with_name("store").with_values(kvs! { shard = 2 });
            logger.in_scope(|| log::info!("compacted"));
            logger.v(5).in_scope(|| log::info!("too much detail"));
        },
        "\"compacted\" logger=\"store\" span=1 shard=2\n",
        ":\"compacted\",\"span\":1,\"shard\":2,\"v\":0}\n",
    );
}

#[test]
fn the_place_is_that_of_the_call() {
    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone());
    let _ = log::set_logger(&LogBridge);
    log::set_max_level(log::LevelFilter::Trace);
    let subscriber = tracing_subscriber::registry().with(output.layer());
    tracing::subscriber::with_default(subscriber, || log::info!("here"));
    let line = lines.take();
    assert!(line.ends_with(&format!(" log_bridge.rs:{}] \"here\"\n", line!() - 2)), "{line}");
}

/// A value that fails costs itself only, a message that fails shows why.
#[test]
fn failures_of_values() {
    struct Bad;
    impl fmt::Display for Bad {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("bad value")
        }
    }
    assert_eq!(
        line(Format::Text, || log::info!(before = 1, bad:% = Bad, after = 2; "kept")),
        "\"kept\" before=1 bad=\"<panic: bad value>\" after=2\n",
    );
    assert_eq!(line(Format::Text, || log::info!("a {Bad} message")), "\"<panic: bad value>\"\n");
}

/// An error's sources are in its text, as anywhere.
#[test]
fn an_error_shows_its_sources() {
    #[derive(Debug)]
    struct Wrapped(std::io::Error);
    impl fmt::Display for Wrapped {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("cannot connect")
        }
    }
    impl std::error::Error for Wrapped {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    let wrapped = Wrapped(std::io::Error::other("no route"));
    check(
        || log::error!(err:err = wrapped; "lost"),
        "\"lost\" err=\"cannot connect: no route\"\n",
        ":\"lost\",\"err\":\"cannot connect: no route\"}\n",
    );
}

#[test]
fn a_line_says_which_dependency_it_comes_from() {
    let check = |format, file: &'static str, module: &'static str, place: &str| {
        let _ = log::set_logger(&LogBridge);
        log::set_max_level(log::LevelFilter::Trace);
        let lines = Memory::default();
        let output = Output::new(format, lines.clone());
        let log = || {
            let mut record = log::Record::builder();
            record.level(log::Level::Info).target(module);
            record.file_static(Some(file)).line(Some(7)).module_path_static(Some(module));
            log::logger().log(&record.args(format_args!("m")).build());
        };
        tracing::subscriber::with_default(tracing_subscriber::registry().with(output.layer()), log);
        let line = lines.take();
        assert!(line.contains(place), "{line} {place}");
    };
    let registry =
        "/root/.cargo/registry/src/index-1/hyper-util-0.1.9/src/client/legacy/connect.rs";
    check(Format::Text, registry, "hyper_util::client", " hyper_util/connect.rs:7] \"m\"");
    check(Format::Json, registry, "hyper_util::client", "\"caller\":\"hyper_util/connect.rs:7\"");
    check(Format::Text, "src/client/connect.rs", "own::client", " connect.rs:7] \"m\"");
    check(
        Format::Json,
        "src/client/connect.rs",
        "own::client",
        "\"caller\":\"client/connect.rs:7\"",
    );
    check(Format::Text, "/x/y.rs", "] E1129 a", " y.rs:7] \"m\"");
}
