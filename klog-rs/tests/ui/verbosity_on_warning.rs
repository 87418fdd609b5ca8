fn main() {
    klog::warn!(v: 4, "Expires soon");
}
