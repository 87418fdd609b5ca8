fn main() {
    let port = 1;
    klog::info!("Started", port = u16::max(port +, 2));
}
