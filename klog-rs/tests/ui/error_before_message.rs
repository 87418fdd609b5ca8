fn main() {
    let err = std::io::Error::other("a");
    klog::error!(err, "Could not start");
    let logger = klog::Logger::current();
    klog::error!(logger, "Could not start");
    klog::info!(&self.log, "Started");
}
