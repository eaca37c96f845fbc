//! Arbitrary bytes, read as top-ups as a table.

#![no_main]

use connectors::decode::trial::TOPUPS_CSV;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    TOPUPS_CSV.run(bytes.split(|byte| *byte == b'\n'));
});
