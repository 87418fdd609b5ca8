//! Objects of kube as values, with the feature `kube`.
#![cfg(feature = "kube")]

mod support;

use std::sync::Arc;

use k8s_openapi::api::core::v1::{Node, Pod};
use klog::{Format, Output, kobj, kobjs};
use support::Memory;

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
