fn main() {
    klog::every!(60, info!("Queue is long", depth = 3));
}
