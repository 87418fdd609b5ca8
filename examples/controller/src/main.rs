//! A Kubernetes controller that logs with klog.
fn main() {}
