//! What offerings are refused for.

use super::super::dated::read;
use super::*;

const OFFERING: &str = r#"{"offering_id":"water","currency":"EUR","prices":[
    {"kind":"recurring","amount":"30","every":{"period":"month","time_zone":"UTC"}},
    {"kind":"tiered","price_id":"litres","service":"data","applies":"graduated",
     "tiers":[{"up_to":1000,"price":"1.5"},{"price":2}],"maximum":"5000"}]}"#;

#[test]
fn an_offering_reads_with_its_defaults() {
    let (_, offering) = read::<Offering>(OFFERING).unwrap();
    let Price::Tiered(tiered) = &offering.prices[1] else { panic!("{offering:?}") };
    assert_eq!((tiered.decimals, tiered.rounding, tiered.free), (9, Rounding::HalfUp, 0));
    assert_eq!((tiered.tiers[1].up_to, tiered.tiers[1].block), (None, 1));
}

#[test]
fn what_is_wrong_is_said() {
    let check = |old: &str, new: &str, expected: &str| {
        let text = OFFERING.replace(old, new);
        assert_ne!(text, OFFERING);
        let fault = read::<Offering>(&text).unwrap_err().to_string();
        assert!(fault.contains(expected), "{fault}");
    };
    check("\"up_to\":1000,", "", "price \"litres\": field \"up_to\" is not there");
    check("{\"price\":2}", "{\"up_to\":1000,\"price\":2}", "above the tier before");
    check("\"price\":2", "\"price\":-2", "\"price\" is not 0 or more");
    check("\"price\":2", "\"price\":2,\"block\":0", "\"per\" is not 1 or more");
    check("\"maximum\"", "\"minimum\":6000,\"maximum\"", "\"minimum\" is not at most");
    check("\"graduated\"", "\"stairs\"", "cannot be read");
    check("\"UTC\"", "\"Moon\"", "offering \"water\": field \"every\"");
    check("\"water\"", "\"\"", "\"offering_id\" is not an id");
    check("\"maximum\"", "\"decimals\":10,\"maximum\"", "\"decimals\" is not 0 to 9");
}
