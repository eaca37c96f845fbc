//! Usage files made by others run through with a mapping alone: from the file to the lake to an answer in SQL.
//!
//! The files are no part of the project; where they are not at hand, the tests say so and pass.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connectors::lake::Lake;
use datasets::ids::Pseudonyms;
use datasets::units::Money;
use pipelines::config::Config;
use pipelines::runtime::sinks::Sinks;
use pipelines::runtime::{Job, run};
use queries::{At, Format, Session, run_statements};
use tempfile::TempDir;

/// A file among the real ones; none where they are not at hand.
fn real(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(file);
    if !path.exists() {
        eprintln!("skipped: there is no \"{}\"", path.display());
        return None;
    }
    Some(path)
}

/// A folder with a configuration, reference data and a mapping.
struct Shop(TempDir);

impl Shop {
    /// Reads usage from a file by a mapping, and numbers from a list, each on the one account.
    fn open(usage: &Path, mapping: &str, numbers: impl Iterator<Item = String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("mapping.toml", mapping);
        write("accounts.csv", ACCOUNTS);
        write("tariffs.csv", TARIFFS);
        write("destinations.csv", DESTINATIONS);
        let line = |number: String| format!("s{number},s{number},all,{number},foreign\n");
        let lines: String = numbers.map(line).collect();
        write("subscriptions.csv", &format!("{SUBSCRIPTIONS}{lines}"));
        write("weir.toml", &CONFIG.replace("USAGE", usage.to_str().unwrap()));
        Self(folder)
    }

    /// Publishes everything there is, then asks.
    fn ask(&self, sql: &str) -> Vec<Vec<String>> {
        let config = Config::read(&self.0.path().join("weir.toml")).unwrap();
        let mut settings = config.settings.clone();
        settings.pace.until_idle = true;
        let job = Job {
            lake: Lake::open(&config.lake).unwrap(),
            feeds: config.feeds().unwrap(),
            pseudonyms: Pseudonyms::new(&config.pseudonym_key),
            sinks: Sinks::default(),
            stop: Arc::default(),
            gauges: Arc::default(),
        };
        run(settings, job).unwrap();
        let session = Session::open(&config.lake, At::Latest).unwrap();
        let mut answer = Vec::new();
        let asking = run_statements(&session, sql, Format::Csv, &mut answer);
        tokio::runtime::Runtime::new().unwrap().block_on(asking).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let cells = |line: &str| line.split(',').map(str::to_owned).collect();
        answer.lines().skip(1).map(cells).collect()
    }
}

const CONFIG: &str = r#"
schema_version = 1
lake = "lake"
pseudonym_key = "a key for tests"
[runtime]
publish_interval_ms = 3600000
[[source]]
topic = "ref.accounts"
path = "accounts.csv"
format = "csv"
[[source]]
topic = "ref.subscriptions"
path = "subscriptions.csv"
format = "csv"
[[source]]
topic = "ref.tariffs"
path = "tariffs.csv"
format = "csv"
[[source]]
topic = "ref.destinations"
path = "destinations.csv"
format = "csv"
[[source]]
topic = "usage.cdr"
path = "USAGE"
mapping = "mapping.toml"
"#;
const ACCOUNTS: &str = "key,account_id,customer_id,kind,currency\nall,all,all,postpaid,USD\n";
const SUBSCRIPTIONS: &str = "key,subscription_id,account_id,msisdn,tariff_id\n";
const TARIFFS: &str = "key,tariff_id,service,zone,price,per,unit,currency,decimals\n\
    calls,foreign,voice,calls,0.022,1,min,USD,4\n\
    day,foreign,voice,day,0.17,1,min,USD,2\n\
    eve,foreign,voice,eve,0.085,1,min,USD,2\n\
    night,foreign,voice,night,0.045,1,min,USD,2\n\
    intl,foreign,voice,intl,0.27,1,min,USD,2\n";
const DESTINATIONS: &str = "key,prefix,zone\n\
    650,650,calls\n1000,1000,day\n2000,2000,eve\n3000,3000,night\n4000,4000,intl\n";

/// Each charge with the identity of its record.
const CHARGED: &str = "SELECT usage_id, amount FROM bill.charges JOIN raw.usage USING
    (source_id, source_partition, source_offset) ORDER BY usage_id";

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

#[test]
fn call_records_of_a_switch() {
    let Some(path) = real("cdr-cdrstats-mpl/import_cdr_100.txt") else { return };
    let mapping = r#"
        format = "csv"
        csv.header = false
        [fields]
        usage_id = { position = 7 }
        service = { constant = "voice" }
        msisdn = { position = 1, prefixes = { "" = "34" } }
        called_number = { position = 3 }
        started_at = { position = 8, time = "epoch_s" }
        quantity = { position = 5, unit = "s" }
        "#;
    let text = fs::read_to_string(&path).unwrap();
    let calls: Vec<Vec<&str>> = text.lines().map(|line| line.split(", ").collect()).collect();
    let numbers = calls.iter().map(|call| format!("34{}", call[0]));
    let charged = Shop::open(&path, mapping, numbers).ask(CHARGED);
    let mut expected = BTreeMap::new();
    for call in &calls {
        // One of the generated calls was billed for less than no time: it is a dead letter.
        let Ok(seconds) = call[4].parse::<i128>() else { panic!("{call:?}") };
        if seconds >= 0 {
            // 0.022 a minute in tenths of a thousandth, to the nearest.
            let steps = (220 * seconds + 30) / 60;
            expected.insert(call[6].to_owned(), Money(steps * 100_000));
        }
    }
    let found: BTreeMap<_, _> =
        charged.iter().map(|row| (row[0].clone(), money(&row[1]))).collect();
    assert_eq!(found.len(), 99);
    assert_eq!(found, expected);
}

#[test]
fn a_month_of_minutes_costs_what_its_own_columns_say() {
    let Some(path) = real("usage-charges-bigml-churn/mlc_churn_rows1-3333.csv") else { return };
    let periods = [("day", "1000"), ("eve", "2000"), ("night", "3000"), ("intl", "4000")];
    let record = |(name, called): (&str, &str)| {
        format!(
            "[[records]]\nfields.usage_id = {{ template = \"{{line:05}}-{name}\" }}\n\
             fields.called_number = {{ constant = \"{called}\" }}\n\
             fields.quantity = {{ column = \"total_{name}_minutes\", unit = \"min\" }}\n"
        )
    };
    let common = r#"
        format = "csv"
        [fields]
        service = { constant = "voice" }
        msisdn = { template = "1999{line:07}" }
        started_at = { constant = "2025-11-01T00:00:00Z" }
        "#;
    let mapping = format!("{common}\n{}", periods.map(record).concat());
    let numbers = (1..=3_333).map(|line| format!("1999{line:07}"));
    let charged = Shop::open(&path, &mapping, numbers).ask(CHARGED);
    assert_eq!(charged.len(), 4 * 3_333);

    let said = said(&path, periods.map(|(period, _)| period));
    let differs = |row: &&Vec<String>| said[&row[0]] != money(&row[1]);
    let different: Vec<_> = charged.iter().filter(differs).collect();
    // Whoever made the file multiplied floats: 34 charges of a night are a cent off their own price.
    assert!(different.iter().all(|row| row[0].ends_with("night")), "{different:?}");
    let cents = |row: &Vec<String>| (said[&row[0]] - money(&row[1])).0.abs();
    assert!(different.iter().all(|row| cents(row) == 10_000_000), "{different:?}");
    assert_eq!(different.len(), 34);
}

/// What the file itself says that each record costs.
fn said(path: &Path, periods: [&str; 4]) -> BTreeMap<String, Money> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let column = |name: &str| names.iter().position(|known| *known == name).unwrap();
    let mut said = BTreeMap::new();
    for (line, cells) in (1..).zip(lines) {
        for period in periods {
            let charge = money(cells[column(&format!("total_{period}_charge"))]);
            said.insert(format!("{line:05}-{period}"), charge);
        }
    }
    said
}
