fn main() {
    klog::info!("Started", listen_address = "a");
}
