fn main() {
    let pod = "a";
    klog::info!("Pod {pod} updated");
}
