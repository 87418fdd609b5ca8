//! The controller: keeps one condition in the status of every pod that asks for it.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{FutureExt, StreamExt};
use k8s_openapi::api::core::v1::{Pod, PodCondition};
use klog::{Logger, WithLogger, json, kobj, kobjs, kref, kvs};
use kube::api::{Api, Patch, PatchParams};
use kube::runtime::controller::{Action, Error as ControllerError};
use kube::runtime::reflector::{ObjectRef, Store};
use kube::runtime::{Controller, watcher};
use kube::{Client, ResourceExt};
use tokio::sync::oneshot;

use crate::readiness::{self, CONDITION};

/// The name that the controller's log entries carry.
pub(crate) const NAME: &str = "pod-readiness";

/// How long after an error a pod is looked at again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Runs the controller until `stop` is gone, and then until the reconciles under way have ended.
pub(crate) async fn run(client: Client, stop: oneshot::Receiver<()>) {
    klog::info!("Starting controller", condition = CONDITION);
    let stop = stop.map(|_| ()).shared();
    let controller = Controller::new(Api::<Pod>::all(client.clone()), watcher::Config::default())
        .graceful_shutdown_on(stop.clone());
    let pods = controller.store();
    let context = Arc::new(Context { client, pods: pods.clone(), logger: Logger::current() });
    let mut reconciles = pin!(
        controller.run(reconcile, error_policy, context).for_each(async |result| report(result))
    );
    let synced = async {
        if pods.wait_until_ready().await.is_ok() {
            klog::info!("Caches are synced", podCount = pods.state().len());
        }
    };
    tokio::select! {
        () = &mut reconciles => {}
        // Without its first list of pods the runtime would wait for that, and not stop.
        () = stop => {}
        () = synced => reconciles.await
    }
    klog::info!("Controller has stopped");
}

/// What every reconcile needs.
pub(crate) struct Context {
    client: Client,
    pods: Store<Pod>,
    /// The runtime spawns a task for each reconcile, and a task starts without a current logger.
    logger: Logger,
}

async fn reconcile(pod: Arc<Pod>, context: Arc<Context>) -> Result<Action, Error> {
    // One logger for one reconcile: whoever logs further down does so with these pairs. The span that kube has opened
    // around it adds `object`, `reconcileID` and `reconcileReason`.
    let logger = context.logger.with_values(kvs! { pod = kobj(&pod) });
    async {
        let start = Instant::now();
        let result = sync(&pod, &context).await;
        match &result {
            Ok(_) => klog::debug!("Reconciled pod", duration = start.elapsed()),
            Err(error) => {
                klog::error!(err: error, "Could not reconcile pod", retryAfter = RETRY_AFTER);
            }
        }
        result
    }
    .with_logger(logger)
    .await
}

/// Says when to try again. The error itself has been logged by [`reconcile`], which has the logger for it.
fn error_policy(_pod: Arc<Pod>, _error: &Error, _context: Arc<Context>) -> Action {
    Action::requeue(RETRY_AFTER)
}

async fn sync(pod: &Pod, context: &Context) -> Result<Action, Error> {
    if !readiness::is_wanted(pod) {
        klog::debug!("Pod does not have the readiness gate", readinessGate = CONDITION);
        return Ok(Action::await_change());
    }
    if pod.metadata.deletion_timestamp.is_some() {
        klog::info!(v: 2, "Pod is terminating, leaving its status alone");
        return Ok(Action::await_change());
    }
    let current = readiness::current(pod);
    let desired = readiness::desired(pod);
    if current.is_some_and(|current| readiness::same(current, &desired)) {
        klog::debug!("Pod status is up to date", status = desired.status);
        return Ok(Action::await_change());
    }

    klog::trace!("Updating pod status", condition = json(&desired));
    match update_status(pod, &desired, &context.client).await {
        Ok(_) => {}
        // The new version of the pod is on its way to us and brings the next reconcile.
        Err(kube::Error::Api(status)) if status.is_conflict() => {
            klog::info!(v: 2, "Pod has changed meanwhile, trying again", resourceVersion = pod.resource_version());
            return Ok(Action::await_change());
        }
        Err(kube::Error::Api(status)) if status.is_not_found() => {
            klog::info!(v: 2, "Pod has been deleted meanwhile");
            return Ok(Action::await_change());
        }
        Err(error) => return Err(Error(error)),
    }
    klog::info!(
        v: 2,
        "Pod status updated",
        condition = CONDITION,
        oldStatus = current.map_or("Unknown", |current| &current.status),
        status = desired.status,
        reason = desired.reason,
    );
    report_failure(pod, &context.pods);
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

/// Tells an operator which container failed, and which pods of the same replica set share its fate.
fn report_failure(pod: &Pod, pods: &Store<Pod>) {
    let Some((container, end)) = readiness::failure(pod) else { return };
    klog::info!(
        "Container failed",
        containerName = container.name,
        exitCode = end.exit_code,
        reason = end.reason,
        restartCount = container.restart_count,
        terminationMessage = end.message,
    );
    let Some(replica_set) = replica_set(pod) else { return };
    let mut failing = pods.state();
    failing.retain(|other| {
        other.namespace() == pod.namespace()
            && self::replica_set(other) == Some(replica_set)
            && readiness::failure(other).is_some()
    });
    failing.sort_by_key(|pod| pod.name_any());
    let namespace = pod.namespace().unwrap_or_default();
    klog::info!(
        "Replica set has failing pods",
        replicaSet = kref(&namespace, replica_set),
        pods = kobjs(&failing)
    );
}

/// The name of the replica set that the pod belongs to.
fn replica_set(pod: &Pod) -> Option<&str> {
    let owner = pod.owner_references().iter().find(|owner| owner.controller == Some(true))?;
    (owner.kind == "ReplicaSet").then_some(&owner.name)
}

/// Logs what goes wrong around the reconciles.
fn report(result: Result<(ObjectRef<Pod>, Action), ControllerError<Error, watcher::Error>>) {
    match result {
        Ok(_) | Err(ControllerError::ReconcilerFailed(..)) => {} // logged by `reconcile`
        Err(ControllerError::ObjectNotFound(pod)) => {
            klog::debug!(
                "Pod is gone",
                pod = kref(pod.namespace.as_deref().unwrap_or_default(), &pod.name)
            );
        }
        Err(ControllerError::QueueError(error)) => klog::error!(err: error, "Could not watch pods"),
        Err(ControllerError::RunnerError(error)) => {
            klog::error!(err: error, "Could not start reconciles");
        }
    }
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
