fn main() {
    let pod = "a";
    klog::info!("Pod {} updated", pod = pod);
}
