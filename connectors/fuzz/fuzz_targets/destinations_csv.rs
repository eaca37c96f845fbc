//! Arbitrary bytes, read as destinations as a table.

#![no_main]

use connectors::decode::trial::DESTINATIONS_CSV;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    DESTINATIONS_CSV.run(bytes.split(|byte| *byte == b'\n'));
});
