fn main() {
    klog::every_n!(100, info!("Record {} skipped", recordOffset = 3, Offset = 3));
}
