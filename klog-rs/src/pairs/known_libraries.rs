//! What libraries that are known by name show: kube's spans under the keys that Kubernetes uses, and where tracing-log's
//! records come from.

use std::{
    collections::hash_map::RandomState,
    fmt::{self, Write as _},
    hash::BuildHasher,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use smallvec::SmallVec;
use tracing::Metadata;

use crate::{
    base::fork,
    value::{Value, kref},
};

/// What a span's fields become: called with each pair that is to be logged.
pub(crate) type Translate = fn(&[(&str, Value<'_>)], &mut dyn FnMut(&str, &Value<'_>));

/// A span by its crate and name, and its translation.
const SPANS: &[(&str, &str, Translate)] = &[("kube_runtime", "reconciling object", kube_reconcile)];

/// The translation of a span's fields, if it is a known one.
pub(crate) fn translation(metadata: &Metadata<'_>) -> Option<Translate> {
    let library = metadata.target().split("::").next()?;
    SPANS
        .iter()
        .find(|(target, name, _)| *target == library && *name == metadata.name())
        .map(|(_, _, translate)| *translate)
}

/// Whether an event is a record of the `log` crate that tracing-log has brought, as `tracing_subscriber`'s `init()` lets it.
pub(crate) fn is_log_record(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "log" && metadata.name() == "log event"
}

/// Where a record of the `log` crate comes from: path, line and module.
pub(crate) type Origin<'a> = (Option<&'a str>, Option<u32>, Option<&'a str>);

/// Takes the fields that tracing-log adds out of a record's pairs; a target that is not the module is the pair `target`,
/// as klog's own bridge logs it.
pub(crate) fn take_origin<'a>(pairs: &mut SmallVec<[(&str, Value<'a>); 8]>) -> Origin<'a> {
    let (mut target, mut module, mut file, mut line) = (None, None, None, None);
    pairs.retain(|(name, value)| {
        match (*name, *value) {
            ("log.target", Value::Str(text)) => target = Some(text),
            ("log.module_path", Value::Str(text)) => module = Some(text),
            ("log.file", Value::Str(text)) => file = Some(text),
            ("log.line", Value::U64(number)) => line = u32::try_from(number).ok(),
            _ => return true,
        }
        false
    });
    if let Some(target) = target.filter(|_| target != module) {
        pairs.insert(0, ("target", Value::Str(target)));
    }
    (file, line, module)
}

/// kube's span around each reconcile, with the keys of Kubernetes' controller-runtime: `controllerGroup` (none for the
/// core group), `controllerKind`, `object="ns/name"` (`{"name":…,"namespace":…}` in JSON), `reconcileID` and
/// `reconcileReason`.
fn kube_reconcile(fields: &[(&str, Value<'_>)], each: &mut dyn FnMut(&str, &Value<'_>)) {
    for (name, value) in fields {
        match *name {
            "object.ref" => {
                let text = value.to_string();
                if let Some((kind, group)) = read_kind(&text) {
                    if !group.is_empty() {
                        each("controllerGroup", &Value::Str(group));
                    }
                    each("controllerKind", &Value::Str(kind));
                }
                let object = match read_object(&text) {
                    Some((namespace, name)) => Value::Object(kref(namespace, name)),
                    None => Value::Str(&text),
                };
                each("object", &object);
                let mut id = String::new();
                // A string takes everything.
                let _ = write!(id, "{}", UniqueId::next());
                each("reconcileID", &Value::Str(&id));
            }
            "object.reason" => each("reconcileReason", value),
            name => each(name, value),
        }
    }
}

/// Kinds of Kubernetes itself that have no namespace; their names may contain dots.
const CLUSTER_SCOPED: &[&str] = &[
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterTrustBundle",
    "CustomResourceDefinition",
    "DeviceClass",
    "FlowSchema",
    "IPAddress",
    "IngressClass",
    "MutatingAdmissionPolicy",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "ResourceSlice",
    "RuntimeClass",
    "ServiceCIDR",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
];

/// Kind and group of kube's `Kind.version.group/name.namespace`; the core group is empty.
fn read_kind(text: &str) -> Option<(&str, &str)> {
    let mut parts = text.split_once('/')?.0.splitn(3, '.');
    let kind = parts.next().filter(|kind| !kind.is_empty())?;
    Some((kind, parts.nth(1).unwrap_or_default()))
}

/// Namespace and name of kube's `Kind.version.group/name.namespace`.
///
/// A namespace has no dot and a name may have one, so the last dot parts them. Of a kind that we do not know we cannot
/// tell whether it has a namespace: a dotted name of such an object without namespace is parted as well.
fn read_object(text: &str) -> Option<(&str, &str)> {
    let (kind, object) = text.split_once('/')?;
    let kind = kind.split('.').next()?;
    if CLUSTER_SCOPED.contains(&kind) {
        return Some(("", object));
    }
    Some(match object.rsplit_once('.') {
        Some((name, namespace)) => (namespace, name),
        None => ("", object),
    })
}

/// A number that no other process and no other call has, printed as a UUID of version 4.
struct UniqueId(u64, u64);

impl UniqueId {
    fn next() -> Self {
        static KEYS: OnceLock<(RandomState, RandomState)> = OnceLock::new();
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let keys = fork::get_or_init(&KEYS, Default::default);
        let count = COUNT.fetch_add(1, Relaxed);
        // After a fork both processes have the same keys and count.
        let seed = (fork::process_id(), count);
        UniqueId(keys.0.hash_one(seed), keys.1.hash_one(seed))
    }
}

impl fmt::Display for UniqueId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UniqueId(high, low) = self;
        write!(
            formatter,
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 50 | 0x8000,
            low & 0xffff_ffff_ffff,
        )
    }
}
