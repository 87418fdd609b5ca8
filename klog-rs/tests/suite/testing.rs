//! `klog::testing`: what a test sees of its own log, and what it says when an expectation fails.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::Command,
    sync::{LazyLock, Mutex, mpsc},
    thread,
};

use klog::{Logger, Severity, WithLogger, kref, kvs, testing::TestLog};

#[test]
fn entries_are_data() {
    let log = TestLog::new();
    let logger = log.logger().with_name("scheduler").with_values(kvs! { attempt = 1 });
    klog::info!(logger: logger, v: 4, "Pod bound", pod = kref("default", "web-0"), attempt = 2);
    klog::error!(logger: logger, err: "no route", "Could not bind");
    let bound = log.entries().message("Pod bound").single();
    assert_eq!((bound.severity, bound.verbosity), (Severity::Info, 4));
    assert_eq!(bound.logger, "scheduler");
    assert_eq!(bound.file.as_deref(), Some(file!()));
    assert_eq!(bound.keys(), ["pod", "attempt"]);
    assert!(bound.has("attempt", 2u64) && !bound.has("attempt", "2") && !bound.has("node", "a"));
    assert_eq!(bound.text("pod").as_deref(), Some("default/web-0"));
    let errors = log.entries().severity(Severity::Error).pair("attempt", 1).pair("err", "no route");
    assert_eq!(errors.messages(), ["Could not bind"]);
    log.entries().logger("scheduler").key("attempt").assert_count(2);
    log.entries().filter("a long message", |entry| entry.message.len() > 100).assert_none();
}

#[test]
fn failed_expectations_show_what_was_logged() {
    let log = TestLog::new();
    let check = |assert: &dyn Fn(), expected: &str| {
        let panic = catch_unwind(AssertUnwindSafe(assert)).expect_err("it fails");
        let said = panic.downcast_ref::<String>().expect("a text");
        assert_eq!(said, &expected.replace("LINE", &(line!() - 2).to_string()));
    };
    check(
        &|| log.entries().message("Pod bound").assert_count(2),
        "expected 2 entries with message \"Pod bound\", found none\nnothing was logged",
    );
    let logger = log.logger();
    klog::info!(logger: logger, "Pod bound", pod = "default/web-0");
    let first = line!() - 1;
    klog::info!(logger: logger, v: 2, "Pod deleted");
    let both = |first_mark: char, second_mark: char| {
        format!(
            "{first_mark} I testing.rs:{first}] \"Pod bound\" pod=\"default/web-0\"\n\
             {second_mark} I2 testing.rs:{}] \"Pod deleted\"",
            first + 2,
        )
    };
    check(
        &|| drop(log.entries().message("Pod bound").pair("pod", "default/web-1").single()),
        &format!(
            "expected one entry with message \"Pod bound\" and pod=\"default/web-1\", found none\n\
             2 entries were logged, those with > match up to message \"Pod bound\":\n{}",
            both('>', ' '),
        ),
    );
    check(
        &|| log.entries().assert_none(),
        &format!("expected no entry, found 2\n2 entries were logged:\n{}", both(' ', ' ')),
    );
    check(
        &|| log.entries().severity(Severity::Info).assert_count(1),
        &format!(
            "expected one entry with severity info, found 2\n\
             2 entries were logged, those with > match:\n{}",
            both('>', '>'),
        ),
    );
}

#[test]
fn run_takes_what_dependencies_log() {
    let log = TestLog::new();
    log.run(|| {
        let _span = tracing::info_span!("request", id = 7).entered();
        klog::info!("By klog");
        Logger::current().info("By klog at run time", &[]);
        tracing::debug!(n = 1, "by tracing");
        #[cfg(feature = "log")]
        log::warn!(n = 2; "by log");
    });
    let expected: &[_] = if cfg!(feature = "log") {
        &["By klog", "By klog at run time", "by tracing", "by log"]
    } else {
        &["By klog", "By klog at run time", "by tracing"]
    };
    assert_eq!(log.entries().messages(), expected);
    assert_eq!(log.entries().pair("id", 7).messages(), expected);
}

#[test]
fn tests_do_not_see_each_other() {
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            thread::spawn(move || {
                let log = TestLog::new();
                for n in 0..100 {
                    klog::info!(logger: log.logger(), "Counted", thread, n);
                }
                log.entries().pair("thread", thread).assert_count(100);
                log.entries().assert_count(100);
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("the thread's assertions hold"));
}

#[test]
fn tasks_log_where_their_logger_travels() {
    let log = TestLog::new();
    let task = async {
        std::future::ready(()).await;
        klog::info!("In a task");
    }
    .with_logger(log.logger());
    let thread = thread::Builder::new().name("worker".into()).spawn(move || {
        let mut task = std::pin::pin!(task);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(task.as_mut().poll(&mut context).is_ready());
    });
    thread.expect("a thread").join().expect("the task ends");
    assert_eq!(log.entries().single().thread.as_deref(), Some("worker"));
}

type Job = Box<dyn FnOnce() + Send>;

/// A thread that was there before the test, as those of a global pool are: it does not print for the test.
static POOL: LazyLock<Mutex<mpsc::Sender<Job>>> = LazyLock::new(|| {
    let (send, jobs) = mpsc::channel::<Job>();
    thread::spawn(move || jobs.iter().for_each(|job| job()));
    Mutex::new(send)
});

fn on_pool(job: impl FnOnce() + Send + 'static) {
    let (done, wait) = mpsc::channel();
    let job = move || {
        job();
        let _ = done.send(());
    };
    POOL.lock().expect("nobody panics with it").send(Box::new(job)).expect("the pool runs");
    wait.recv().expect("the job ends");
}

/// Fails, so that the harness shows what it has captured for it.
#[test]
#[ignore = "run by `output_is_that_of_the_test`"]
fn child() {
    on_pool(|| ());
    let log = TestLog::new();
    let logger = log.logger();
    klog::info!(logger: logger, "First");
    let pool_logger = logger.clone();
    on_pool(move || klog::info!(logger: pool_logger, "From the pool"));
    drop(log);
    klog::info!(logger: logger, "Too late");
    panic!("show what was captured");
}

/// Tests of thirty calls each, which are reached for the first time while other tests begin and end.
#[test]
#[ignore = "run by `a_test_sees_all_that_its_code_logs`"]
fn child_of_many_tests() {
    macro_rules! tests {
        ($($test:literal)*) => {
            [$(|| {
                let _ = $test;
                let log = TestLog::new();
                log.run(|| {
                    tests!(@ "a" "b" "c" "d" "e" "f" "g" "h" "i" "j");
                });
                log.entries().assert_count(30);
            }),*]
        };
        (@ $($name:literal)*) => {
            $(
                tracing::info!($name);
                tracing::debug!($name);
                tracing::warn!($name);
            )*
        };
    }
    let tests: [fn(); 20] = tests!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20);
    // Between two tests of a thread there may be no subscriber at all.
    let (first, second) = tests.split_at(tests.len() / 2);
    thread::scope(|scope| {
        scope.spawn(|| first.iter().for_each(|test| test()));
        scope.spawn(|| second.iter().for_each(|test| test()));
    });
}

/// `tracing` remembers for a call whether anybody wants it; each process has one try to remember it wrongly.
#[test]
fn a_test_sees_all_that_its_code_logs() {
    let run = |_| {
        Command::new(std::env::current_exe().expect("this program"))
            .args(["--ignored", "--exact", "testing::child_of_many_tests"])
            .output()
            .expect("it runs")
    };
    let failed: Vec<_> = (0..15).map(run).filter(|output| !output.status.success()).collect();
    assert!(failed.is_empty(), "{} of 15: {:?}", failed.len(), failed[0]);
}

#[test]
fn output_is_that_of_the_test() {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--ignored", "--exact", "testing::child", "--test-threads=2"])
        .env_remove("RUST_TEST_NOCAPTURE")
        .output()
        .expect("it runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let (before, captured) =
        stdout.split_once("---- testing::child stdout ----\n").expect("a failed test");
    let messages: Vec<_> =
        captured.lines().take(2).filter_map(|line| line.split("] ").nth(1)).collect();
    assert_eq!(messages, ["\"First\"", "\"From the pool\""], "{stdout}");
    assert!(!before.contains("First"), "{stdout}");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let late = stderr.lines().find(|line| line.ends_with("\"Too late\"")).expect("it is not lost");
    assert!(late.starts_with("after the end of test testing::child: I"), "{late}");
}
