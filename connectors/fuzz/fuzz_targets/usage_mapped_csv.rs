//! Arbitrary bytes, read as mapped usage as a table.

#![no_main]

use connectors::decode::trial::USAGE_MAPPED_CSV;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    USAGE_MAPPED_CSV.run(bytes.split(|byte| *byte == b'\n'));
});
