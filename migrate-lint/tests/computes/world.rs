//! What the calls of the cases can do, and what is seen of it: every function leaves a note.
#![allow(dead_code)]

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

thread_local! {
    static NOTES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

pub fn note(what: impl fmt::Display) {
    NOTES.with(|notes| notes.borrow_mut().push(what.to_string()));
}

pub fn tick(name: &str) -> u32 {
    note(name);
    name.len() as u32
}

pub fn passes(name: &str) -> Result<u32, Failure> {
    note(name);
    Ok(1)
}

pub fn fails(name: &str) -> Result<u32, Failure> {
    note(name);
    Err(Failure("failed"))
}

pub fn boom(name: &str) -> u32 {
    note(name);
    panic!("boom")
}

pub fn add(n: &mut u32) -> u32 {
    note("add");
    *n += 1;
    *n
}

pub fn eat(text: String) -> usize {
    note("eat");
    text.len()
}

pub fn chosen() -> &'static str {
    note("chosen");
    "chosen"
}

pub async fn later(name: &str) -> u32 {
    Yield(false).await;
    note(name);
    3
}

pub async fn never(name: &str) -> Result<u32, Failure> {
    Yield(false).await;
    note(name);
    Err(Failure("never"))
}

struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

#[derive(Clone, Debug)]
pub struct Failure(pub &'static str);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Failure {}

/// Without `Display`.
#[derive(Clone, Debug)]
pub struct Odd(pub u32);

#[derive(Debug)]
pub struct Pod {
    pub name: String,
    pub id: u32,
}

impl Pod {
    pub fn name(&self) -> &str {
        note("name");
        &self.name
    }

    pub fn rename(&mut self) -> &str {
        note("rename");
        self.name.push('x');
        &self.name
    }
}

/// Says when it goes.
#[derive(Debug)]
pub struct Guard(pub &'static str);

impl Guard {
    pub fn new(name: &'static str) -> Self {
        note(name);
        Self(name)
    }

    pub fn value(&self) -> u32 {
        note("value");
        2
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        note(format_args!("drop {}", self.0));
    }
}

#[macro_export]
macro_rules! ticked {
    ($name:expr) => {
        $crate::world::tick($name)
    };
}

#[macro_export]
macro_rules! pass_through {
    ($($token:tt)*) => { $($token)* };
}

static IS_ON: AtomicBool = AtomicBool::new(false);

fn is_on() -> bool {
    IS_ON.load(Ordering::SeqCst)
}

/// Every library's logger, none of which writes.
pub fn install() {
    tracing::subscriber::set_global_default(Sink).expect("it is the first one");
    log::set_logger(&Sink).expect("it is the first one");
    std::panic::set_hook(Box::new(|_| {}));
}

pub fn switch(on: bool) {
    IS_ON.store(on, Ordering::SeqCst);
    log::set_max_level(if on { log::LevelFilter::Trace } else { log::LevelFilter::Off });
    tracing::callsite::rebuild_interest_cache();
}

pub fn slog_logger() -> slog::Logger {
    slog::Logger::root(Sink, slog::o!())
}

struct Sink;

impl log::Log for Sink {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        is_on()
    }

    fn log(&self, record: &log::Record<'_>) {
        struct Pairs(String);
        impl<'kvs> log::kv::VisitSource<'kvs> for Pairs {
            fn visit_pair(
                &mut self,
                key: log::kv::Key<'kvs>,
                value: log::kv::Value<'kvs>,
            ) -> Result<(), log::kv::Error> {
                self.0 += &format!("{key}={value}");
                Ok(())
            }
        }
        let mut pairs = Pairs(record.args().to_string());
        record.key_values().visit(&mut pairs).expect("nothing fails");
    }

    fn flush(&self) {}
}

impl tracing::Subscriber for Sink {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        is_on()
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        struct Fields(String);
        impl tracing::field::Visit for Fields {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
                self.0 += &format!("{field}={value:?}");
            }
        }
        event.record(&mut Fields(String::new()));
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

impl slog::Drain for Sink {
    type Ok = ();
    type Err = slog::Never;

    fn log(&self, record: &slog::Record<'_>, _: &slog::OwnedKVList) -> Result<(), slog::Never> {
        let _ = record.msg().to_string();
        Ok(())
    }
}

/// A case by its name, before and after.
pub type Case = (&'static str, fn() -> Result<u32, Failure>, fn() -> Result<u32, Failure>);

/// What is seen of a run: the notes in their order, and how it ends.
fn outcome(case: fn() -> Result<u32, Failure>) -> String {
    NOTES.with(|notes| notes.borrow_mut().clear());
    let end = catch_unwind(AssertUnwindSafe(case));
    let end = match end {
        Ok(end) => format!("{end:?}"),
        Err(panic) => format!("panic {:?}", panic.downcast_ref::<&str>()),
    };
    NOTES.with(|notes| format!("{:?} {end}", notes.borrow()))
}

/// The cases that compute something else than before, with logging on and off.
pub fn compare(cases: &[Case]) -> String {
    let mut faults = String::new();
    for is_on in [true, false] {
        switch(is_on);
        for (name, before, after) in cases {
            let (before, after) = (outcome(*before), outcome(*after));
            if before != after {
                faults += &format!("{name} on={is_on}\n  before {before}\n  after  {after}\n");
            }
        }
    }
    faults
}
