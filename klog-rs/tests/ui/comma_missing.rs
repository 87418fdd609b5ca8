fn main() {
    let port = 1;
    klog::info!("Started", port = port replicas = 2);
}
