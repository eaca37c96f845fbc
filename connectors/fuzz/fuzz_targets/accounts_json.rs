//! Arbitrary bytes, read as accounts as JSON.

#![no_main]

use connectors::decode::trial::ACCOUNTS_JSON;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    ACCOUNTS_JSON.run(bytes.split(|byte| *byte == b'\n'));
});
