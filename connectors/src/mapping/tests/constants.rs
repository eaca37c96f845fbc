//! What a mapping gives whatever the record is must be what the field can be.

use super::CALLS_AND_TEXTS;
use crate::mapping::Mapping;

#[test]
fn what_would_refuse_every_record_is_refused_at_start() {
    let cases = [
        (
            "\"49170000001\"",
            "\"x1\"",
            "m.toml:9: \"fields.msisdn\" gives \"x1\" whatever the record",
        ),
        (
            "fields.quantity = { constant = \"1\"",
            "fields.quantity = { constant = \"one\"",
            "m.toml:21: \"records[1].fields.quantity\" gives \"one\" whatever",
        ),
        (
            "{ column = \"at\", time = \"epoch_s\" }",
            "{ column = \"at\", time = \"epoch_s\", default = \"never\" }",
            "m.toml:11: \"fields.started_at\" gives \"never\" whatever",
        ),
        (
            "called_number = { column = \"other\" }",
            "called_number = { column = \"other\" }\non_net = { column = \"kind\", values = { \"x\" = \"maybe\" } }",
            "m.toml:11: \"fields.on_net\" gives \"maybe\" whatever",
        ),
        (
            "called_number = { column = \"other\" }",
            "direction = { constant = \"sideways\" }",
            "m.toml:10: \"fields.direction\" gives \"sideways\" whatever",
        ),
        (
            "called_number = { column = \"other\" }",
            "revision = { constant = \"-1\" }",
            "m.toml:10: \"fields.revision\" gives \"-1\" whatever",
        ),
    ];
    for (good, bad, expected) in cases {
        let error = Mapping::parse(&CALLS_AND_TEXTS.replacen(good, bad, 1), "m.toml").unwrap_err();
        let message = error.to_string();
        assert!(message.contains(expected), "{message}");
    }
}

/// Without `[[records]]`, too, what is missing is told where the fields stand.
#[test]
fn what_is_missing_is_told_where_the_fields_are() {
    let error = Mapping::parse("format = \"json\"\n\n[fields]\n", "m.toml").unwrap_err();
    assert!(error.to_string().starts_with("m.toml:3: \"fields\" lacks"), "{error}");
}
