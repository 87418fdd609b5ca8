fn main() {
    let message = String::from("Started");
    klog::info!(message);
}
