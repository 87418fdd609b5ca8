//! Contextual logging: names, pairs and verbosity travel with a logger.
//!
//! In a process of its own, whose verbosity is that of the first layer.

mod support;

use std::{
    pin::pin,
    task::{Context, Waker},
};

use klog::{
    Format, InCurrentContext, Logger, Output, Severity, Value, WithLogger,
    config::Vmodule,
    in_current_context, kvs,
    logger::{Entry, LogContext},
};
use support::Memory;
use tracing_subscriber::prelude::*;

/// Runs `log` with an output of V2 as the thread's subscriber and gives its lines without header.
fn lines(format: Format, log: impl FnOnce()) -> String {
    let lines = Memory::default();
    let output = Output::new(format, lines.clone())
        .with_header(false)
        .with_clock(klog::encode::Clock::Fixed { nanos: 0, offset: 0 })
        .with_verbosity(2, Vmodule::default());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(output.layer()), log);
    lines.take()
}

#[track_caller]
fn check(log: impl FnOnce(), expected: &str) {
    assert_eq!(lines(Format::Text, log), expected);
}

#[test]
fn pairs_stand_in_their_order() {
    let log = || {
        let span = tracing::info_span!("root", root = 1, later = tracing::field::Empty);
        let _root = span.enter();
        let _leaf = tracing::info_span!("leaf", leaf = 2).entered();
        span.record("later", 3);
        let logger =
            Logger::background().with_name("a").with_values(kvs! { first = 4 }).with_name("b");
        klog::error!(logger: logger, err: "no", "All", last = 5);
    };
    check(log, "\"All\" err=\"no\" logger=\"a.b\" root=1 later=3 leaf=2 first=4 last=5\n");
    assert_eq!(
        lines(Format::Json, log).split_once("\"msg\"").expect("a message").1,
        ":\"All\",\"root\":1,\"later\":3,\"leaf\":2,\"first\":4,\"last\":5,\"err\":\"no\"}\n",
    );
}

/// What a `macro_rules!` macro passes on is one operand, whatever it holds.
#[test]
fn values_may_come_through_another_macro() {
    macro_rules! log {
        ($logger:expr, $level:literal, $message:literal, $value:expr, $type:ty, $($key:ident = $other:expr),*) => {
            klog::info!(
                v: $level,
                logger: $logger,
                $message,
                whole = $value,
                twice = $value * 2,
                inside = [$value * 2, 2 * ($value * 3)].len() as u64 + i64::pow($value * 2, 1) as u64,
                cast = $value as $type,
                method = $value.max(1),
                empty = Vec::<$type>::new().len(),
                $($key = $other),*
            )
        };
    }
    check(
        || log!(&Logger::background(), 1, "All", 3 + 1_i64, u8, a = 1 << 2, b = "x"),
        "\"All\" whole=4 twice=8 inside=10 cast=4 method=4 empty=0 a=4 b=\"x\"\n",
    );
}

#[test]
fn messages_may_be_in_any_script() {
    let (text, json) = (Memory::default(), Memory::default());
    for output in [Output::new(Format::Text, text.clone()), Output::new(Format::Json, json.clone())]
    {
        klog::info!(logger: output.logger(), "Grüße, 世界", key = "ß");
    }
    let (text, json) = (text.take(), json.take());
    let header = format!("context.rs:{}] ", line!() - 3);
    assert!(text.ends_with(&format!("{header}\"Grüße, 世界\" key=\"ß\"\n")), "{text}");
    assert!(json.ends_with("\"msg\":\"Grüße, 世界\",\"v\":0,\"key\":\"ß\"}\n"), "{json}");
}

#[test]
fn the_last_value_of_a_key_counts() {
    let log = || {
        let logger =
            Logger::background().with_values(kvs! { a = 1, b = 2 }).with_values(kvs! { a = 3 });
        tracing::info_span!("span", b = 4, c = 5)
            .in_scope(|| klog::info!(logger: logger, "Twice", c = 5, d = 6));
    };
    check(log, "\"Twice\" c=5 b=2 a=3 d=6\n");
    let json = lines(Format::Json, log);
    assert!(
        json.ends_with("\"msg\":\"Twice\",\"c\":5,\"b\":2,\"a\":3,\"v\":0,\"d\":6}\n"),
        "{json}"
    );
}

/// Also where there are so many that keys are looked up and no longer compared with each other.
#[test]
fn the_last_value_of_a_key_counts_among_many() {
    for n in [3, 20, 100] {
        let keys: Vec<String> = (0..n).map(|index| format!("key{index}")).collect();
        let pairs = |from: usize, value: u8| -> Vec<(&str, Value<'_>)> {
            keys[from..].iter().map(|key| (key.as_str(), Value::from(value))).collect()
        };
        let shown = |from: usize, to: usize, value: u8| -> String {
            keys[from..to].iter().map(|key| format!(" {key}={value}")).collect()
        };
        let logger = Logger::background().with_pairs(&pairs(0, 1));
        // At once, on a derived logger, and in the call.
        let twice = [pairs(0, 1), pairs(n - 1, 2)].concat();
        let logger_and_call = format!("\"M\"{}{}\n", shown(0, n - 1, 1), shown(n - 1, n, 2));
        check(|| Logger::background().with_pairs(&twice).info("M", &[]), &logger_and_call);
        check(|| logger.with_pairs(&pairs(n - 1, 2)).info("M", &[]), &logger_and_call);
        check(|| logger.info("M", &pairs(n - 1, 2)), &logger_and_call);
        check(|| logger.info("M", &pairs(0, 2)), &format!("\"M\"{}\n", shown(0, n, 2)));
    }
}

#[test]
fn the_current_logger_travels_with_scopes_and_futures() {
    async fn callee() {
        std::future::ready(()).await;
        klog::info!("Callee");
        Logger::current().with_values(kvs! { inner = 2 }).in_scope(|| klog::info!("Inner"));
    }
    check(
        || {
            klog::info!("Before");
            let logger = Logger::background().with_values(kvs! { outer = 1 });
            logger.in_scope(|| klog::info!("Scope"));
            let mut future = pin!(callee().with_logger(logger));
            assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
            klog::info!("After");
        },
        "\"Before\"\n\"Scope\" outer=1\n\"Callee\" outer=1\n\"Inner\" outer=1 inner=2\n\"After\"\n",
    );
}

#[test]
fn a_panic_restores_the_current_logger() {
    check(
        || {
            let logger = Logger::background().with_values(kvs! { outer = 1 });
            let caught = std::panic::catch_unwind(|| {
                logger.in_scope(|| std::panic::resume_unwind(Box::new(())))
            });
            assert!(caught.is_err());
            klog::info!("After");
        },
        "\"After\"\n",
    );
}

/// KEP-3077, stories 2 and 4: the caller says how important its callees are.
#[test]
fn a_logger_lowers_what_its_callees_log() {
    fn callee(logger: &Logger) {
        klog::info!(logger: logger, "V0");
        klog::info!(logger: logger, v: 1, "V1");
        klog::info!(logger: logger, v: 2, "V2");
        klog::error!(logger: logger, "Error");
        logger.info("Late", &[]);
        klog::info!("Current");
    }
    check(
        || {
            let logger = Logger::background().v(1);
            assert!(logger.enabled(1) && !logger.enabled(2));
            logger.in_scope(|| callee(&logger));
            logger.v(2).in_scope(|| callee(&logger.v(2)));
        },
        "\"V0\"\n\"V1\"\n\"Error\"\n\"Late\"\n\"Current\"\n\"Error\"\n",
    );
}

#[test]
fn a_disabled_call_evaluates_nothing() {
    fn never() -> u32 {
        panic!("evaluated")
    }
    check(
        || {
            klog::info!(v: 3, "Hidden", value = never());
            klog::info!(v: 3, logger: Logger::background(), "Hidden", value = never());
            klog::info!(logger: Logger::background().v(3), "Hidden", value = never());
            klog::debug!("Hidden", value = %never());
            klog::trace!("Hidden", value = ?never());
        },
        "",
    );
}

#[test]
fn the_logger_of_an_output_needs_no_subscriber() {
    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone())
        .with_header(false)
        .with_verbosity(1, Vmodule::default());
    let logger = output.logger().with_name("test");
    klog::info!(logger: logger, v: 1, "Shown");
    klog::info!(logger: logger, v: 2, "Hidden");
    logger.in_scope(|| klog::info!("Current"));
    klog::info!("Elsewhere");
    assert_eq!(lines.take(), "\"Shown\" logger=\"test\"\n\"Current\" logger=\"test\"\n");
}

#[test]
fn severities_and_times_have_their_form() {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_772_600_767_600);
    let log = || {
        let fatal = Entry { severity: Severity::Fatal, message: "Fatal", ..Entry::default() };
        Logger::background().log(&fatal);
        klog::info!("Times", system = time, zoned = Value::Time { nanos: 1_000, offset: -34_200 });
        klog::info!("Limits", last = Value::Time { nanos: i128::MAX, offset: i32::MIN });
    };
    check(
        log,
        "\"Fatal\"\n\"Times\" system=\"2026-03-04 05:06:07.6 +0000 UTC\" zoned=\"1969-12-31 14:30:00.000001 -0930 -0930\"\n\
         \"Limits\" last=\"9999-12-30 22:00:00.999999999 +0000 UTC\"\n",
    );
    let json = lines(Format::Json, log);
    assert!(json.starts_with("{\"ts\":0,\"msg\":\"Fatal\",\"severity\":\"fatal\"}\n"), "{json}");
    assert!(
        json.contains("\"system\":\"2026-03-04T05:06:07.6Z\",\"zoned\":\"1969-12-31T14:30:00.000001-09:30\"}\n"),
        "{json}"
    );
}

/// kube's own span around a reconcile, as kube-runtime opens it.
#[test]
fn the_span_of_a_reconcile_has_kubernetes_keys() {
    fn check(object: &str, kind: &str, expected: &str) {
        let lines = lines(Format::Text, || {
            let span = tracing::info_span!(
                target: "kube_runtime::controller",
                "reconciling object",
                "object.ref" = %object,
                object.reason = %"object updated",
            );
            span.in_scope(|| klog::info!("Reconciled", attempt = 1));
        });
        let (before, rest) = lines.split_once(" reconcileID=\"").expect("an id");
        let (id, after) = rest.split_once('"').expect("the end of the id");
        assert_eq!(before, format!("\"Reconciled\"{kind} object=\"{expected}\""));
        assert_eq!(after, " reconcileReason=\"object updated\" attempt=1\n");
        let shape: String =
            id.chars().map(|c| if c.is_ascii_hexdigit() { 'x' } else { c }).collect();
        assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        assert_eq!(&id[14..15], "4");
        assert!("89ab".contains(&id[19..20]), "{id}");
    }
    let config_map = "ConfigMap.v1./kube-root-ca.crt.kube-system";
    let widget = " controllerGroup=\"example.com\" controllerKind=\"Widget\"";
    check("Pod.v1./web-0.default", " controllerKind=\"Pod\"", "default/web-0");
    check(config_map, " controllerKind=\"ConfigMap\"", "kube-system/kube-root-ca.crt");
    check("Node.v1./worker.example.com", " controllerKind=\"Node\"", "worker.example.com");
    check("Widget.v1.example.com/main", widget, "main");
    check("no object", "", "no object");
}

#[cfg(feature = "stream")]
#[test]
fn the_current_logger_travels_with_streams() {
    use futures_core::Stream;

    /// Logs at each item.
    struct Counter(u8);

    impl Stream for Counter {
        type Item = u8;

        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> std::task::Poll<Option<u8>> {
            klog::info!("Item", n = self.0);
            self.0 += 1;
            std::task::Poll::Ready(Some(self.0))
        }
    }

    check(
        || {
            let mut stream =
                pin!(Counter(0).with_logger(Logger::background().with_values(kvs! { watch = 1 })));
            for _ in 0..2 {
                assert!(
                    stream.as_mut().poll_next(&mut Context::from_waker(Waker::noop())).is_ready()
                );
            }
            klog::info!("After");
        },
        "\"Item\" watch=1 n=0\n\"Item\" watch=1 n=1\n\"After\"\n",
    );
}

/// Logs when it is dropped.
struct Leaves(&'static str);

impl Drop for Leaves {
    fn drop(&mut self) {
        klog::info!("Left", from = self.0);
    }
}

#[test]
fn a_task_is_dropped_in_its_context() {
    let log = || {
        let logger = Logger::background().with_values(kvs! { task = 1 });
        let span = tracing::info_span!("s", span = 2);
        let work = async {
            let _leaves = Leaves("select");
            std::future::pending::<()>().await;
        };
        // Dropped before its end, as by `select!` and a time-out, and dropped before it was polled.
        let mut task = Box::pin(span.in_scope(|| logger.in_scope(|| work.in_current_context())));
        assert!(task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(task);
        let leaves = Leaves("unpolled");
        drop(async move { drop(leaves) }.with_logger(logger));
        klog::info!("After");
    };
    check(
        log,
        "\"Left\" span=2 task=1 from=\"select\"\n\"Left\" task=1 from=\"unpolled\"\n\"After\"\n",
    );
}

#[test]
fn closures_of_other_threads_have_the_context_of_their_makers() {
    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone()).with_header(false);
    let logger = output.logger().with_values(kvs! { job = 1 });
    let work = || klog::info!("Worked");
    let (context, thread) =
        logger.in_scope(|| (LogContext::current(), std::thread::spawn(in_current_context(work))));
    thread.join().expect("it does not panic");
    std::thread::scope(|scope| {
        scope.spawn(|| context.in_scope(work));
        scope.spawn(|| context.clone().in_scope(work));
    });
    assert_eq!(lines.take(), "\"Worked\" job=1\n".repeat(3));
}

#[test]
fn an_event_without_message_says_where_it_failed() {
    #[tracing::instrument(err)]
    fn load(x: u32) -> Result<u32, String> {
        Err("bad".into())
    }
    check(|| drop(load(3)), "\"load\" err=\"bad\" x=3\n");
    check(|| tracing::info!(n = 1), "\"\" n=1\n");
    check(
        || tracing::info_span!("sync", a = 1).in_scope(|| tracing::info!(n = 1)),
        "\"sync\" a=1 n=1\n",
    );
    check(
        || tracing::info_span!("sync").in_scope(|| tracing::info!(name: "cache.hit", error = "e")),
        "\"cache.hit\" err=\"e\"\n",
    );
    check(
        || tracing::info_span!("sync").in_scope(|| tracing::error!(error = "e", "Lost")),
        "\"Lost\" error=\"e\"\n",
    );
}

#[test]
fn a_target_that_somebody_chose_shows() {
    check(|| tracing::info!(target: "audit", n = 1, "Seen"), "\"Seen\" target=\"audit\" n=1\n");
    check(|| klog::info!(target: "audit", "Seen", n = 1), "\"Seen\" target=\"audit\" n=1\n");
    check(
        || klog::error!(target: "audit", err: "e", "Seen"),
        "\"Seen\" err=\"e\" target=\"audit\"\n",
    );
    check(|| klog::info!("Seen", target = "own"), "\"Seen\" target=\"own\"\n");
    check(|| klog::info!(target: "audit", "Seen", target = "own"), "\"Seen\" target=\"own\"\n");
    check(|| tracing::info!("Seen"), "\"Seen\"\n");
}

#[test]
fn fields_of_debug_spans_stay_although_their_events_are_hidden() {
    let log = || {
        let _span = tracing::debug_span!("request", method = "GET").entered();
        let _hidden = tracing::trace_span!("frame", id = 1).entered();
        tracing::debug!("Hidden");
        tracing::error!("Response failed");
    };
    check(log, "\"Response failed\" method=\"GET\"\n");
}
