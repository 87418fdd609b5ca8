fn main() {
    klog::info!("Pod %s updated");
}
