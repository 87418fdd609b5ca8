//! Whether a pod's containers are stable.

use std::hash::{DefaultHasher, Hash, Hasher};

use k8s_openapi::api::core::v1::{ContainerStateTerminated, ContainerStatus, Pod, PodCondition};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use log as l;

pub const CONDITION: &str = "example.com/containers-stable";

pub fn display_name(pod: &Pod) -> String {
    format!("{}/{}", pod.namespace().unwrap_or_default(), pod.name_any())
}

pub fn is_wanted(pod: &Pod) -> bool {
    let mut gates = pod.spec.iter().flat_map(|spec| spec.readiness_gates.iter().flatten());
    let wanted = gates.any(|gate| gate.condition_type == CONDITION);
    if !wanted {
        l::trace!(
            "{}::{} has no gate {CONDITION}",
            pod.namespace().unwrap_or_default(),
            pod.name_any()
        );
    }
    wanted
}

pub fn current(pod: &Pod) -> Option<&PodCondition> {
    let mut conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.find(|condition| condition.type_ == CONDITION)
}

pub fn desired(pod: &Pod, max_restarts: i32) -> PodCondition {
    let (status, reason, message) = match failure(pod) {
        Some((container, end)) => {
            l::debug!(
                "container {} of {} is down (reason: {:?}, signal: {:?}, exit code: {:#04x})",
                container.name,
                display_name(pod),
                end.reason,
                end.signal,
                end.exit_code,
            );
            let text = format!("container {} exited with code {}", container.name, end.exit_code);
            ("False", "ContainerFailed", Some(text))
        }
        None if !is_running(pod) => ("False", "ContainerNotStarted", None),
        None => ("True", "ContainersRunning", None),
    };
    for container in statuses(pod) {
        l::trace!(
            "{:<12} ready={:5} restarts={:>3}",
            container.name,
            container.ready,
            container.restart_count
        );
        if container.restart_count > max_restarts {
            l::warn!(
                "{} has restarted {} times (limit {max_restarts})",
                container.name,
                container.restart_count
            );
        }
    }
    PodCondition {
        type_: CONDITION.to_owned(),
        status: status.to_owned(),
        reason: Some(reason.to_owned()),
        message,
        last_transition_time: Some(Time(Timestamp::now())),
        ..PodCondition::default()
    }
}

/// A hash of what the decision depends on, to see in the log whether anything has changed.
pub fn fingerprint(pod: &Pod) -> u64 {
    let mut hasher = DefaultHasher::new();
    for container in statuses(pod) {
        (&container.name, container.ready, container.restart_count).hash(&mut hasher);
    }
    let hash = hasher.finish();
    l::trace!(
        "fingerprint of {}/{}: {:#018x}",
        pod.namespace().unwrap_or_default(),
        pod.name_any(),
        hash
    );
    hash
}

pub fn failure(pod: &Pod) -> Option<(&ContainerStatus, &ContainerStateTerminated)> {
    statuses(pod).find_map(|container| {
        let end = container.state.as_ref()?.terminated.as_ref()?;
        (end.exit_code != 0).then_some((container, end))
    })
}

fn is_running(pod: &Pod) -> bool {
    statuses(pod)
        .any(|container| container.state.as_ref().is_some_and(|state| state.running.is_some()))
}

fn statuses(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    pod.status.iter().flat_map(|status| status.container_statuses.iter().flatten())
}
