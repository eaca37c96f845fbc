//! Arbitrary text, read as a mapping.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _sound = connectors::decode::trial::mapping(text);
});
