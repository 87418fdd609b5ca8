//! The story that the API server plays: a small shop whose checkout has a bad day.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use tracing as t;

use crate::apiserver::{Fault, Store};
use crate::readiness::CONDITION;

const NAMESPACE: &str = "shop";
const CART: &str = "cart-6f9c5b7d8-m4tqz";
const CHECKOUT_1: &str = "checkout-7d4b9c6f5-hv8sd";
const CHECKOUT_2: &str = "checkout-7d4b9c6f5-q9w4r";

const PAUSE: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(10);

const PANIC: &str = "\
thread 'main' panicked at src/orders.rs:118:14:
no route to database \"orders\": connection refused
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
";

pub fn set_the_stage(store: &Store) {
    for name in [CART, CHECKOUT_1] {
        store.create(pod(NAMESPACE, name, true, running(0)));
    }
    store.create(pod("kube-system", "coredns-5d78c9869d-8tzvw", false, running(0)));
    t::info!("[shop] the stage is set in namespace {NAMESPACE}");
}

pub async fn play(store: &Store) -> Result<()> {
    for name in [CART, CHECKOUT_1] {
        expect(store, name, "True").await?;
    }

    t::info!("[shop] a second checkout pod starts: {}", CHECKOUT_2);
    store.create(pod(
        NAMESPACE,
        CHECKOUT_2,
        true,
        json!({ "waiting": { "reason": "ContainerCreating" } }),
    ));
    expect(store, CHECKOUT_2, "False").await?;
    set_state(store, CHECKOUT_2, running(0));
    expect(store, CHECKOUT_2, "True").await?;

    t::info!("[shop] {} panics", CHECKOUT_1);
    set_state(
        store,
        CHECKOUT_1,
        json!({ "terminated": { "exitCode": 101, "reason": "Error", "message": PANIC } }),
    );
    expect(store, CHECKOUT_1, "False").await?;

    t::info!("[shop] {} is killed, next fault is {:?}", CHECKOUT_2, Fault::Internal);
    store.inject(Fault::Internal);
    set_state(
        store,
        CHECKOUT_2,
        json!({ "terminated": { "exitCode": 137, "reason": "OOMKilled" } }),
    );
    expect(store, CHECKOUT_2, "False").await?;

    t::info!("[shop] {} comes back, next fault is {:?}", CHECKOUT_1, Fault::Race);
    store.inject(Fault::Race);
    set_state(store, CHECKOUT_1, running(1));
    expect(store, CHECKOUT_1, "True").await?;

    t::info!("[shop] {}/{} is deleted", NAMESPACE, CHECKOUT_2);
    let now = |pod: &mut Value| {
        pod["metadata"]["deletionTimestamp"] = pod["metadata"]["creationTimestamp"].clone()
    };
    store.update(NAMESPACE, CHECKOUT_2, now);
    sleep(PAUSE).await;
    store.delete(NAMESPACE, CHECKOUT_2);
    sleep(PAUSE).await;
    Ok(())
}

async fn expect(store: &Store, name: &str, expected: &str) -> Result<()> {
    t::trace!("waiting up to {:?} for {name} to be {expected}", PATIENCE);
    let mut changes = store.subscribe();
    let reached = async {
        while condition(store, name).as_deref() != Some(expected) {
            if let Err(e) = changes.changed().await {
                t::error!("store is gone: {:?}", e);
                return;
            }
        }
    };
    timeout(PATIENCE, reached)
        .await
        .with_context(|| format!("pod {name} did not become {expected}"))?;
    sleep(PAUSE).await;
    Ok(())
}

fn condition(store: &Store, name: &str) -> Option<String> {
    let pod = store.get(NAMESPACE, name)?;
    let condition = pod["status"]["conditions"]
        .as_array()?
        .iter()
        .find(|condition| condition["type"] == CONDITION)?;
    condition["status"].as_str().map(str::to_owned)
}

fn set_state(store: &Store, name: &str, state: Value) {
    t::debug!("{name} is now {state}");
    let status = container_status(state);
    store.update(NAMESPACE, name, |pod| pod["status"]["containerStatuses"][0] = status);
}

fn pod(namespace: &str, name: &str, with_gate: bool, state: Value) -> Value {
    let gates = if with_gate { json!([{ "conditionType": CONDITION }]) } else { json!([]) };
    json!({
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": { "namespace": namespace, "name": name },
        "spec": { "containers": [{ "name": "app" }], "readinessGates": gates },
        "status": { "containerStatuses": [container_status(state)] },
    })
}

fn container_status(state: Value) -> Value {
    let restarts = state["running"]["restarts"].as_u64().unwrap_or_default();
    let ready = state.get("running").is_some();
    json!({ "name": "app", "image": "", "imageID": "", "ready": ready, "restartCount": restarts, "state": state })
}

fn running(restarts: u32) -> Value {
    json!({ "running": { "restarts": restarts } })
}
