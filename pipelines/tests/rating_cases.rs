//! Rating cases with known amounts, through `weir rate`: R01 to R28 of public test suites, and our own.
//!
//! The tariffs, the usage and the expectations are tables in `rating_cases/`; a case is named by its `usage_id`.
//! R03 and R04 count bytes where their source counts units. There are no R05, R16, R18 and R19.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

type Row = BTreeMap<String, String>;

fn weir(arguments: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rating_cases");
    let mut command = Command::new(env!("CARGO_BIN_EXE_weir"));
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn rows(table: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(table).deserialize().map(Result::unwrap).collect()
}

#[test]
fn every_case_has_its_amount() {
    let output = weir(&["rate", "--usage", "usage.csv", "--tariff", ".", "--explain"]);
    let expected = rows(include_bytes!("rating_cases/expected.csv"));
    let answers = rows(&output.stdout);
    assert_eq!(answers.len(), expected.len());
    for (answer, expected) in answers.iter().zip(&expected) {
        for (column, value) in expected {
            let case = &expected["usage_id"];
            assert_eq!(&answer[column], value, "{case} {column}: {}", answer["explanation"]);
        }
    }
}

#[test]
fn both_forms_say_the_same() {
    let table = rows(&weir(&["rate", "--usage", "usage.csv", "--tariff", "."]).stdout);
    let json = weir(&["rate", "--usage", "usage.csv", "--tariff", ".", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let records: Vec<Row> = serde_json::from_value(json["records"].clone()).unwrap();
    assert_eq!(records, table);
    assert_eq!(json["counts"]["suspended"], "4");
    assert_eq!(json["totals"][0]["amount"], "12498.161");
}

#[test]
fn a_charge_is_explained_from_row_to_amount() {
    let output = weir(&["rate", "--usage", "usage.csv", "--tariff", ".", "--explain"]);
    let answers = rows(&output.stdout);
    let explanation = |case: &str| {
        let answer = answers.iter().find(|answer| answer["usage_id"] == case).unwrap();
        answer["explanation"].clone()
    };
    assert_eq!(
        explanation("R25"),
        "from 0 s: row \"r23-r5\" (line 21 of \"./tariffs.csv\") of tariff \"r23\", zone \"nat\", band \"evening\"; \
        600 s from 0 s on, 0.5 per 1 s in steps of 1 s; \
        from 600 s: row \"r23-r4\" (line 20 of \"./tariffs.csv\") of tariff \"r23\", zone \"nat\", band \"work_hours\"; \
        1800 s from 600 s on, 1 per 1 s in steps of 1 s; rounded half_up to 9 decimals: 2100"
    );
    assert_eq!(explanation("emergency"), "the number is emergency: free in every plan");
    assert!(explanation("R12").ends_with("unknown_destination"));
    assert!(explanation("R21").contains("should have been cut off at 62 s"));
    assert!(explanation("abroad-short").contains("at least 0.4"));
    assert!(explanation("R20-70s").contains("at most 0.62, the rest is free"));
}
