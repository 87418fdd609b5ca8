//! The controller proper.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt, future};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, Patch, PatchParams};
use kube::runtime::controller::{Action, Error as ControllerError};
use kube::runtime::reflector::Store;
use kube::runtime::{Controller, watcher};
use kube::{Client, ResourceExt};
use tokio::sync::watch;
use tracing::{debug, error, info, trace, warn};

use crate::readiness::{self, CONDITION, display_name};
use crate::settings::Settings;
use crate::stats::Stats;

pub struct Context {
    pub client: Client,
    pub settings: Settings,
    pub stats: Arc<Stats>,
    pub pods: Store<Pod>,
}

pub async fn run(
    client: Client,
    settings: Settings,
    stats: Arc<Stats>,
    mut stop: watch::Receiver<bool>,
) {
    info!("starting controller for condition '{}'", CONDITION);
    let stopped = async move {
        if stop.changed().await.is_err() {
            warn!("nobody is left who could stop us, stopping now");
        }
    };
    let controller = Controller::new(Api::<Pod>::all(client.clone()), watcher::Config::default())
        .graceful_shutdown_on(stopped);
    let pods = controller.store();
    let context = Arc::new(Context { client, settings, stats, pods });
    let reconciles =
        controller.run(reconcile, error_policy, Arc::clone(&context)).for_each(|result| {
            match result {
                Ok((pod, action)) => trace!("reconciled {:?}: {:?}", pod, action),
                Err(ControllerError::ReconcilerFailed(e, pod)) => {
                    debug!("reconciler failed for {pod}: {e:?}")
                }
                Err(ControllerError::ObjectNotFound(pod)) => debug!("{} is gone", pod.name),
                Err(ControllerError::QueueError(e)) => error!("watch failed: {}", e),
                Err(e) => error!("controller error: {e:?}"),
            }
            future::ready(())
        });
    future::join(wait_for_cache(&context.pods, Duration::from_secs(5)), reconciles).await;
    info!("controller stopped, {} pods in cache", context.pods.state().len());
}

async fn reconcile(pod: Arc<Pod>, context: Arc<Context>) -> Result<Action, kube::Error> {
    let started = Instant::now();
    let ns = pod.namespace().unwrap_or_default();
    let name = pod.name_any();
    debug!("reconcile {}/{} (rv {:?})", ns, name, pod.resource_version());
    let result = sync(&pod, &context).await;
    context.stats.record(started, result.is_err());
    match &result {
        Ok(_) => debug!("reconciled {ns}/{name} in {}ms", started.elapsed().as_millis()),
        Err(e) => {
            error!("reconciling {}/{} failed after {:?}: {}", ns, name, started.elapsed(), short(e))
        }
    }
    result
}

fn error_policy(pod: Arc<Pod>, error: &kube::Error, context: Arc<Context>) -> Action {
    let delay = context.settings.retry_delay;
    warn!(
        "will retry {} in {:?} because of: {}", // the whole error is in the line before
        display_name(&pod),
        delay,
        short(error),
    );
    Action::requeue(delay)
}

async fn sync(pod: &Pod, context: &Context) -> Result<Action, kube::Error> {
    if !readiness::is_wanted(pod) {
        return Ok(Action::await_change());
    }
    if let Some(since) = &pod.metadata.deletion_timestamp {
        pod_info!(pod, "terminating since {}, leaving it alone", since.0);
        return Ok(Action::await_change());
    }
    let current = readiness::current(pod);
    let desired = readiness::desired(pod, context.settings.max_restarts);
    trace!("{:016X} -> {}", readiness::fingerprint(pod), desired.status);
    if current
        .is_some_and(|current| current.status == desired.status && current.reason == desired.reason)
    {
        debug!("{} is up to date: {}={}", display_name(pod), CONDITION, desired.status);
        return Ok(Action::await_change());
    }

    let others = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let conditions: Vec<_> =
        others.filter(|condition| condition.type_ != CONDITION).chain([&desired]).collect();
    let patch = serde_json::json!({
        "metadata": { "resourceVersion": pod.resource_version() },
        "status": { "conditions": conditions },
    });
    dev_trace!("patch for {}: {}", pod.name_any(), patch);
    let pods = Api::<Pod>::namespaced(context.client.clone(), &pod.namespace().unwrap_or_default());
    match pods.patch_status(&pod.name_any(), &PatchParams::default(), &Patch::Merge(&patch)).await {
        Ok(new) => info!(
            "updated status of pod {}: {} -> {} (rv {})",
            display_name(pod),
            current.map_or("none", |current| &current.status),
            desired.status,
            new.resource_version().unwrap_or_default()
        ),
        Err(kube::Error::Api(status)) if status.is_conflict() => {
            pod_warn!(pod, "conflict, resourceVersion {:?} is stale", pod.resource_version());
            return Ok(Action::await_change());
        }
        Err(kube::Error::Api(status)) if status.is_not_found() => {
            info!("pod {} was deleted before we could update it", display_name(pod));
            return Ok(Action::await_change());
        }
        Err(e) => return Err(e),
    }
    report_failure(pod, context);
    Ok(Action::await_change())
}

fn report_failure(pod: &Pod, context: &Context) {
    let Some((container, end)) = readiness::failure(pod) else { return };
    warn!(pod = %pod.name_any(), "container {} failed with exit code {}", container.name, end.exit_code);
    if let Some(message) = &end.message {
        pod_warn!(pod, "last words of {}:\n{message}", container.name);
    }
    if let Some(reason) = end.reason.as_deref().filter(|&reason| reason == "OOMKilled") {
        warn!("{reason}: check the memory limit of {}", container.name);
    }
    let failing: Vec<_> = context
        .pods
        .state()
        .iter()
        .filter(|other| other.namespace() == pod.namespace() && readiness::failure(other).is_some())
        .map(|other| other.name_any())
        .collect();
    info!(
        "{} failing pods in {}: {}",
        failing.len(),
        pod.namespace().unwrap_or_default(),
        failing.join(", ")
    );
}

/// kube shows an API error twice, the second time as Debug.
fn short(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => format!("{} ({})", status.message, status.code),
        other => other.to_string(),
    }
}

/// How long the store may take to fill.
async fn wait_for_cache(pods: &Store<Pod>, patience: Duration) {
    match tokio::time::timeout(patience, pods.wait_until_ready()).await {
        Ok(Ok(())) => info!("cache ready with {} pods", pods.state().len()),
        Ok(Err(e)) => error!(error = ?e, "cache is gone: {:?}", e),
        Err(_) => warn!("cache not ready after {patience:?}"),
    }
}
