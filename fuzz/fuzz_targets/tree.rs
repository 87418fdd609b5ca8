//! Any small tree of files: nothing outside of it is written, and a second run has nothing to fix.
#![no_main]

#[allow(dead_code, unused_imports, reason = "each target uses a part")]
#[path = "../../migrate-lint/tests/properties/mod.rs"]
mod properties;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = properties::tree::any_bytes(bytes) {
        panic!("{why}");
    }
});
