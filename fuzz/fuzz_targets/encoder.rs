//! A call of any words, keys and values: its text and its JSON read back.
#![no_main]

#[path = "../../klog-rs/tests/support/mod.rs"]
mod support;

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    // Takes the panic hook over, so that a value that panics is none of a finding.
    init: drop(klog::Output::new(klog::Format::Text, support::Memory::default()).logger()),
    |bytes: &[u8]| {
        if let Err(why) = support::laws::entry::reads_back(bytes) {
            panic!("{why}");
        }
    }
);
