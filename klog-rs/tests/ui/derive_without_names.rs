use klog::LogValue;

#[derive(LogValue)]
struct Range(u32, u32);

#[derive(LogValue)]
enum Phase {
    Running,
    Failed { reason: String },
}

fn main() {}
