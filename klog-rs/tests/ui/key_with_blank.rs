fn main() {
    klog::info!("Started", "listen address" = 1);
}
