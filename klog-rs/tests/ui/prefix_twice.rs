fn main() {
    klog::info!(v: 4, v: 5, "Started");
}
