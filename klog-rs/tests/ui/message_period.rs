fn main() {
    klog::info!("Started.");
}
