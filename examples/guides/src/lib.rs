//! The code of the pages in `docs/`, which `cargo test --doc -p guides` compiles and runs.

#[doc = include_str!("../../../docs/messages-and-keys.md")]
pub mod messages_and_keys {}
