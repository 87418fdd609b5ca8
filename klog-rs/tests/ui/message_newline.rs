fn main() {
    klog::info!("Started\n");
}
