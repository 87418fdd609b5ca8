fn main() {
    klog::every_n!(100, info!("Record skipped", suppressed = 3));
}
