//! The story: a small shop whose checkout has a bad day.
//!
//! Each step waits until the controller has reacted to it, so that the log is the same on a fast and a slow machine.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::store::{Fault, Store};
use crate::readiness::CONDITION;

const NAMESPACE: &str = "shop";
const CART_1: &str = "cart-6f9c5b7d8-m4tqz";
const CART_2: &str = "cart-6f9c5b7d8-x7k2p";
const CHECKOUT_1: &str = "checkout-7d4b9c6f5-hv8sd";
const CHECKOUT_2: &str = "checkout-7d4b9c6f5-q9w4r";

/// Time to read between two steps.
const PAUSE: Duration = Duration::from_millis(300);

/// How long the controller may take to react to a step.
const PATIENCE: Duration = Duration::from_secs(10);

const PANIC: &str = "\
thread 'main' panicked at src/orders.rs:118:14:
no route to database \"orders\": connection refused
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
";

/// The controller did not bring a pod's condition to the expected status in time.
#[derive(Debug)]
pub(crate) struct NoReaction {
    pod: &'static str,
    expected: &'static str,
}

/// The pods that run before the controller starts. The DNS server does not ask for the condition.
pub(super) fn set_the_stage(store: &Store) {
    for name in [CART_1, CART_2, CHECKOUT_1] {
        store.create(pod(NAMESPACE, name, &[CONDITION], &running(0)));
    }
    store.create(pod("kube-system", "coredns-5d78c9869d-8tzvw", &[], &running(0)));
}

/// Plays the story once.
pub(super) async fn play(store: &Store) -> Result<(), NoReaction> {
    for name in [CART_1, CART_2, CHECKOUT_1] {
        condition(store, name, "True").await?;
    }

    // A second checkout pod is scheduled and starts.
    store.create(pod(NAMESPACE, CHECKOUT_2, &[CONDITION], &waiting("ContainerCreating")));
    condition(store, CHECKOUT_2, "False").await?;
    set_state(store, CHECKOUT_2, &running(0));
    condition(store, CHECKOUT_2, "True").await?;

    // The first one panics.
    set_state(store, CHECKOUT_1, &terminated(101, "Error", PANIC));
    condition(store, CHECKOUT_1, "False").await?;

    // The second one is killed, and the API server has trouble of its own.
    store.inject(Fault::Internal);
    set_state(store, CHECKOUT_2, &terminated(137, "OOMKilled", ""));
    condition(store, CHECKOUT_2, "False").await?;

    // The first one comes back, while somebody else updates it.
    store.inject(Fault::Race);
    set_state(store, CHECKOUT_1, &running(1));
    condition(store, CHECKOUT_1, "True").await?;

    // The second one is deleted: first it is asked to stop, then it is gone.
    store.update(NAMESPACE, CHECKOUT_2, |pod| {
        pod["metadata"]["deletionTimestamp"] = pod["metadata"]["creationTimestamp"].clone();
    });
    sleep(PAUSE).await;
    store.delete(NAMESPACE, CHECKOUT_2);
    sleep(PAUSE).await;
    Ok(())
}

/// Waits until the controller has given the pod's condition this status, then a little more.
async fn condition(
    store: &Store,
    name: &'static str,
    expected: &'static str,
) -> Result<(), NoReaction> {
    let mut changes = store.subscribe();
    let reached = async {
        while status_of_condition(store, name).as_deref() != Some(expected) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    };
    timeout(PATIENCE, reached).await.map_err(|_| NoReaction { pod: name, expected })?;
    sleep(PAUSE).await;
    Ok(())
}

fn status_of_condition(store: &Store, name: &str) -> Option<String> {
    let pod = store.get(NAMESPACE, name).ok()?;
    let condition = pod["status"]["conditions"]
        .as_array()?
        .iter()
        .find(|condition| condition["type"] == CONDITION)?;
    condition["status"].as_str().map(str::to_owned)
}

fn set_state(store: &Store, name: &str, status: &Value) {
    store.update(NAMESPACE, name, |pod| {
        pod["status"]["phase"] = status["phase"].clone();
        pod["status"]["containerStatuses"] = status["containerStatuses"].clone();
    });
}

/// A pod as the kubelet and the ReplicaSet controller leave it.
fn pod(namespace: &str, name: &str, readiness_gates: &[&str], status: &Value) -> Value {
    let (replica_set, _) = name.rsplit_once('-').expect("pod names end with a generated suffix");
    let (app, _) = replica_set.rsplit_once('-').expect("replica set names end with a hash");
    let gates: Vec<_> =
        readiness_gates.iter().map(|gate| json!({ "conditionType": gate })).collect();
    json!({
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {
            "namespace": namespace,
            "name": name,
            "labels": { "app": app },
            "ownerReferences": [
                { "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": replica_set, "uid": "", "controller": true }
            ],
        },
        "spec": {
            "containers": [{ "name": "app", "image": format!("registry.example.com/{app}:1.4.2") }],
            "readinessGates": gates,
        },
        "status": status,
    })
}

fn waiting(reason: &str) -> Value {
    status("Pending", 0, &json!({ "waiting": { "reason": reason } }))
}

fn running(restarts: u32) -> Value {
    status("Running", restarts, &json!({ "running": {} }))
}

fn terminated(exit_code: i32, reason: &str, message: &str) -> Value {
    let terminated = json!({ "exitCode": exit_code, "reason": reason, "message": message });
    status("Running", 0, &json!({ "terminated": terminated }))
}

fn status(phase: &str, restarts: u32, state: &Value) -> Value {
    let ready = state.get("running").is_some();
    json!({
        "phase": phase,
        "containerStatuses": [
            { "name": "app", "image": "", "imageID": "", "ready": ready, "restartCount": restarts, "state": state }
        ],
    })
}

impl fmt::Display for NoReaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "condition of pod {NAMESPACE}/{} is not {} after {PATIENCE:?}",
            self.pod, self.expected
        )
    }
}

impl std::error::Error for NoReaction {}
