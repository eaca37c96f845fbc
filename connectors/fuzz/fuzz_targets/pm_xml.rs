//! Arbitrary bytes, read as a PM file.

#![no_main]

use connectors::decode::trial::network::PM_XML;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    (PM_XML.run)(bytes);
});
