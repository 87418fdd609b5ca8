fn main() {
    klog::info!(level: 4, "Started");
}
