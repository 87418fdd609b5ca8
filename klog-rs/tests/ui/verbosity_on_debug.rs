fn main() {
    klog::debug!(v: 6, "Polled");
}
