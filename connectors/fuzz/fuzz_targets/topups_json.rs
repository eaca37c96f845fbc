//! Arbitrary bytes, read as top-ups as JSON.

#![no_main]

use connectors::decode::trial::TOPUPS_JSON;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    TOPUPS_JSON.run(bytes.split(|byte| *byte == b'\n'));
});
