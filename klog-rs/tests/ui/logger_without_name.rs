fn main() {
    let logger = klog::Logger::background();
    klog::info!(logger, "Started");
}
