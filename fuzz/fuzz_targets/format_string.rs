//! A format string of any text: its pieces make the text again, and none of its places lies elsewhere.
#![no_main]

#[allow(dead_code, unused_imports, reason = "each target uses a part")]
#[path = "../../migrate-lint/tests/properties/mod.rs"]
mod properties;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let law = properties::format_string::pieces_make_the_text(&text);
    if let Err(why) = law.and_then(|()| properties::format_string::any_literal_is_read(&text)) {
        panic!("{why}");
    }
});
