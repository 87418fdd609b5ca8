fn main() {
    klog::info!(v: "4", "Started");
}
