fn main() {
    let _ = klog::kvs! { a_b = 1, c_d = 2 };
    let () = klog::info!("Started {}", a_b = 1);
}
