//! Arbitrary bytes, read as usage as a table.

#![no_main]

use connectors::decode::trial::USAGE_CSV;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    USAGE_CSV.run(bytes.split(|byte| *byte == b'\n'));
});
