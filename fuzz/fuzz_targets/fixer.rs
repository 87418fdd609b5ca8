//! Any source: what is fixed parses, has nothing left to fix, and is the same but for its log calls.
#![no_main]

#[allow(dead_code, unused_imports, reason = "each target uses a part")]
#[path = "../../migrate-lint/tests/properties/mod.rs"]
mod properties;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = properties::fixer::any_bytes(bytes) {
        panic!("{why}");
    }
});
