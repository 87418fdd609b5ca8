fn main() {
    klog::info!("Started", 1 + 1);
}
