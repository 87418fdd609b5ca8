//! What the controller decides: whether a pod's containers are stable. No I/O and no logging.

use k8s_openapi::api::core::v1::{ContainerStateTerminated, ContainerStatus, Pod, PodCondition};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;

/// The condition that this controller keeps. A pod asks for it with a readiness gate.
pub(crate) const CONDITION: &str = "example.com/containers-stable";

/// Whether the pod has a readiness gate for [`CONDITION`]. All other pods are left alone.
pub(crate) fn is_wanted(pod: &Pod) -> bool {
    let mut gates = pod.spec.iter().flat_map(|spec| spec.readiness_gates.iter().flatten());
    gates.any(|gate| gate.condition_type == CONDITION)
}

/// The condition in the pod's status, as somebody last wrote it.
pub(crate) fn current(pod: &Pod) -> Option<&PodCondition> {
    let mut conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.find(|condition| condition.type_ == CONDITION)
}

/// The condition that the pod should have: `True` if all its containers run or have ended well.
pub(crate) fn desired(pod: &Pod) -> PodCondition {
    let (status, reason, message) = if let Some((container, end)) = failure(pod) {
        let message = format!("container {} exited with code {}", container.name, end.exit_code);
        ("False", "ContainerFailed", Some(message))
    } else if let Some(name) = not_started(pod) {
        ("False", "ContainerNotStarted", Some(format!("container {name} has not started yet")))
    } else {
        ("True", "ContainersRunning", None)
    };
    PodCondition {
        type_: CONDITION.to_owned(),
        status: status.to_owned(),
        reason: Some(reason.to_owned()),
        message,
        last_transition_time: Some(Time(Timestamp::now())),
        ..PodCondition::default()
    }
}

/// Whether two conditions say the same. Times do not count: they would make every reconcile a write.
pub(crate) fn same(a: &PodCondition, b: &PodCondition) -> bool {
    (&a.status, &a.reason, &a.message) == (&b.status, &b.reason, &b.message)
}

/// The first container that has failed and does not run again yet, and how it ended.
pub(crate) fn failure(pod: &Pod) -> Option<(&ContainerStatus, &ContainerStateTerminated)> {
    statuses(pod).find_map(|container| {
        let state = container.state.as_ref()?;
        // In a crash loop the container waits, and how it ended is its last state.
        let last_state = container.last_state.as_ref().filter(|_| state.waiting.is_some());
        let end = state.terminated.as_ref().or_else(|| last_state?.terminated.as_ref())?;
        (end.exit_code != 0).then_some((container, end))
    })
}

/// The first container that neither runs nor has ended.
fn not_started(pod: &Pod) -> Option<&str> {
    let mut containers = pod.spec.iter().flat_map(|spec| &spec.containers);
    let has_started = |name: &str| {
        let state = statuses(pod)
            .find(|status| status.name == name)
            .and_then(|status| status.state.as_ref());
        state.is_some_and(|state| state.running.is_some() || state.terminated.is_some())
    };
    containers
        .find(|container| !has_started(&container.name))
        .map(|container| container.name.as_str())
}

fn statuses(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    pod.status.iter().flat_map(|status| status.container_statuses.iter().flatten())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn condition_follows_the_containers() {
        check(&json!([]), "False ContainerNotStarted");
        check(&json!([{ "waiting": {} }]), "False ContainerNotStarted");
        check(&json!([{ "running": {} }]), "True ContainersRunning");
        check(&json!([{ "terminated": { "exitCode": 0 } }]), "True ContainersRunning");
        check(&json!([{ "terminated": { "exitCode": 1 } }]), "False ContainerFailed");
    }

    #[test]
    fn crash_loop_counts_as_failure() {
        let ended = json!({ "terminated": { "exitCode": 1 } });
        check(&json!([{ "waiting": {} }, ended]), "False ContainerFailed");
        check(&json!([{ "running": {} }, ended]), "True ContainersRunning");
    }

    /// `states` are the state and the last state of the only container.
    fn check(states: &Value, expected: &str) {
        let status = json!({
            "name": "app", "image": "", "imageID": "", "ready": false, "restartCount": 0,
            "state": states[0], "lastState": states[1],
        });
        let pod: Pod = serde_json::from_value(json!({
            "spec": { "containers": [{ "name": "app" }] },
            "status": { "containerStatuses": [status] },
        }))
        .unwrap();
        let condition = desired(&pod);
        assert_eq!(
            format!("{} {}", condition.status, condition.reason.unwrap()),
            expected,
            "{states}"
        );
    }
}
