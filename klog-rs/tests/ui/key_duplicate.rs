fn main() {
    klog::info!("Started", port = 1, port = 2);
}
