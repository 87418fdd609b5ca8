fn main() {
    klog::info!(v: -1, "Started");
}
