fn main() {
    klog::info!(v: 2147483648, "Started");
}
