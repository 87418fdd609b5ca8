//! What the cases call: some of it logs, some runs code elsewhere or later.
#![allow(dead_code)]

use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

pub const ZONE: &str = "eu-1";

pub fn note(what: impl std::fmt::Debug) {
    std::hint::black_box(what);
}

pub fn owner(pod: &str) -> String {
    format!("{pod}/owner")
}

pub fn passes(n: u32) -> Result<u32, String> {
    Ok(n)
}

pub fn fails(n: u32) -> Result<u32, String> {
    Err(n.to_string())
}

pub fn eat(text: String) {
    note(text);
}

pub fn klog_callee(n: u32) {
    klog::info!("Callee", depth = n);
}

pub fn tracing_callee(n: u32) {
    tracing::info!(depth = n, "Callee");
}

pub fn slog_callee(n: u32) {
    slog::info!(slog_logger(), "Callee"; "depth" => n);
}

pub fn other_logger() -> klog::Logger {
    klog::Logger::current().with_values(klog::kvs! { shard = 3 })
}

/// Runs a future on another thread.
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    std::thread::spawn(|| block_on(future)).join().expect("no panic");
}

pub async fn later() {
    Yield(false).await;
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

#[macro_export]
macro_rules! pass_through {
    ($($token:tt)*) => { $($token)* };
}

pub fn slog_logger() -> slog::Logger {
    static LOGGER: OnceLock<slog::Logger> = OnceLock::new();
    LOGGER.get_or_init(|| slog::Logger::root(Lines, slog::o!())).clone()
}

/// Writes entries of slog as klog's JSON.
struct Lines;

struct Pairs(String);

impl slog::Serializer for Pairs {
    fn emit_arguments(&mut self, key: slog::Key, value: &std::fmt::Arguments<'_>) -> slog::Result {
        let _ = write!(self.0, ",{key:?}:{:?}", value.to_string());
        Ok(())
    }
}

impl slog::Drain for Lines {
    type Ok = ();
    type Err = slog::Never;

    fn log(&self, record: &slog::Record<'_>, values: &slog::OwnedKVList) -> Result<(), slog::Never> {
        use slog::KV as _;
        let mut pairs = Pairs(String::new());
        values.serialize(record, &mut pairs).expect("nothing fails");
        record.kv().serialize(record, &mut pairs).expect("nothing fails");
        let v = if record.level().is_at_least(slog::Level::Error) { "" } else { ",\"v\":0" };
        eprintln!(
            "{{\"ts\":1761351315525.108,\"caller\":\"a.rs:1\",\"msg\":{:?}{v}{}}}",
            record.msg().to_string(),
            pairs.0
        );
        Ok(())
    }
}

pub fn install() -> klog::Guard {
    let config =
        klog::Config { format: "json".to_owned(), verbosity: 10, ..klog::Config::default() };
    config.install().expect("it is the first one")
}
