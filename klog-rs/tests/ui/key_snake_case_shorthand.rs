fn main() {
    let listen_address = "a";
    klog::info!("Started", %listen_address);
}
