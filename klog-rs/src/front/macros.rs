//! The macros, each a thin front of its procedural twin that passes this crate's path.

/// Logs information: `klog::info!([prefix: value,]* "Message"[, key = value]*)`.
///
/// The message is a constant phrase; everything that varies is a pair after it. A disabled call evaluates none of
/// its arguments.
///
/// | before the message | |
/// |---|---|
/// | `logger: expr` | a [`Logger`](crate::Logger), by value or reference; without it the current one |
/// | `v: 4` | V level, a constant; 0 without it (see Kubernetes' [conventions]) |
/// | `err: expr` | an error, printed first in text and last in JSON |
/// | `target: "name"` | target for other `tracing` layers; the module path without it |
///
/// | after it | |
/// |---|---|
/// | `key = expr` | a [`LogValue`](crate::LogValue) as what it is, an error as an error with its sources, anything else as its `Display` text |
/// | `key = %expr`, `key = ?expr` | the `Display` or `Debug` text |
/// | `key`, `%key`, `?key` | short for `key = key` and so on; of `%self.name` the key is `name` |
/// | `"key" = expr` | a key that is no identifier, as `"http.request.method"` |
///
/// It does not compile with a placeholder in the message, a message that is no literal or ends in a period or newline,
/// a key that is given twice, reserved (`ts caller msg v err logger`) or not in lowerCamelCase.
///
/// ```
/// use klog::{Logger, kref};
///
/// let (pod, address) = (kref("kube-system", "kubedns"), std::net::Ipv4Addr::LOCALHOST);
/// klog::info!("Pod status updated", pod, status = "ready");
/// // I1025 00:15:15.525108       1 main.rs:5] "Pod status updated" pod="kube-system/kubedns" status="ready"
/// klog::info!(v: 4, logger: Logger::current(), "Cache hit", %address);
/// // {"ts":1772600767089.0122,"caller":"src/main.rs:7","msg":"Cache hit","v":4,"address":"127.0.0.1"}
/// ```
///
/// [conventions]: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-instrumentation/logging.md
#[macro_export]
macro_rules! info {
    ($($call:tt)*) => { $crate::__private::info!($crate, $($call)*) };
}

/// Logs a warning: a line with `W` in text, and with `"severity":"warning"` in JSON.
///
/// Kubernetes' own components have no warnings: they log information, or an error that an operator should look at.
/// The arguments are those of [`info!`](crate::info!) but `v:`.
///
/// ```
/// klog::warn!("Certificate expires soon", days = 3);
/// // W1025 00:15:15.525108       1 main.rs:3] "Certificate expires soon" days=3
/// ```
#[macro_export]
macro_rules! warn {
    ($($call:tt)*) => { $crate::__private::warn!($crate, $($call)*) };
}

/// Logs an error, at every verbosity.
///
/// The arguments are those of [`info!`](crate::info!) but `v:`. `err:` takes any error: a type that implements
/// `std::error::Error`, a box of one, `anyhow::Error`, or anything with a `Display` text. Its sources are part of its
/// text, joined by `: `. Without `err:` the entry has no error.
///
/// ```
/// let error = std::fs::read("/no/such/file").unwrap_err();
/// klog::error!(err: error, "Could not read file", path = "/no/such/file");
/// // E1025 00:15:15.525108       1 main.rs:4] "Could not read file" err="No such file or directory (os error 2)" path="/no/such/file"
/// ```
#[macro_export]
macro_rules! error {
    ($($call:tt)*) => { $crate::__private::error!($crate, $($call)*) };
}

/// Logs a fatal entry, flushes all outputs and ends the program with exit code 1.
///
/// The arguments are those of [`error!`](crate::error!). klog's `Fatal` ends with 255 and dumps all stacks; Kubernetes
/// has replaced it by an error entry and `FlushAndExit`, which this is.
///
/// ```no_run
/// klog::fatal!("Could not start");
/// // F1025 00:15:15.525108       1 main.rs:3] "Could not start"
/// ```
#[macro_export]
macro_rules! fatal {
    ($($call:tt)*) => { $crate::__private::fatal!($crate, $($call)*) };
}

/// Logs information for debugging: [`info!`](crate::info!) with `v: 4`.
///
/// ```
/// klog::debug!("Cache hit", cacheKey = "default/web");
/// ```
#[macro_export]
macro_rules! debug {
    ($($call:tt)*) => { $crate::__private::debug!($crate, $($call)*) };
}

/// Logs information for tracing: [`info!`](crate::info!) with `v: 5`.
///
/// ```
/// klog::trace!("Reconcile queue polled", depth = 3);
/// ```
#[macro_export]
macro_rules! trace {
    ($($call:tt)*) => { $crate::__private::trace!($crate, $($call)*) };
}

/// Logs at most once an interval, however often this call is reached: `klog::every!(interval, info!(…))`.
///
/// `interval` is a [`Duration`](std::time::Duration); after it is a call of [`info!`](crate::info!),
/// [`warn!`](crate::warn!), [`error!`](crate::error!), [`debug!`](crate::debug!) or [`trace!`](crate::trace!), which need
/// not be imported. The first call passes, and then the first one after each interval. Where entries were left out, the
/// next one says how many, in a pair `suppressed` at its end; [`stats()`](crate::stats()) has their sum.
///
/// Each place in the source has a limit of its own, for all threads together; it takes no lock. Arguments of an entry
/// that is left out are not evaluated, and a call that the verbosity disables counts for nothing.
///
/// ```
/// use std::time::Duration;
///
/// for depth in 0..1000 {
///     klog::every!(Duration::from_secs(60), warn!("Queue is long", depth));
/// }
/// // W1025 00:15:15.525108       1 main.rs:6] "Queue is long" depth=0
/// // W1025 00:16:15.525109       1 main.rs:6] "Queue is long" depth=721 suppressed=720
/// ```
#[macro_export]
macro_rules! every {
    ($($limited:tt)*) => { $crate::__private::every!($crate, $($limited)*) };
}

/// Logs the first `n` times that this call is reached: `klog::first_n!(n, info!(…))`.
///
/// What is left out afterwards shows in [`stats()`](crate::stats()) only. All else is as for [`every!`](crate::every!).
///
/// ```
/// for attempt in 0..1000 {
///     klog::first_n!(3, info!("Connection refused", attempt));
/// }
/// // I1025 00:15:15.525108       1 main.rs:4] "Connection refused" attempt=0
/// // I1025 00:15:15.525121       1 main.rs:4] "Connection refused" attempt=1
/// // I1025 00:15:15.525129       1 main.rs:4] "Connection refused" attempt=2
/// ```
#[macro_export]
macro_rules! first_n {
    ($($limited:tt)*) => { $crate::__private::first_n!($crate, $($limited)*) };
}

/// Logs the first time and then every `n`th time that this call is reached: `klog::every_n!(n, info!(…))`.
///
/// Entries carry `suppressed`, the number of those left out since the one before. All else is as for
/// [`every!`](crate::every!).
///
/// ```
/// for offset in 0..1000 {
///     klog::every_n!(500, info!("Record skipped", offset));
/// }
/// // I1025 00:15:15.525108       1 main.rs:4] "Record skipped" offset=0
/// // I1025 00:15:15.525230       1 main.rs:4] "Record skipped" offset=500 suppressed=499
/// ```
#[macro_export]
macro_rules! every_n {
    ($($limited:tt)*) => { $crate::__private::every_n!($crate, $($limited)*) };
}

/// Pairs for [`Logger::with_values`](crate::Logger::with_values), with the syntax and the checks of the log macros.
///
/// ```
/// use klog::{Logger, kref, kvs};
///
/// let attempt = 3;
/// let logger = Logger::current().with_values(kvs! { pod = kref("default", "web-0"), attempt });
/// ```
#[macro_export]
macro_rules! kvs {
    ($($pairs:tt)*) => { $crate::__private::kvs!($crate, $($pairs)*) };
}

/// Refers to a Kubernetes object of whatever crate and version, as klog's `KObj`: `pod="namespace/name"`.
///
/// It takes everything that has metadata: the objects of every `k8s-openapi`, every `kube::Resource`, custom resources,
/// `DynamicObject`, `PartialObjectMeta`, `ObjectMeta`, `ObjectReference` and `OwnerReference`, references, `Box`, `Arc`
/// and `Option` of them, and types of your own that serde shows with `metadata.name` and `metadata.namespace`, or with
/// `name` and `namespace`. A type that implements [`KMetadata`](crate::value::KMetadata) says its names itself.
/// An object without a name, and `None`, is `""`.
///
/// In JSON it is `{"name":"name","namespace":"namespace"}`. No feature is needed. Only `metadata` is looked at: a large
/// `spec` costs nothing, and names of up to 96 bytes allocate nothing.
///
/// ```
/// #[derive(serde::Serialize)]
/// struct Pod { metadata: Metadata }
/// #[derive(serde::Serialize)]
/// struct Metadata { name: Option<String>, namespace: Option<String> }
///
/// let pod = Pod { metadata: Metadata { name: Some("kubedns".into()), namespace: Some("kube-system".into()) } };
/// klog::info!("Pod status updated", pod = klog::kobj!(pod));
/// // I1025 00:15:15.525108       1 main.rs:9] "Pod status updated" pod="kube-system/kubedns"
/// assert_eq!(klog::kobj!(&pod).to_string(), "kube-system/kubedns");
/// ```
#[macro_export]
macro_rules! kobj {
    ($object:expr $(,)?) => {
        match &$object {
            object => {
                #[allow(unused_imports, reason = "one of these fits the type")]
                use $crate::__private::{
                    ViaMetadata as _, ViaNoObject as _, ViaPointer as _, ViaPointers as _,
                    ViaShape as _,
                };
                (&&&&&$crate::__private::ObjectOf(object)).__klog_object()
            }
        }
    };
}

/// Refers to several Kubernetes objects of whatever crate and version, as klog's `KObjSlice`: `pods=["ns/a","ns/b"]`.
///
/// It takes a slice, an array or a vector of what [`kobj!`](crate::kobj!) takes; an `Option` that is `None` is `null`.
///
/// ```
/// # #[derive(serde::Serialize)]
/// # struct Reference { name: &'static str, namespace: &'static str }
/// let pods = vec![Reference { name: "web-0", namespace: "default" }];
/// klog::info!("Pods evicted", pods = klog::kobjs!(pods));
/// // I1025 00:15:15.525108       1 main.rs:4] "Pods evicted" pods=["default/web-0"]
/// ```
#[macro_export]
macro_rules! kobjs {
    ($objects:expr $(,)?) => {
        match &$objects[..] {
            objects => {
                #[allow(unused_imports, reason = "one of these fits the type")]
                use $crate::__private::{
                    AllViaMetadata as _, AllViaPointer as _, AllViaShape as _,
                };
                (&&&$crate::__private::ObjectsOf(objects)).__klog_objects()
            }
        }
    };
}
