//! What an installation takes when it fails, and which output is the program's.

use klog::{Config, Format, Output, sink::Stream};
use tracing_subscriber::prelude::*;

use crate::{
    child::{child, lines},
    run_child,
};

const CASES: [&str; 6] = [
    "others-alone",
    "subscriber-is-there",
    "logger-is-there",
    "scoped-is-no-hindrance",
    "unused-layers",
    "layer-then-install",
];

pub(crate) fn failures_take_nothing() {
    for case in CASES {
        let output = run_child(child(&format!("installs {case}"))).expect("it ends");
        assert!(output.status.success(), "{case}: {output:?}");
    }
}

/// Before the program has a subscriber klog's own entries come out, and those of dependencies do not, as the README says.
pub(crate) fn before_and_after() {
    let output = run_child(child("installs before")).expect("it ends");
    let expected = r#"I "by a macro" n=1|E "with an error" err="no"|W "by a logger"|"#.to_owned()
        + r#"I "by a macro" n=1|E "with an error" err="no"|W "by a logger"|"#
        + r#"I "by tracing" n=2|W "by log" target="audit""#;
    assert_eq!(lines(&output.stderr), expected);
}

fn log() {
    klog::info!("by a macro", n = 1);
    klog::info!(v: 1, "hidden");
    klog::error!(err: "no", "with an error");
    klog::Logger::background().warn("by a logger", &[]);
    tracing::info!(n = 2, "by tracing");
    log::warn!(target: "audit", "by log");
}

fn output(verbosity: u32) -> Output {
    Output::new(Format::Text, Stream::stderr())
        .with_verbosity(verbosity, klog::config::Vmodule::default())
}

struct OtherLogger;

impl log::Log for OtherLogger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, _: &log::Record<'_>) {}

    fn flush(&self) {}
}

pub(crate) fn run(case: &str) {
    match case {
        "before" => {
            log();
            let _guard = Config::default().install().expect("the first one");
            log();
        }
        "subscriber-is-there" => {
            tracing::subscriber::set_global_default(tracing_subscriber::registry())
                .expect("the first one");
            let config = Config { verbosity: 3, ..Config::default() };
            assert_eq!(
                config.install().map(drop),
                Err(klog::config::InstallError::OtherSubscriber)
            );
            assert_eq!(klog::debug_flags::verbosity(), 0);
            log::set_logger(&OtherLogger).expect("nobody has taken it");
            assert_eq!(log::max_level(), log::LevelFilter::Off);
        }
        "logger-is-there" => {
            log::set_logger(&OtherLogger).expect("the first one");
            let config = Config { verbosity: 3, ..Config::default() };
            assert_eq!(config.install().map(drop), Err(klog::config::InstallError::OtherLogger));
            assert_eq!(klog::debug_flags::verbosity(), 0);
            let subscriber = tracing_subscriber::registry();
            tracing::subscriber::set_global_default(subscriber).expect("nobody has taken it");
        }
        "scoped-is-no-hindrance" => {
            let scoped = tracing_subscriber::registry().with(output(4).layer());
            tracing::subscriber::with_default(scoped, || {
                let _guard =
                    Config { verbosity: 3, ..Config::default() }.install().expect("the first one");
            });
            assert_eq!(klog::debug_flags::verbosity(), 3);
        }
        "unused-layers" => {
            let unused = output(1);
            drop(unused.layer::<tracing_subscriber::Registry>());
            drop(tracing_subscriber::registry().with(output(2).layer()));
            assert_eq!(klog::debug_flags::verbosity(), 0);
            // A layer that may be absent does not learn where it is.
            let layers = tracing_subscriber::registry().with(Some(output(3).layer()));
            tracing::subscriber::set_global_default(layers).expect("the first one");
            assert_eq!(klog::debug_flags::verbosity(), 3);
            klog::set_verbosity(4);
            assert!(tracing::enabled!(tracing::Level::DEBUG));
        }
        "others-alone" => {
            let others =
                tracing_subscriber::registry().with(tracing::level_filters::LevelFilter::INFO);
            tracing::subscriber::set_global_default(others).expect("the first one");
            let logger = klog::Logger::background();
            let mut n_evaluated = 0;
            for (v, is_logged) in [(0, true), (3, true), (4, false)] {
                assert_eq!(logger.enabled(v), is_logged, "V{v}");
                klog::info!(logger: logger.v(v), "M", n = { n_evaluated += 1; n_evaluated });
            }
            assert_eq!(n_evaluated, 3);
        }
        "layer-then-install" => {
            let scoped = tracing_subscriber::registry().with(output(4).layer());
            tracing::subscriber::with_default(scoped, || klog::info!("scoped"));
            let _guard = output(2).install().expect("the first one");
            assert_eq!(klog::debug_flags::verbosity(), 2);
            klog::set_verbosity(1);
            assert!(!klog::Logger::background().enabled(2));
        }
        other => panic!("no case {other}"),
    }
}
