//! The values of W8 to W15: what the lines of a real controller hold. Each is made once and handed out of the compiler's sight.

use std::{
    cell::RefCell,
    fmt,
    hint::black_box,
    io::{self, Write as _},
    sync::LazyLock,
};

use serde::Serialize;

/// A workload of a stack: its name and the call.
pub type Row = (&'static str, fn());

/// W8: 1 KiB with an escape each 16 bytes.
pub fn escapes() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| "a list of pods \"".repeat(64));
    black_box(&TEXT)
}

/// W9: 1 KiB of Polish and Japanese.
pub fn letters() -> &'static str {
    static TEXT: LazyLock<String> =
        LazyLock::new(|| "Zażółć gęślą jaźń ポッドの状態を更新した ".repeat(15));
    black_box(&TEXT)
}

/// W10: 12 lines, 570 bytes.
pub fn lines() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        (0..12).map(|n| format!("{n:2}: the kubelet reports that this node is ready\n")).collect()
    });
    black_box(&TEXT)
}

/// W14: 64 KiB with an escape each 16 bytes.
pub fn long() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| escapes().repeat(64));
    black_box(&TEXT)
}

/// W11: what an API server answers.
#[derive(Debug)]
pub struct ApiError;

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiError: pods \"web-0\" is forbidden: User \"system:serviceaccount:shop:web\" cannot get resource \"pods\" in API group \"\" in the namespace \"shop\"")
    }
}

impl std::error::Error for ApiError {}

/// The error of W11.
pub fn error() -> &'static ApiError {
    black_box(&ApiError)
}

/// One of the 20 structs of W12, and of the containers of W13.
#[derive(Debug, Serialize)]
pub struct Container {
    name: String,
    image: String,
    ready: bool,
    restarts: u32,
}

/// W12: shown by its `Debug`.
pub fn structs() -> &'static Vec<Container> {
    static LIST: LazyLock<Vec<Container>> = LazyLock::new(|| containers(20));
    black_box(&LIST)
}

fn containers(n: u32) -> Vec<Container> {
    (0..n)
        .map(|n| Container {
            name: format!("worker-{n}"),
            image: format!("registry.example.org/shop/worker:1.{n}.0"),
            ready: n % 3 != 0,
            restarts: n,
        })
        .collect()
}

/// W13: an object of 4 KiB.
#[derive(Debug, Serialize)]
pub struct Object {
    kind: &'static str,
    namespace: String,
    name: String,
    labels: Vec<(String, String)>,
    containers: Vec<Container>,
}

/// The object of W13.
pub fn object() -> &'static Object {
    static OBJECT: LazyLock<Object> = LazyLock::new(|| Object {
        kind: "Pod",
        namespace: "shop".into(),
        name: "web-0".into(),
        labels: (0..10).map(|n| (format!("example.org/label-{n}"), format!("value {n}"))).collect(),
        containers: containers(38),
    });
    black_box(&OBJECT)
}

/// What formatting the values takes by itself, into a buffer: core::fmt for W11 and W12, serde_json for W13.
pub const FORMATTERS: &[Row] = &[
    ("W11", || with_buffer(|bytes| write!(bytes, "{}", error()))),
    ("W12", || with_buffer(|bytes| write!(bytes, "{:?}", structs()))),
    ("W13", || {
        with_buffer(|bytes| serde_json::to_writer(bytes, object()).map_err(io::Error::from));
    }),
];

fn with_buffer(write: fn(&mut Vec<u8>) -> io::Result<()>) {
    thread_local! {
        static BYTES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    BYTES.with_borrow_mut(|bytes| {
        bytes.clear();
        write(bytes).expect("memory takes everything");
        black_box(&bytes[..]);
    });
}
