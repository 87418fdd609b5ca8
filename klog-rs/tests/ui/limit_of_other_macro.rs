fn main() {
    klog::first_n!(1, tracing::info!("Started"));
}
