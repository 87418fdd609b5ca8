fn main() {
    klog::first_n!(1, fatal!("Could not start"));
}
