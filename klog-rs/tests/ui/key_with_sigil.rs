fn main() {
    let listen_address = "a";
    klog::info!("Started", %listen_address, ?server.listen_port);
    klog::info!("Started", "http method" = 1, "http..method" = 2, "http_method" = 3);
    klog::info!("Started", größe = 1);
}
