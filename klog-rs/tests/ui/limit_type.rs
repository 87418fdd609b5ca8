fn main() {
    klog::every!("1m", info!("Queue is long"));
}
