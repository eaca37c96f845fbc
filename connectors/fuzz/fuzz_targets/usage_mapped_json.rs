//! Arbitrary bytes, read as mapped usage as JSON.

#![no_main]

use connectors::decode::trial::USAGE_MAPPED_JSON;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    USAGE_MAPPED_JSON.run(bytes.split(|byte| *byte == b'\n'));
});
