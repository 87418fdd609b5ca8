fn main() {
    let error = std::io::Error::other("no");
    klog::error!(err: error, v: 4, "Could not start");
}
