use klog::LogValue;

struct Spec;

#[derive(LogValue)]
struct Pod {
    spec: Spec,
}

fn main() {}
