fn main() {
    klog::first_n!(3, "Connection refused", attempt = 1);
}
