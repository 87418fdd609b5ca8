fn main() {
    klog::info!(logger: 5, "Started");
}
