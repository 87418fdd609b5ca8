//! Kubernetes' structured and contextual logging for Rust.
