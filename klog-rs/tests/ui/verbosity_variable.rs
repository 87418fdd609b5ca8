fn main() {
    let level = 4;
    klog::info!(v: level, "Started");
    klog::info!(v: self.level, "Started");
}
