fn main() {
    let _logger = klog::Logger::background().with_values(klog::kvs! { pod_name = "a" });
}
