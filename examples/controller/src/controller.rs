//! The controller: keeps one condition in the status of every pod that asks for it.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use k8s_openapi::api::core::v1::{Pod, PodCondition};
use kube::api::{Api, Patch, PatchParams};
use kube::runtime::controller::Action;
use kube::runtime::{Controller, watcher};
use kube::{Client, ResourceExt};
use tokio::sync::oneshot;

use crate::readiness;

/// How long after an error a pod is looked at again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Runs the controller until `stop` is gone, and then until the reconciles under way have ended.
pub(crate) async fn run(client: Client, stop: oneshot::Receiver<()>) {
    let stop = stop.map(|_| ()).shared();
    let controller = Controller::new(Api::<Pod>::all(client.clone()), watcher::Config::default())
        .graceful_shutdown_on(stop.clone());
    let pods = controller.store();
    let context = Arc::new(Context { client });
    let mut reconciles =
        pin!(controller.run(reconcile, error_policy, context).for_each(async |_| ()));
    tokio::select! {
        () = &mut reconciles => {}
        // Without its first list of pods the runtime would wait for that, and not stop.
        () = stop => {}
        _ = pods.wait_until_ready() => reconciles.await
    }
}

/// What every reconcile needs.
pub(crate) struct Context {
    client: Client,
}

async fn reconcile(pod: Arc<Pod>, context: Arc<Context>) -> Result<Action, Error> {
    sync(&pod, &context).await
}

/// Says when to try again.
fn error_policy(_pod: Arc<Pod>, _error: &Error, _context: Arc<Context>) -> Action {
    Action::requeue(RETRY_AFTER)
}

async fn sync(pod: &Pod, context: &Context) -> Result<Action, Error> {
    if !readiness::is_wanted(pod) {
        return Ok(Action::await_change());
    }
    if pod.metadata.deletion_timestamp.is_some() {
        return Ok(Action::await_change());
    }
    let current = readiness::current(pod);
    let desired = readiness::desired(pod);
    if current.is_some_and(|current| readiness::same(current, &desired)) {
        return Ok(Action::await_change());
    }

    match update_status(pod, &desired, &context.client).await {
        Ok(_) => {}
        // The new version of the pod is on its way to us and brings the next reconcile.
        Err(kube::Error::Api(status)) if status.is_conflict() => {
            return Ok(Action::await_change());
        }
        Err(kube::Error::Api(status)) if status.is_not_found() => {
            return Ok(Action::await_change());
        }
        Err(error) => return Err(Error(error)),
    }
    Ok(Action::await_change())
}

/// Replaces our condition in the pod's status, if the pod is still the one that we know.
async fn update_status(pod: &Pod, desired: &PodCondition, client: &Client) -> kube::Result<Pod> {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let others = conditions.filter(|condition| condition.type_ != desired.type_);
    let conditions: Vec<_> = others.chain([desired]).collect();
    let patch = Patch::Merge(serde_json::json!({
        // A merge patch replaces the whole list, so it must not meet conditions that we have not seen.
        "metadata": { "resourceVersion": pod.resource_version() },
        "status": { "conditions": conditions },
    }));
    let namespace = pod.namespace().unwrap_or_default();
    Api::<Pod>::namespaced(client.clone(), &namespace)
        .patch_status(&pod.name_any(), &PatchParams::default(), &patch)
        .await
}

/// Why a pod could not be reconciled.
#[derive(Debug)]
pub(crate) struct Error(kube::Error);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("updating pod status: ")?;
        match &self.0 {
            // kube shows the answer of the API server twice, the second time as Rust prints it for debugging.
            kube::Error::Api(status) => f.write_str(&status.message),
            error => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
