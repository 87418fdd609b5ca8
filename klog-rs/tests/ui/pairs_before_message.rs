fn main() {
    klog::info!(port = 1, "Started");
    let address = "a";
    klog::info!(%address, ?address, "Started");
    klog::info!(port = 1);
}
