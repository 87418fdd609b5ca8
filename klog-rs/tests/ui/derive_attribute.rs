use klog::LogValue;

#[derive(LogValue)]
struct Pod {
    #[log(hide)]
    name: String,
    #[log(redact, display)]
    token: String,
}

#[derive(LogValue)]
#[log(rename = "pod")]
struct Other {}

fn main() {}
