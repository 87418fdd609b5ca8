fn main() {
    klog::every_n!(0, info!("Record skipped"));
}
