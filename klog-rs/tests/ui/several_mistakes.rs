fn main() {
    klog::info!("Started {}.", listen_address = 1, msg = 2);
}
