//! Any bytes as a file of alert rules, a dashboard, a list of queries or settings: each place is one of the file.
#![no_main]

#[allow(dead_code, unused_imports, reason = "each target uses a part")]
#[path = "../../migrate-lint/tests/properties/mod.rs"]
mod properties;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = properties::queries::any_bytes(bytes) {
        panic!("{why}");
    }
});
