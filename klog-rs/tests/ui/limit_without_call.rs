fn main() {
    klog::every_n!(100);
}
