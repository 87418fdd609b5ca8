fn main() {
    klog::info!("Started", v: 4);
}
