//! Objects of kube and of k8s-openapi as values, with the features `kube`, `kube-runtime` and `k8s-openapi`.
#![cfg(any(feature = "kube", feature = "k8s-openapi"))]

use std::sync::Arc;

use crate::support::Memory;
use k8s_openapi::api::core::v1::{Node, Pod};
use klog::{Format, Output, kobj, kobjs};

#[test]
fn objects_are_logged_by_namespace_and_name() {
    let mut pod = Pod::default();
    pod.metadata.name = Some("web-0".into());
    pod.metadata.namespace = Some("default".into());
    let mut node = Node::default();
    node.metadata.name = Some("worker-1".into());

    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone()).with_header(false);
    let shared = Arc::new(pod.clone());
    let pods = [Some(pod.clone()), None];
    klog::info!(logger: output.logger(), "Bound", pod = kobj(&pod), shared = kobj(&shared), node = kobj(&node), pods = kobjs(&pods), new = kobj(&Pod::default()));
    assert_eq!(
        lines.take(),
        "\"Bound\" pod=\"default/web-0\" shared=\"default/web-0\" node=\"worker-1\" pods=[\"default/web-0\",null] new=\"\"\n",
    );
}

#[cfg(feature = "kube-runtime")]
#[test]
fn references_of_the_runtime_are_logged_as_their_objects() {
    use kube_runtime::reflector::ObjectRef;

    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone()).with_header(false);
    let pod = ObjectRef::<Pod>::new("web-0").within("default");
    let nodes = [ObjectRef::<Node>::new("worker-1")];
    klog::info!(logger: output.logger(), "Queued", pod = kobj(&pod), nodes = kobjs(&nodes));
    assert_eq!(lines.take(), "\"Queued\" pod=\"default/web-0\" nodes=[\"worker-1\"]\n");
}
