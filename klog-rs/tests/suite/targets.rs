//! Levels by target and module: more and less than `-v`, of everything that logs.

use crate::support::Memory;
use klog::{
    Config, Format, Output,
    config::{Targets, Vmodule},
    encode::Clock,
};
use tracing_subscriber::prelude::*;

fn log_all() {
    klog::info!("klog info");
    klog::info!(v: 2, "klog V2");
    klog::warn!("klog warning");
    klog::error!(err: "no", "klog error");
    tracing::debug!(target: "kube_runtime::controller", "kube debug");
    tracing::trace!(target: "kube_runtime", "kube trace");
    tracing::info!(target: "hyper::proto::h1", "hyper info");
    tracing::warn!(target: "hyper", "hyper warning");
    tracing::error!(target: "hyperium", "hyperium error");
    tracing::error!(target: "h2::client", "h2 error");
}

#[track_caller]
fn check(verbosity: u32, vmodule: &str, targets: &str, expected: &str) {
    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone())
        .with_header(false)
        .with_clock(Clock::Fixed { nanos: 0, offset: 0 })
        .with_verbosity(verbosity, vmodule.parse().expect("a vmodule"))
        .with_targets(targets.parse().expect("targets"));
    let subscriber = tracing_subscriber::registry().with(output.layer());
    tracing::subscriber::with_default(subscriber, log_all);
    let text = lines.take();
    let messages: Vec<_> =
        text.lines().filter_map(|line| line.split('"').nth(1)).map(str::to_owned).collect();
    assert_eq!(messages.join(", "), expected, "-v={verbosity} {vmodule} {targets}");
}

#[test]
fn targets_raise_and_lower() {
    let usual =
        "klog info, klog warning, klog error, hyper info, hyper warning, hyperium error, h2 error";
    check(0, "", "", usual);
    check(
        0,
        "",
        "hyper=warn,h2=off",
        "klog info, klog warning, klog error, hyper warning, hyperium error",
    );
    check(
        0,
        "",
        "hyper=error,kube-runtime=debug,suite=2",
        "klog info, klog V2, klog warning, klog error, kube debug, hyperium error, h2 error",
    );
    check(
        5,
        "",
        "kube_runtime=trace,kube_runtime::controller=0,suite=1,hyper=off",
        "klog info, klog warning, klog error, kube trace, hyperium error, h2 error",
    );
    // As RUST_LOG: a level alone is that of all others, and a path alone is trace.
    check(
        0,
        "",
        "warn,kube_runtime",
        "klog warning, klog error, kube debug, kube trace, hyper warning, hyperium error, h2 error",
    );
    check(9, "", "off", "");
}

#[test]
fn vmodule_takes_modules() {
    let with = |more: &str| format!("klog info, {more}klog warning, klog error");
    let rest = "hyper info, hyper warning, hyperium error, h2 error";
    // The module of these events is the test's.
    check(0, "suite::*=2", "", &format!("{}, {rest}", with("klog V2, ")));
    check(0, "suite::nothing::*=2,other::suite=2", "", &format!("{}, {rest}", with("")));
    check(0, "su?te::*=2", "", &format!("{}, {rest}", with("klog V2, ")));
    // What a file or module is named for is written although its target is lowered.
    check(
        0,
        "targets=2",
        "off",
        "klog info, klog V2, klog warning, klog error, hyper info, hyper warning, hyperium error, h2 error",
    );
    let vmodule: Vmodule = "a::b::*=3,a::*=1".parse().expect("a vmodule");
    assert_eq!(vmodule.to_string(), "a::b::*=3,a::*=1");
}

#[test]
fn texts_read_back() {
    for text in ["", "hyper=warn", "3", "warn,a::b=5,c=off,d=error"] {
        assert_eq!(text.parse::<Targets>().expect(text).to_string(), text);
    }
    let normal = |text: &str| text.parse::<Targets>().map(|targets| targets.to_string());
    assert_eq!(normal(" INFO , h2 = Debug,"), Ok("0,h2=4".into()));
    for (text, error) in [
        (
            "a=b=c",
            r#"level "b=c" in "a=b=c" is none of off, error, warn, info, debug, trace and V levels from 0 to 2147483647"#,
        ),
        (
            "a=2147483648",
            r#"level "2147483648" in "a=2147483648" is none of off, error, warn, info, debug, trace and V levels from 0 to 2147483647"#,
        ),
        (
            "a[span]=info",
            r#""a[span]=info" selects by span or field, which only tracing_subscriber's EnvFilter does"#,
        ),
    ] {
        assert_eq!(normal(text).expect_err(text).to_string(), error);
    }
}

#[cfg(feature = "serde")]
#[test]
fn files_hold_them() {
    let config: Config =
        serde_json::from_str(r#"{"targets": "hyper=warn,h2=off"}"#).expect("a configuration");
    assert_eq!(config.targets.to_string(), "hyper=warn,h2=off");
    assert_eq!(serde_json::to_value(&config).expect("JSON")["targets"], "hyper=warn,h2=off");
    assert!(serde_json::to_value(Config::default()).expect("JSON").get("targets").is_none());
}

#[cfg(feature = "flags")]
#[test]
fn flags_take_them() {
    #[derive(clap::Parser)]
    struct Args {
        #[command(flatten)]
        logging: klog::Flags,
    }
    let parse = |flag: &str| <Args as clap::Parser>::try_parse_from(["demo", flag]);
    let Ok(args) = parse("--log-targets=hyper=warn,h2=off") else { panic!("it is valid") };
    let config = args.logging.config();
    assert_eq!(config.targets.to_string(), "hyper=warn,h2=off");
    let error = parse("--log-targets=h2=loud").err().expect("it is not valid").to_string();
    assert!(
        error.contains(r#"invalid argument "h2=loud" for "--log-targets" flag: level "loud""#),
        "{error}"
    );
}
