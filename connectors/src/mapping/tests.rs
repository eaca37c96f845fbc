//! Mappings: what they read, and what is refused with file, line and key.

mod constants;
mod numbers;

use std::sync::Arc;

use datasets::ids::Pseudonyms;
use datasets::usage::{Service, UsageEvent};

use super::Mapping;
use crate::decode::Decoder;
use crate::decode::{Counting, Format, Identity, Record};
use crate::source::{Batch, Role};

fn decoder(mapping: &str, counting: Counting) -> Decoder {
    let mapping = Mapping::parse(mapping, "m.toml").unwrap_or_else(|error| panic!("{error}"));
    let identity = Identity { number: 0, source_id: "s".into(), topic: "t".into() };
    let format = (Role::Usage, &Format::Mapped(Arc::new(mapping)));
    Decoder::new(identity, format, counting, Pseudonyms::new(b"s")).unwrap()
}

fn read(mapping: &str, lines: &str) -> Batch {
    let mut decoder = decoder(mapping, Counting::Lines);
    let mut lines = (0..).zip(lines.lines());
    let header = decoder.has_header().then(|| lines.next().unwrap().1);
    decoder.begin(header).unwrap();
    for (offset, line) in lines {
        decoder.push(Record { partition: 0, offset, key: None, payload: Some(line.as_bytes()) });
    }
    decoder.finish(Vec::new())
}

const JSON: &str = r#"
format = "json"
only = [{ path = "status", is = ["ok", "late"] }]

[fields]
usage_id = { template = "{node.name}-{seq}" }
revision = { path = "rev", default = "0" }
service = { path = "kind", values = { "1" = "voice", "2" = "data" } }
msisdn = { path = "a.number", prefixes = { "00" = "", "0" = "49" } }
started_at = { template = "{day} {clock}", time = "%d.%m.%Y %H:%M", zone = "Europe/Berlin" }
quantity = { path = "amount", unit = "kB", rounding = "half_up" }
"#;

#[test]
fn json_is_read_by_paths_templates_and_value_maps() {
    let record = r#"{"status":"ok","node":{"name":"n1","x":[{}]},"seq":7,"kind":2,"a":{"number":"0170 1"},
        "day":"24.11.2026","clock":"10:30","amount":1.0005}"#;
    let good = record.replace("0170 1", "01701").replace('\n', " ");
    let batch = read(
        JSON,
        &[good.as_str(), &good.replace("ok", "failed"), &good.replace("2,", "3,")].join("\n"),
    );
    let [event] = batch.usage.as_slice() else { panic!("{:?}", batch.dead) };
    assert_eq!((event.service, event.quantity), (Service::Data, 1_001));
    assert_eq!(event.started_at.to_string(), "2026-11-24T09:30:00Z");
    assert_eq!(event.subscriber, Pseudonyms::new(b"s").of("491701".parse_digits()));
    let reasons: Vec<_> = batch.dead.iter().map(|dead| dead.reason).collect();
    assert_eq!(reasons, ["filtered", "bad_value"]);
}

trait ParseDigits {
    fn parse_digits(&self) -> datasets::number::Digits;
}

impl ParseDigits for str {
    fn parse_digits(&self) -> datasets::number::Digits {
        datasets::number::Digits::parse(self).unwrap()
    }
}

const CALLS_AND_TEXTS: &str = r#"
format = "csv"

[csv]
delimiter = ";"

[fields]
usage_id = { template = "{line:04}" }
msisdn = { constant = "49170000001" }
called_number = { column = "other" }
started_at = { column = "at", time = "epoch_s" }

[[records]]
only = [{ column = "kind", is = ["call"] }]
fields.service = { constant = "voice" }
fields.quantity = { column = "seconds", unit = "s" }

[[records]]
only = [{ column = "kind", is = ["text"] }]
fields.service = { constant = "sms" }
fields.quantity = { constant = "1", unit = "event" }
"#;

const TABLE: &str = "kind;other;at;seconds
call;493012345;1795512600;61.5
text;493012345;1795512601;
fax;493012345;1795512602;1
call;493012345;1795512603;0.0005
call;493012345;1795512604
";

#[test]
fn records_apply_by_their_conditions() {
    let batch = read(CALLS_AND_TEXTS, TABLE);
    let found: Vec<_> = batch.usage.iter().map(summary).collect();
    assert_eq!(found, [(2, Service::Voice, 61_500), (5, Service::Sms, 1)]);
    let dead: Vec<_> =
        batch.dead.iter().map(|dead| (dead.provenance.offset(), dead.reason)).collect();
    assert_eq!(dead, [(6, "filtered"), (8, "bad_value"), (10, "bad_csv")]);
}

fn summary(event: &UsageEvent) -> (u64, Service, u64) {
    (event.provenance.offset(), event.service, event.quantity)
}

#[test]
fn a_topics_record_is_one_usage_record() {
    let columns = "[csv]\ncolumns = [\"kind\", \"other\", \"at\", \"seconds\"]";
    let mapping = CALLS_AND_TEXTS.replace("[csv]", columns);
    let mut decoder = decoder(&mapping, Counting::Records);
    decoder.begin(None).unwrap();
    let payload = Some(b"text;493012345;1795512601;".as_slice());
    decoder.push(Record { partition: 4, offset: 77, key: None, payload });
    let batch = decoder.finish(Vec::new());
    assert_eq!(batch.usage[0].provenance.offset(), 77);

    let unconditional = mapping.replace("only = [{ column = \"kind\", is = [\"call\"] }]", "");
    let mapping = Mapping::parse(&unconditional, "m.toml").unwrap();
    assert!(!mapping.is_for_topics());
}

#[test]
fn what_is_wrong_is_named_with_file_line_and_key() {
    let cases = [
        ("format = \"csv\"", "format = \"xml\"", "m.toml:2: unknown variant `xml`"),
        ("delimiter = \";\"", "delimiter = \"€\"", "m.toml:5: \"csv.delimiter\" is not one ASCII"),
        ("delimiter = \";\"", "delimeter = \";\"", "m.toml:5: unknown field `delimeter`"),
        (
            "time = \"epoch_s\"",
            "time = \"epoch\"",
            "m.toml:11: \"fields.started_at\" has time \"epoch\"",
        ),
        ("time = \"epoch_s\"", "time = \"%F %T\"", "m.toml:11: \"fields.started_at\" needs a zone"),
        (
            "constant = \"voice\"",
            "constant = \"fax\"",
            "m.toml:15: \"records[0].fields.service\" is \"fax\"",
        ),
        (
            "unit = \"s\"",
            "unit = \"sec\"",
            "m.toml:16: \"records[0].fields.quantity\" has unit \"sec\"",
        ),
        ("unit = \"s\"", "unit = \"kB\"", "the record's service does not have"),
        (
            "column = \"other\"",
            "path = \"other\"",
            "m.toml:10: \"fields.called_number\" has a path",
        ),
        ("{line:04}", "{line", "m.toml:8: \"fields.usage_id\" has a brace"),
        (
            "msisdn = {",
            "msisdn = { column = \"x\",",
            "m.toml:9: \"fields.msisdn\" needs exactly one",
        ),
        ("is = [\"call\"]", "is = 1", "m.toml:14"),
        ("msisdn = { constant = \"49170000001\" }", "", "lacks \"msisdn\""),
        (
            "[csv]",
            "[csv]\ncolumns = [\"kind\"]",
            "names column \"other\", which \"csv.columns\" lacks",
        ),
    ];
    for (good, bad, expected) in cases {
        let error = Mapping::parse(&CALLS_AND_TEXTS.replacen(good, bad, 1), "m.toml").unwrap_err();
        let message = error.to_string();
        assert!(message.contains(expected), "{message}");
    }
    let mut decoder = decoder(CALLS_AND_TEXTS, Counting::Lines);
    let message = decoder.begin(Some("kind;at;seconds")).unwrap_err().to_string();
    assert_eq!(message, "m.toml: \"other\" is no column of the table that is read");
}
