fn main() {
    klog::error!("Could not start", err = "no");
}
