//! Malformed payloads of every kind: for each the code and the sentence that its dead letter has.
//!
//! `WEIR_BLESS=1` writes down what is said today.

use datasets::reference::RefTopic;

use super::decoder;
use crate::decode::{Counting, Format, Record};
use crate::source::Role;

const TABLE: &str = include_str!("malformed.txt");
const HEADER: &str = "usage_id,service,msisdn,started_at,duration_s";

/// What is said of a payload, as the table has it.
fn said(role: Role, format: &Format, payload: &str) -> String {
    let mut decoder = decoder(role, format, Counting::Records);
    if decoder.has_header() {
        decoder.begin(Some(HEADER)).unwrap();
    }
    let payload = payload.replace('⏎', "\n");
    let payload = Some(payload.as_bytes());
    decoder.push(Record { partition: 0, offset: 0, key: None, payload });
    match decoder.finish(Vec::new()).dead.as_slice() {
        [] => "nothing".to_owned(),
        [dead] => format!("{}: {}", dead.reason, dead.detail),
        more => panic!("{} dead letters of one record", more.len()),
    }
}

/// The roles and the format that a section of the table is about.
fn of_section(name: &str) -> (Vec<Role>, Format) {
    let documents = || RefTopic::ALL.map(Role::Reference).to_vec();
    let roles = match name {
        "any JSON" => [vec![Role::Usage, Role::TopUps], documents()].concat(),
        "any document" => documents(),
        "usage" | "lines" => vec![Role::Usage],
        "top-ups" => vec![Role::TopUps],
        topic => vec![Role::Reference(RefTopic::named(&format!("ref.{topic}")).unwrap())],
    };
    let format = if name == "lines" { Format::Columns(b',') } else { Format::Json };
    (roles, format)
}

#[test]
fn what_is_malformed_is_told_as_the_table_says() {
    let mut section: Option<(Vec<Role>, Format)> = None;
    let mut table = String::new();
    for line in TABLE.lines() {
        let payload = line.split_once("  =>  ").map(|(payload, _)| payload);
        match (payload, &section) {
            (Some(payload), Some((roles, format))) => {
                let said: Vec<_> = roles.iter().map(|role| said(*role, format, payload)).collect();
                assert!(said.iter().all(|other| *other == said[0]), "{payload}: {said:?}");
                table.push_str(&format!("{payload}  =>  {}\n", said[0]));
            }
            _ => {
                let name = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
                section = name.map(of_section).or(section);
                table.push_str(&format!("{line}\n"));
            }
        }
    }
    if std::env::var_os("WEIR_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/decode/tests/malformed.txt");
        std::fs::write(path, &table).unwrap();
    } else {
        let lines = TABLE.lines().zip(table.lines());
        let changed: Vec<_> = lines.filter(|(expected, found)| expected != found).collect();
        assert!(changed.is_empty(), "expected and found: {changed:#?}");
    }
}
