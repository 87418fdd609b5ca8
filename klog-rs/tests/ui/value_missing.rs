fn main() {
    klog::info!("Started", port =);
}
