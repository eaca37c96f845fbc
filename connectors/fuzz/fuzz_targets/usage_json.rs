//! Arbitrary bytes, read as usage as JSON.

#![no_main]

use connectors::decode::trial::USAGE_JSON;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    USAGE_JSON.run(bytes.split(|byte| *byte == b'\n'));
});
