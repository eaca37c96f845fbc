//! Arbitrary bytes, read as subscriptions as JSON.

#![no_main]

use connectors::decode::trial::SUBSCRIPTIONS_JSON;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    SUBSCRIPTIONS_JSON.run(bytes.split(|byte| *byte == b'\n'));
});
