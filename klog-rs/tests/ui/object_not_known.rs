fn main() {
    struct Opaque;
    klog::info!("Synced", pod = klog::kobj!(Opaque));
}
