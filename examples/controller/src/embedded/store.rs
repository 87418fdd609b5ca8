//! The pods, and everything that ever happened to them.
//!
//! The history is kept whole, because the process lives for seconds: a watch can start at any resource version, and
//! never gets `410 Gone`.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

/// All pods, safe to share between requests.
#[derive(Debug, Default)]
pub(super) struct Store {
    state: Mutex<State>,
    /// The newest resource version, for those who wait for changes.
    newest: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    version: u64,
    pods: BTreeMap<Key, Value>,
    history: Vec<Event>,
    fault: Option<Fault>,
}

/// Namespace and name.
type Key = (String, String);

/// One change, as a watch reports it.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) version: u64,
    /// `ADDED`, `MODIFIED` or `DELETED`.
    pub(super) kind: &'static str,
    pub(super) pod: Value,
}

/// What goes wrong with the next status update.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// The server answers 500.
    Internal,
    /// Another client updates the pod first, which makes the update a conflict.
    Race,
}

/// A request that could not be served; the fields are those of a Kubernetes `Status`.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    pub(super) code: u16,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

impl Store {
    /// The pods of one namespace, or of all, and the resource version of the list.
    pub(super) fn list(&self, namespace: Option<&str>) -> (u64, Vec<Value>) {
        let state = self.lock();
        let pods = state
            .pods
            .iter()
            .filter(|((of, _), _)| namespace.is_none_or(|namespace| of == namespace));
        (state.version, pods.map(|(_, pod)| pod.clone()).collect())
    }

    /// What happened after `version`, and the version up to which this is complete.
    pub(super) fn history(&self, version: u64, namespace: Option<&str>) -> (u64, Vec<Event>) {
        let state = self.lock();
        let start = state.history.partition_point(|event| event.version <= version);
        let events = state.history[start..].iter().filter(|event| {
            namespace.is_none_or(|namespace| event.pod["metadata"]["namespace"] == namespace)
        });
        (state.version, events.cloned().collect())
    }

    /// Tells about every new version.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    pub(super) fn get(&self, namespace: &str, name: &str) -> Result<Value, ApiError> {
        self.lock().get(namespace, name)
    }

    /// Merges `patch` into the pod's status (RFC 7386), as `PATCH …/status` does.
    ///
    /// A `metadata.resourceVersion` in the patch is a precondition; everything else outside `status` is ignored.
    pub(super) fn patch_status(
        &self,
        namespace: &str,
        name: &str,
        patch: &Value,
    ) -> Result<Value, ApiError> {
        let mut state = self.lock();
        match state.fault.take() {
            Some(Fault::Internal) => {
                return Err(ApiError::internal("etcdserver: request timed out"));
            }
            Some(Fault::Race) => {
                let mut pod = state.get(namespace, name)?;
                pod["metadata"]["annotations"]["example.com/last-probe"] =
                    json!(Time(Timestamp::now()));
                self.commit(&mut state, "MODIFIED", pod);
            }
            None => {}
        }
        let mut pod = state.get(namespace, name)?;
        let expected = &patch["metadata"]["resourceVersion"];
        if !expected.is_null() && *expected != pod["metadata"]["resourceVersion"] {
            return Err(ApiError::conflict(name));
        }
        let before = pod["status"].clone();
        match patch.get("status") {
            Some(status @ Value::Object(_)) => merge(&mut pod["status"], status),
            Some(_) => {
                return Err(ApiError::bad_request("the status in the patch is not an object"));
            }
            None => {}
        }
        if pod["status"] == before {
            return Ok(pod);
        }
        Ok(self.commit(&mut state, "MODIFIED", pod))
    }

    /// Adds a pod, with a UID and a creation time.
    pub(super) fn create(&self, mut pod: Value) {
        pod["metadata"]["uid"] = json!(Uuid::new_v4().to_string());
        pod["metadata"]["creationTimestamp"] = json!(Time(Timestamp::now()));
        self.commit(&mut self.lock(), "ADDED", pod);
    }

    /// Changes a pod, as any other client of the cluster may.
    pub(super) fn update(&self, namespace: &str, name: &str, change: impl FnOnce(&mut Value)) {
        let mut state = self.lock();
        if let Ok(mut pod) = state.get(namespace, name) {
            change(&mut pod);
            self.commit(&mut state, "MODIFIED", pod);
        }
    }

    pub(super) fn delete(&self, namespace: &str, name: &str) {
        let mut state = self.lock();
        if let Ok(pod) = state.get(namespace, name) {
            self.commit(&mut state, "DELETED", pod);
        }
    }

    /// Makes the next status update go wrong.
    pub(super) fn inject(&self, fault: Fault) {
        self.lock().fault = Some(fault);
    }

    /// The only way in which the store changes: a new resource version, and one event of history.
    fn commit(&self, state: &mut State, kind: &'static str, mut pod: Value) -> Value {
        state.version += 1;
        pod["metadata"]["resourceVersion"] = json!(state.version.to_string());
        let key = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_owned();
        let key = (key("namespace"), key("name"));
        if kind == "DELETED" {
            state.pods.remove(&key);
        } else {
            state.pods.insert(key, pod.clone());
        }
        state.history.push(Event { version: state.version, kind, pod: pod.clone() });
        self.newest.send_replace(state.version);
        pod
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds the lock")
    }
}

impl State {
    fn get(&self, namespace: &str, name: &str) -> Result<Value, ApiError> {
        let key = (namespace.to_owned(), name.to_owned());
        self.pods.get(&key).cloned().ok_or_else(|| ApiError::not_found(name))
    }
}

impl ApiError {
    pub(super) fn bad_request(message: impl Into<String>) -> ApiError {
        ApiError { code: 400, reason: "BadRequest", message: message.into() }
    }

    fn not_found(name: &str) -> ApiError {
        ApiError { code: 404, reason: "NotFound", message: format!("pods \"{name}\" not found") }
    }

    fn conflict(name: &str) -> ApiError {
        let message = format!(
            "Operation cannot be fulfilled on pods \"{name}\": the object has been modified; \
             please apply your changes to the latest version and try again"
        );
        ApiError { code: 409, reason: "Conflict", message }
    }

    fn internal(message: &str) -> ApiError {
        ApiError { code: 500, reason: "InternalError", message: message.to_owned() }
    }
}

fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (key, value) in patch {
        if value.is_null() {
            if let Some(target) = target.as_object_mut() {
                target.remove(key);
            }
        } else {
            merge(&mut target[key], value);
        }
    }
}
