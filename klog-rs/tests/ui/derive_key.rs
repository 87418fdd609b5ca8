use klog::LogValue;

#[derive(LogValue)]
struct Pod {
    #[log(rename = "pod_ip")]
    address: String,
    ready_count: u32,
    #[log(rename = "readyCount")]
    count: u32,
}

fn main() {}
