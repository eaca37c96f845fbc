//! Arbitrary bytes, read as tariffs as a table.

#![no_main]

use connectors::decode::trial::TARIFFS_CSV;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    TARIFFS_CSV.run(bytes.split(|byte| *byte == b'\n'));
});
