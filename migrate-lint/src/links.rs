//! Where the rules' pages are on the web. The base is set here, and nowhere else.

/// The site that `cargo klog explain --format html --output DIR` writes, as it is published.
pub const SITE: &str = "https://klog-rs.github.io/klog-rs/";

/// The page of a rule.
pub fn rule(name: &str) -> String {
    format!("{SITE}{name}.html")
}
