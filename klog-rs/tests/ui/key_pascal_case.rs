fn main() {
    klog::info!("Started", Port = 1);
}
