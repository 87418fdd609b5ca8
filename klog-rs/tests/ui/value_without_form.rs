fn main() {
    struct Opaque;
    klog::info!("Started", state = Opaque);
}
