//! Threads that switch stacks: scopes, values and sinks are suspended, and end in any order.
//!
//! Whether borrows stay good meanwhile is what AddressSanitizer is asked, with which this test also runs.
#![cfg(unix)]

use std::{
    cell::RefCell,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use corosensei::{Coroutine, CoroutineResult, Yielder};
use klog::{Format, Logger, Output, Severity, kvs};
use tracing_subscriber::prelude::*;

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<String>>);

impl klog::sink::Sink for Memory {
    fn write(&self, _: Severity, line: &[u8]) -> std::io::Result<()> {
        self.0.lock().expect("no panic").push_str(&String::from_utf8_lossy(line));
        Ok(())
    }
}

type Task = Coroutine<(), (), ()>;

fn end(task: &mut Task) {
    while let CoroutineResult::Yield(()) = task.resume(()) {}
}

/// One of these tests installs a subscriber for the whole program, so they run one after another.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn output() -> (Memory, Output) {
    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone()).with_header(false);
    (lines, output)
}

/// A logger that owns memory of its own, so that a use after its end is found.
fn logger(output: &Output, name: &str) -> Logger {
    output.logger().with_name(name).with_values(kvs! { name, pad = "x".repeat(100).as_str() })
}

fn lines(lines: &Memory) -> String {
    let text =
        lines.0.lock().expect("no panic").replace(&format!(" pad=\"{}\"", "x".repeat(100)), "");
    text.lines().collect::<Vec<_>>().join("|")
}

/// A scope that is suspended in the middle.
fn scope(logger: Logger) -> Task {
    Coroutine::new(move |task: &Yielder<(), ()>, ()| {
        logger.in_scope(|| {
            klog::info!("begin");
            task.suspend(());
            klog::info!("end");
        });
    })
}

#[test]
fn scopes_end_in_the_order_in_which_they_began() {
    let _alone = alone();
    let (text, output) = output();
    let mut tasks: Vec<_> =
        ["a", "b", "c"].iter().map(|name| scope(logger(&output, name))).collect();
    output.logger().with_name("main").in_scope(|| {
        for task in &mut tasks {
            let _ = task.resume(());
        }
        for mut task in tasks {
            end(&mut task);
            drop(task);
        }
        klog::info!("last");
    });
    let expected = [
        r#""begin" logger="a" name="a""#,
        r#""begin" logger="b" name="b""#,
        r#""begin" logger="c" name="c""#,
        // The scope that began last is the current one until it ends.
        r#""end" logger="c" name="c""#,
        r#""end" logger="c" name="c""#,
        r#""end" logger="c" name="c""#,
        r#""last" logger="main""#,
    ];
    assert_eq!(lines(&text), expected.join("|"));
}

#[test]
fn scopes_that_are_dropped_in_the_middle_leave_nothing() {
    let _alone = alone();
    let (text, output) = output();
    let (mut first, mut second) = (scope(logger(&output, "a")), scope(logger(&output, "b")));
    let (_, _) = (first.resume(()), second.resume(()));
    drop(first);
    drop(second);
    Logger::current().info("to nobody", &[]);
    output.logger().info("last", &[]);
    assert_eq!(lines(&text), r#""begin" logger="a" name="a"|"begin" logger="b" name="b"|"last""#);
}

/// Suspends its task while it is formatted.
struct Suspends<'a>(&'a Yielder<(), ()>);

impl fmt::Display for Suspends<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("be")?;
        self.0.suspend(());
        formatter.write_str("hind")
    }
}

/// Values that end in the order in which they began leave the thread outside of values, and within the limit of depth.
#[test]
fn values_end_in_the_order_in_which_they_began() {
    let _alone = alone();
    for _ in 0..200 {
        let (text, output) = output();
        let logger = output.logger();
        let mut tasks = [(); 3].map(|()| -> Task {
            let logger = logger.clone();
            Coroutine::new(move |task: &Yielder<(), ()>, ()| {
                klog::info!(logger: logger, "read", value = %Suspends(task));
            })
        });
        for task in &mut tasks {
            let _ = task.resume(());
        }
        tasks.iter_mut().for_each(end);
        assert_eq!(lines(&text), [r#""read" value="behind""#; 3].join("|"));
    }
    let mut nested = serde_json::json!(1);
    for _ in 0..90 {
        nested = serde_json::json!([nested]);
    }
    let (text, output) = output();
    let logger = output.logger();
    klog::info!(logger: logger, "last", value = %format_args!("{}", 1), nested = klog::json(&nested));
    let expected = format!(r#""last" value="1" nested={}1{}"#, "[".repeat(90), "]".repeat(90));
    assert_eq!(lines(&text), expected);
}

/// A call reads the logger of a scope which ends while the call is suspended.
#[test]
fn a_scope_ends_while_its_logger_is_read() {
    let _alone = alone();
    let (text, output) = output();
    let mut outer = scope(logger(&output, "a"));
    let _ = outer.resume(());
    let mut reader: Task = Coroutine::new(|task: &Yielder<(), ()>, ()| {
        klog::info!("read", value = %Suspends(task));
        klog::info!("read again", value = %Suspends(task));
    });
    let _ = reader.resume(());
    end(&mut outer);
    drop(outer);
    drop(output);
    end(&mut reader);
    assert_eq!(
        lines(&text),
        r#""begin" logger="a" name="a"|"end" logger="a" name="a"|"read" logger="a" name="a" value="behind""#
    );
}

/// The same through a subscriber: spans, records on their way, buffers.
#[test]
fn events_are_suspended_on_their_way() {
    let _alone = alone();
    let (text, output) = output();
    let subscriber = tracing_subscriber::registry().with(output.layer());
    tracing::subscriber::set_global_default(subscriber).expect("the first one");
    let task = |name: &'static str| -> Task {
        Coroutine::new(move |task: &Yielder<(), ()>, ()| {
            let _span = tracing::info_span!("span", name).entered();
            klog::info!("ours", value = %Suspends(task));
            tracing::info!(value = %Suspends(task), "theirs");
        })
    };
    let mut tasks = [task("a"), task("b")];
    for _ in 0..3 {
        for task in &mut tasks {
            if !task.done() {
                let _ = task.resume(());
            }
        }
    }
    let text = lines(&text);
    // The span that was entered last when a call began is the current one.
    let expected = [
        r#""ours" name="a" value="behind""#,
        r#""ours" name="b" value="behind""#,
        r#""theirs" name="b" value="behind""#,
        r#""theirs" name="b" value="behind""#,
    ];
    assert_eq!(text, expected.join("|"));
}

/// A thread ends while one of its variables has a task that is suspended in a log call, and the task goes on then.
#[test]
fn a_task_goes_on_when_its_thread_ends() {
    struct EndsLate(RefCell<Option<Task>>);

    impl Drop for EndsLate {
        fn drop(&mut self) {
            if let Some(task) = self.0.borrow_mut().as_mut() {
                end(task);
            }
        }
    }

    thread_local! {
        static LATE: EndsLate = const { EndsLate(RefCell::new(None)) };
    }

    let _alone = alone();
    let (text, output) = output();
    let logger = logger(&output, "a");
    std::thread::spawn(move || {
        let mut task: Task = Coroutine::new(move |task: &Yielder<(), ()>, ()| {
            logger.in_scope(|| {
                klog::info!("read", value = %Suspends(task), pad = "y".repeat(200).as_str());
            });
        });
        // The variable is older than those of the library, and so it is dropped after them.
        LATE.with(|late| late.0.replace(None));
        let _ = task.resume(());
        LATE.with(|late| late.0.replace(Some(task)));
    })
    .join()
    .expect("no panic");
    assert!(lines(&text).contains(r#"value="behind""#), "{}", lines(&text));
}
