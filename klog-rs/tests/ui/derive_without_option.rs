use klog::LogValue;

#[derive(LogValue)]
struct Pod {
    #[log]
    name: String,
}

fn main() {}
