fn main() {
    klog::info!("Started", msg = 1);
}
