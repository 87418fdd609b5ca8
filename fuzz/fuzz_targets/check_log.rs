//! Any bytes as a log, in any parts: the same findings, at the right lines.
#![no_main]

#[allow(dead_code, unused_imports, reason = "each target uses a part")]
#[path = "../../migrate-lint/tests/properties/mod.rs"]
mod properties;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = properties::check_log::any_bytes(bytes) {
        panic!("{why}");
    }
});
