//! Arbitrary bytes, read as VES events.

#![no_main]

use connectors::decode::trial::network::VES_JSON;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    (VES_JSON.run)(bytes);
});
