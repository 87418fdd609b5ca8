//! The current logger is that of the innermost scope, whatever panics, threads, futures and values that log by themselves
//! come between. Loggers, records and spans are borrowed from callers' stacks on the way, so that this is also what the
//! library's `unsafe` code is tried with.

use std::{
    cell::RefCell,
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    slice::Iter,
    task::{Context, Poll, Waker},
};

use klog::{Format, Logger, Output, Value, WithLogger, encode::Clock};
use tracing::dispatcher::{self, Dispatch};
use tracing_subscriber::prelude::*;

use super::super::{Memory, parse_text};

const DEPTH: usize = 12;

/// Runs a program, a letter a step and `)` after a scope; what it logs must be what its scopes say.
pub(crate) fn current_logger_is_innermost(program: &[u8]) -> Result<(), String> {
    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone())
        .with_header(false)
        .with_clock(Clock::Fixed { nanos: 0, offset: 0 });
    let subscriber = tracing_subscriber::registry().with(output.layer());
    let mut expected = Vec::new();
    let logger = output.logger();
    let mut run =
        Run { steps: program.iter(), n_steps: 0, n_threads: 0, logger, expected: &mut expected };
    dispatcher::with_default(&Dispatch::new(subscriber), || {
        while !run.steps.as_slice().is_empty() {
            // A panic that nothing catches ends all scopes.
            let _ = catch_unwind(AssertUnwindSafe(|| run.block(&Scope::default(), DEPTH)));
        }
    });
    let text = lines.take();
    let mut got = Vec::new();
    for line in text.split_inclusive('\n') {
        let parsed = parse_text::line(line, false).map_err(|error| format!("{error}: {line:?}"))?;
        let pairs = parsed.pairs.into_iter().map(|(key, value)| match value {
            parse_text::Value::Quoted(text) => {
                format!("{key}={}", String::from_utf8_lossy(&text))
            }
            parse_text::Value::Json(value) => format!("{key}={value}"),
            parse_text::Value::Block(block) => format!("{key}={block}"),
        });
        got.push([vec![parsed.message], pairs.collect()].concat());
    }
    if got == expected { Ok(()) } else { Err(format!("expected {expected:?}\ngot {got:?}")) }
}

/// What a line carries besides its own pairs.
#[derive(Clone, Default)]
struct Scope {
    names: Vec<String>,
    spans: Vec<String>,
    pairs: Vec<String>,
}

impl Scope {
    fn line(&self, message: &str, own: &[String]) -> Vec<String> {
        let name = (!self.names.is_empty()).then(|| format!("logger={}", self.names.join(".")));
        let line = [message.to_owned()].into_iter().chain(name);
        line.chain(self.spans.iter().chain(&self.pairs).chain(own).cloned()).collect()
    }
}

struct Run<'a> {
    steps: Iter<'a, u8>,
    n_steps: usize,
    n_threads: usize,
    /// Of the output itself: `tracing` lets no event through that is sent while another is on its way.
    logger: Logger,
    expected: &'a mut Vec<Vec<String>>,
}

impl Run<'_> {
    fn block(&mut self, scope: &Scope, depth: usize) {
        while let Some(step) = self.steps.next() {
            self.n_steps += 1;
            let n = self.n_steps;
            match step {
                b')' => return,
                b'l' => {
                    self.expected.push(scope.line("Step", &[format!("n={n}")]));
                    klog::info!("Step", n);
                }
                b'e' => {
                    self.expected.push(scope.line("Event", &[format!("n={n}")]));
                    tracing::info!(n, "Event");
                }
                b'd' => self.value_that_logs(scope),
                b'x' => {
                    self.expected.push(scope.line("Step", &[format!("value=<panic: {n}>")]));
                    klog::info!("Step", value = %Panics(n));
                }
                b'f' => self.futures(scope),
                b'p' => resume_unwind(Box::new(n)),
                _ if depth == 0 => {}
                b'c' => {
                    let _ = catch_unwind(AssertUnwindSafe(|| self.block(scope, depth - 1)));
                }
                b'(' => {
                    let mut inner = scope.clone();
                    inner.pairs.push(format!("pair{n}={n}"));
                    let logger =
                        Logger::current().with_pairs(&[(&format!("pair{n}"), Value::from(&n))]);
                    logger.in_scope(|| {
                        drop(logger.clone());
                        self.block(&inner, depth - 1);
                    });
                }
                b'n' => {
                    let mut inner = scope.clone();
                    inner.names.push(format!("name{n}"));
                    let logger = Logger::current().with_name(&format!("name{n}"));
                    logger.in_scope(|| self.block(&inner, depth - 1));
                }
                b'b' => {
                    let inner = Scope { spans: scope.spans.clone(), ..Scope::default() };
                    Logger::background().in_scope(|| self.block(&inner, depth - 1));
                }
                // One name for all: an inner span's field takes the place of an outer one's.
                b's' => {
                    let mut inner = scope.clone();
                    inner.spans = vec![format!("span={n}")];
                    tracing::info_span!("span", span = n)
                        .in_scope(|| self.block(&inner, depth - 1));
                }
                b't' if self.n_threads < 4 => {
                    self.n_threads += 1;
                    let dispatch = dispatcher::get_default(Clone::clone);
                    let block = || {
                        let inside = || self.block(&Scope::default(), depth - 1);
                        let _ = catch_unwind(AssertUnwindSafe(|| {
                            dispatcher::with_default(&dispatch, inside);
                        }));
                    };
                    std::thread::scope(|threads| drop(threads.spawn(block).join()));
                }
                _ => {}
            }
        }
    }

    /// A value that logs and derives loggers while it is formatted.
    fn value_that_logs(&mut self, scope: &Scope) {
        let n = self.n_steps;
        let formatted = RefCell::new(0);
        klog::info!("Outer", value = %Logs(n, &self.logger, &formatted));
        let spans = Scope { spans: scope.spans.clone(), ..Scope::default() };
        // However often the value is formatted, its own line comes each time, before the one that shows it.
        for _ in 0..formatted.into_inner() {
            let own = ["of=output".to_owned(), format!("inner={n}")];
            self.expected.push(spans.line("Inner", &own));
        }
        self.expected.push(scope.line("Outer", &[format!("value=value {n}")]));
    }

    /// Two futures of two loggers that take turns.
    fn futures(&mut self, scope: &Scope) {
        let n = self.n_steps;
        let future = |name: &'static str| {
            let logger = Logger::current().with_pairs(&[(name, Value::from(name))]);
            async move {
                for turn in 0..2 {
                    klog::info!("Turn", turn);
                    yielded().await;
                }
                klog::info!("Turn", turn = n);
            }
            .with_logger(logger)
        };
        let (mut first, mut second) = (pin!(future("first")), pin!(future("second")));
        let mut context = Context::from_waker(Waker::noop());
        for turn in [0, 1, n] {
            let _ = (first.as_mut().poll(&mut context), second.as_mut().poll(&mut context));
            for name in ["first", "second"] {
                let own = [format!("{name}={name}"), format!("turn={turn}")];
                self.expected.push(scope.line("Turn", &own));
            }
        }
    }
}

fn yielded() -> impl Future<Output = ()> {
    let mut is_ready = false;
    poll_fn(
        move |_| {
            if std::mem::replace(&mut is_ready, true) { Poll::Ready(()) } else { Poll::Pending }
        },
    )
}

struct Logs<'a>(usize, &'a Logger, &'a RefCell<usize>);

impl fmt::Display for Logs<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        *self.2.borrow_mut() += 1;
        let logger = self.1.with_values(klog::kvs! { of = "output" });
        klog::info!(logger: logger, "Inner", inner = self.0);
        // A current logger of its own ends with it.
        logger.in_scope(|| write!(formatter, "value {}", self.0))
    }
}

struct Panics(usize);

impl fmt::Display for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("{}", self.0)
    }
}
