use klog::LogValue;

#[derive(LogValue)]
struct Pod {
    #[log(rename)]
    name: String,
}

fn main() {}
