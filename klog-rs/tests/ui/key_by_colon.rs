fn main() {
    klog::info!("Started", port: 1);
}
