//! Money and instants read back what they print.

use super::*;

#[test]
fn money_reads_back_what_it_prints() {
    for text in ["0", "1", "-1", "12.5", "0.000000001", "-0.07", "999999999999999999"] {
        let money: Money = text.parse().unwrap();
        assert_eq!(money.to_string(), text);
    }
    for text in ["", ".", "1.", ".5", "1e3", "+1", "0.0000000001", "1,5", "--1"] {
        assert!(text.parse::<Money>().is_err(), "{text}");
    }
}

#[test]
fn instants_carry_their_offset() {
    let noon = EventTime::parse_rfc3339("2026-11-24T13:00:00+01:00").unwrap();
    assert_eq!(noon.to_string(), "2026-11-24T12:00:00Z");
}
