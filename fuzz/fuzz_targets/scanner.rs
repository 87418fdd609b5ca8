//! Any bytes as a source file: no panic, and all places lie in the file.
#![no_main]

#[allow(dead_code, unused_imports, reason = "each target uses a part")]
#[path = "../../migrate-lint/tests/properties/mod.rs"]
mod properties;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = properties::scanner::places_are_right(bytes) {
        panic!("{why}");
    }
});
