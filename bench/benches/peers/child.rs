//! Measures one stack: the floor and the stack take turns, and the fastest round of each counts.

#[path = "dispatch.rs"]
mod dispatch;

use std::{
    sync::Barrier,
    time::{Duration, Instant},
};

use klog_bench::{
    Format, Stack, allocations,
    destination::{self, Destination},
    floor, stacks,
};

/// A round is short, so that some rounds pass without anybody else on the machine.
const ROUND: Duration = Duration::from_micros(800);
const N_ROUNDS: usize = 600;
/// After this many rounds of one thread come as many of two.
const N_IN_TURN: usize = 10;
/// A file is emptied after this many calls.
const N_FILE_CALLS: u32 = 2_000;

/// `NAME FORMAT time|allocations|file|batches|everyday|idle`, or `NAME FORMAT calls W1 N`; for W16 and W17
/// `NAME patterns ten|other` and `NAME queue`.
pub(crate) fn run(arguments: &[String]) {
    match arguments {
        [name, what, which] if what == "patterns" => return dispatch::patterns(name, which),
        [name, what] if what == "queue" => return dispatch::queue(name),
        _ => {}
    }
    let [name, format, what, rest @ ..] = arguments else { panic!("NAME FORMAT WHAT") };
    let format = if format == "json" { Format::Json } else { Format::Text };
    let floor = floor::stack(format);
    let stack = stacks::all().into_iter().chain([floor]).find(|stack| stack.name == name);
    let stack = stack.expect("the name of a stack");
    destination::set(match what.as_str() {
        "file" => Destination::File,
        "batches" => Destination::Batches,
        _ => Destination::Nowhere,
    });
    (stack.install)(format);
    match what.as_str() {
        "time" => time(&floor, &stack),
        "everyday" => everyday(&floor, &stack),
        "allocations" => count_allocations(&stack),
        "idle" => dispatch::idle(&stack),
        "calls" => calls(&stack, rest),
        _ => to_file(&floor, &stack),
    }
}

/// Prints `WORKLOAD nanoseconds ratio`, or what else is measured of it.
fn report(name: &str, (own, other): (f64, f64)) {
    println!("{name} {own} {other}");
}

fn time(floor: &Stack, stack: &Stack) {
    let mut all = vec![
        Turns::new("W1", stack.w1, floor.w1, Some(stack.in_context)),
        Turns::new("W2", stack.w2, floor.w2, None),
        Turns::new("W3", stack.w3, floor.w3, None),
        Turns::new("W4", stack.w4, floor.w4, Some(stack.in_context)),
    ];
    all.extend(stack.w7.map(|w7| Turns::new("W7", w7, floor.w1, None)));
    // A machine is slow for seconds: all workloads have rounds in all of them.
    let mut w5 = f64::INFINITY;
    for _ in 0..N_ROUNDS / N_IN_TURN {
        for _ in 0..N_IN_TURN {
            all.iter_mut().for_each(|turns| turns.take(|| {}));
        }
        w5 = w5.min(two_threads(stack));
    }
    all.iter().for_each(Turns::report);
    report("W5", (w5, f64::NAN));
}

/// W8 to W15: the ratio is to W1 of F1.
fn everyday(floor: &Stack, stack: &Stack) {
    let mut all: Vec<_> = stack
        .everyday
        .iter()
        .map(|(name, call)| Turns::new(name, *call, floor.w1, in_context(stack, name)))
        .collect();
    for _ in 0..N_ROUNDS / 2 {
        all.iter_mut().for_each(|turns| turns.take(|| {}));
    }
    all.iter().for_each(Turns::report);
}

/// The context of the workloads that have one.
fn in_context(stack: &Stack, workload: &str) -> Option<fn(&mut dyn FnMut())> {
    matches!(workload, "W1" | "W4" | "W15").then_some(stack.in_context)
}

fn to_file(floor: &Stack, stack: &Stack) {
    let mut turns = Turns {
        n_own: N_FILE_CALLS,
        n_floor: N_FILE_CALLS,
        ..Turns::new("W6", stack.w1, floor.w1, Some(stack.in_context))
    };
    (0..N_ROUNDS).for_each(|_| turns.take(destination::truncate));
    turns.report();
}

/// Rounds of a stack and of the floor in turns.
struct Turns {
    name: &'static str,
    own: fn(),
    floor: fn(),
    n_own: u32,
    n_floor: u32,
    in_context: fn(&mut dyn FnMut()),
    /// Nanoseconds a call, of a round and of the floor's after it.
    rounds: Vec<(f64, f64)>,
}

impl Turns {
    fn new(
        name: &'static str,
        own: fn(),
        floor: fn(),
        in_context: Option<fn(&mut dyn FnMut())>,
    ) -> Self {
        let in_context = in_context.unwrap_or(|f| f());
        let (mut n_own, n_floor) = (0, calibrate(floor));
        in_context(&mut || n_own = calibrate(own));
        Turns { name, own, floor, n_own, n_floor, in_context, rounds: Vec::new() }
    }

    fn take(&mut self, before: impl Fn()) {
        before();
        let mut own = 0.0;
        (self.in_context)(&mut || own = round(self.own, self.n_own));
        before();
        self.rounds.push((own, round(self.floor, self.n_floor)));
    }

    /// Prints the fewest nanoseconds of a round, and the ratio to the floor: the median of those in the fastest tenth of
    /// the pairs, in which nobody else was on the machine. The fastest rounds of both alone may be of different speeds of it.
    fn report(&self) {
        let best = self.rounds.iter().map(|(own, _)| *own).fold(f64::INFINITY, f64::min);
        let mut rounds = self.rounds.clone();
        rounds.sort_by(|one, other| (one.0 + one.1).total_cmp(&(other.0 + other.1)));
        let fastest = &rounds[..rounds.len() / 10];
        let mut ratios: Vec<f64> = fastest.iter().map(|(own, floor)| own / floor).collect();
        ratios.sort_by(f64::total_cmp);
        report(self.name, (best, ratios[ratios.len() / 2]));
    }
}

fn calibrate(call: fn()) -> u32 {
    let mut n_calls = 16;
    loop {
        let start = Instant::now();
        (0..n_calls).for_each(|_| call());
        if start.elapsed() >= ROUND || n_calls >= 1 << 24 {
            return n_calls;
        }
        n_calls *= 2;
    }
}

fn round(call: fn(), n_calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..n_calls {
        call();
    }
    start.elapsed().as_nanos() as f64 / f64::from(n_calls)
}

/// Nanoseconds a line when two threads log at the same time, in the fastest of a few rounds.
fn two_threads(stack: &Stack) -> f64 {
    let n_calls = calibrate(stack.w1);
    let barrier = Barrier::new(2);
    let work = || {
        let mut best = f64::INFINITY;
        (stack.in_context)(&mut || {
            for _ in 0..N_IN_TURN {
                barrier.wait();
                let start = Instant::now();
                (0..n_calls).for_each(|_| (stack.w1)());
                barrier.wait();
                best = best.min(start.elapsed().as_nanos() as f64 / f64::from(2 * n_calls));
            }
        });
        best
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        work().min(other.join().expect("the thread does not panic"))
    })
}

/// Prints `WORKLOAD allocations bytes` a call.
fn count_allocations(stack: &Stack) {
    const N: u64 = 100;
    let count = |name: &str, call: fn()| {
        (0..20).for_each(|_| call());
        let before = destination::n_bytes();
        let n_allocations = allocations::count(|| (0..N).for_each(|_| call()));
        report(
            name,
            (n_allocations as f64 / N as f64, (destination::n_bytes() - before) as f64 / N as f64),
        );
    };
    (stack.in_context)(&mut || count("W1", stack.w1));
    count("W2", stack.w2);
    count("W3", stack.w3);
    (stack.in_context)(&mut || count("W4", stack.w4));
    if let Some(w7) = stack.w7 {
        count("W7", w7);
    }
    for (name, call) in stack.everyday {
        in_context(stack, name).unwrap_or(|f| f())(&mut || count(name, *call));
    }
}

/// Runs one workload a number of times, for callgrind.
fn calls(stack: &Stack, arguments: &[String]) {
    let [name, n_calls] = arguments else { panic!("W1 N") };
    let n_calls: u32 = n_calls.parse().expect("a number of calls");
    let everyday = |name: &str| stack.everyday.iter().find(|(row, _)| *row == name);
    let call = match name.as_str() {
        "W1" => stack.w1,
        "W2" => stack.w2,
        "W3" => stack.w3,
        "W4" => stack.w4,
        "W7" => stack.w7.expect("a stack with contexts"),
        name => everyday(name).expect("a workload of the stack").1,
    };
    let in_context = in_context(stack, name).unwrap_or(|f| f());
    in_context(&mut || (0..n_calls).for_each(|_| call()));
}
