//! Arbitrary bytes, read as tariffs as JSON.

#![no_main]

use connectors::decode::trial::TARIFFS_JSON;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    TARIFFS_JSON.run(bytes.split(|byte| *byte == b'\n'));
});
