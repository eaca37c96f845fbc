//! Included units from files to SQL: published cases of bundles, a late record, and a restart between them.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::fs;
use std::sync::Arc;

use connectors::lake::Lake;
use datasets::ids::Pseudonyms;
use pipelines::config::Config;
use pipelines::runtime::sinks::Sinks;
use pipelines::runtime::{Job, run};
use queries::{At, Format, Session, run_statements};
use tempfile::TempDir;

const CONFIG: &str = r#"
schema_version = 1
lake = "lake"
pseudonym_key = "a key for tests"
[runtime]
publish_interval_ms = 3600000
hot_window_days = 3650
"#;
const ACCOUNTS: &str = "key,account_id,customer_id,kind,currency,credit_limit\n\
    n01,n01,c,postpaid,EUR,1000\nn03,n03,c,postpaid,EUR,1000\nn04,n04,c,postpaid,EUR,1000\n\
    n06,n06,c,postpaid,EUR,1000\nb17,b17,c,postpaid,EUR,1000\n";
const SUBSCRIPTIONS: &str = "key,subscription_id,account_id,msisdn,tariff_id,offering_id\n\
    s1,s1,n01,4910000000001,n01,\ns3,s3,n03,4910000000003,n03,service\n\
    s4,s4,n04,4910000000004,n04,\ns6a,s6a,n06,4910000000006,n06,\n\
    s6b,s6b,n06,4910000000007,n06,\ns17,s17,b17,4910000000017,b17,\n";
const TARIFFS: &str = "key,tariff_id,service,price,per,unit,increment,from_2,price_2,currency\n\
    n01,n01,voice,0.5,1,s,1,,,EUR\nn03,n03,voice,0.2,1,s,1,,,EUR\n\
    n04,n04,voice,0.2,1,s,1,20,0.5,EUR\nn06,n06,voice,0.1,1,s,1,,,EUR\n\
    b17,b17,voice,0.6,60,s,1,,,EUR\n";
const ALLOWANCES: &str = "key,allowance_id,account_id,offering_id,service,unit,quantity,every\n\
    n01,group 50,n01,,voice,s,50,month\nn03,group 200,,service,voice,s,200,month\n\
    n04,group 55,n04,,voice,s,55,month\nn06,shared 10,n06,,voice,s,10,month\n\
    b17,bundle,b17,,voice,s,60,\n";
const USAGE: &str = "usage_id,service,msisdn,called_number,started_at,duration_s\n";
const FIRST: &str = "n01 a,voice,4910000000001,4930,2026-11-20T10:00:00Z,24\n\
    n01 b,voice,4910000000001,4930,2026-11-20T11:00:00Z,50\n\
    n03 a,voice,4910000000003,4930,2026-11-20T10:00:00Z,35\n\
    n03 b,voice,4910000000003,4930,2026-11-20T11:00:00Z,180\n\
    n04,voice,4910000000004,4930,2026-11-20T11:00:00Z,280\n\
    n06 a,voice,4910000000006,4930,2026-11-20T10:00:00Z,8\n\
    n06 b,voice,4910000000007,4930,2026-11-20T11:00:00Z,8\n\
    b17 16:15,voice,4910000000017,4930,2026-11-20T16:15:00Z,120\n";
const LATE: &str = "b17 15:15,voice,4910000000017,4930,2026-11-20T15:15:00Z,120\n";

/// A folder with a configuration and a file for each topic.
struct Shop(TempDir);

impl Shop {
    fn open() -> Self {
        let shop = Self(tempfile::tempdir().unwrap());
        for (file, text) in [
            ("accounts", ACCOUNTS),
            ("subscriptions", SUBSCRIPTIONS),
            ("tariffs", TARIFFS),
            ("allowances", ALLOWANCES),
        ] {
            shop.write(&format!("{file}.csv"), text);
        }
        shop.write("first.csv", &format!("{USAGE}{FIRST}"));
        shop.write("late.csv", &format!("{USAGE}{LATE}"));
        shop
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.path().join(file), text).unwrap();
    }

    /// Publishes what is in these files of usage.
    fn run(&self, usage: &[&str]) {
        let source = |topic: &str, file: &str| {
            format!("[[source]]\ntopic = \"{topic}\"\npath = \"{file}.csv\"\nformat = \"csv\"\n")
        };
        let reference = ["accounts", "subscriptions", "tariffs", "allowances"];
        let reference = reference.map(|topic| source(&format!("ref.{topic}"), topic));
        let usage: String = usage.iter().map(|file| source("usage.cdr", file)).collect();
        self.write("weir.toml", &format!("{CONFIG}{}{usage}", reference.concat()));
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
    }

    fn ask(&self, sql: &str) -> Vec<String> {
        let config = Config::read(&self.0.path().join("weir.toml")).unwrap();
        let session = Session::open(&config.lake, At::Latest).unwrap();
        let mut answer = Vec::new();
        let asking = run_statements(&session, sql, Format::Csv, &mut answer);
        tokio::runtime::Runtime::new().unwrap().block_on(asking).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        answer.lines().skip(1).map(str::to_owned).collect()
    }

    /// What each record used of its units, in seconds, and what the rest costs.
    fn charges(&self) -> Vec<String> {
        self.ask(
            "SELECT usage_id, included_quantity / 1000, amount FROM bill.charges
             JOIN raw.usage USING (source_id, source_partition, source_offset) ORDER BY usage_id",
        )
    }

    /// Grants whose movements do not add up to what is left.
    fn torn(&self) -> Vec<String> {
        self.ask(
            "SELECT bucket_id, sum(quantity), max(left_quantity) FROM bill.allowance_movements
             LEFT JOIN bill.allowances USING (bucket_id) GROUP BY bucket_id
             HAVING sum(quantity) <> coalesce(max(left_quantity), 0)",
        )
    }
}

#[test]
fn a_record_is_part_allowance_part_charged_and_a_late_one_goes_before() {
    let shop = Shop::open();
    shop.run(&["first"]);
    let first = [
        "b17 16:15,60,0.600000000",
        "n01 a,24,0.000000000",
        "n01 b,26,12.000000000",
        "n03 a,35,0.000000000",
        "n03 b,165,3.000000000",
        "n04,55,106.500000000",
        "n06 a,8,0.000000000",
        "n06 b,2,0.600000000",
    ];
    assert_eq!(shop.charges(), first);
    assert_eq!(shop.torn(), Vec::<String>::new());

    // A restart, and then a record that was earlier: the bundle is its own, and the other is charged whole.
    shop.run(&["first", "late"]);
    let mut second = first.map(str::to_owned).to_vec();
    second[0] = "b17 16:15,0,1.200000000".to_owned();
    second.insert(0, "b17 15:15,60,0.600000000".to_owned());
    assert_eq!(shop.charges(), second);
    assert_eq!(shop.torn(), Vec::<String>::new());
    let moved = shop.ask(
        "SELECT movement, reversal, quantity / 1000 FROM bill.allowance_movements
         WHERE account_id = 'b17' ORDER BY cut, happened_at, quantity",
    );
    assert_eq!(moved[..2], ["usage,false,-60", "grant,false,60"]);
    // The grant itself is told again: it now comes with the earlier record.
    let sums = shop.ask(
        "SELECT movement, sum(quantity) / 1000 FROM bill.allowance_movements
         WHERE account_id = 'b17' GROUP BY 1 ORDER BY 1",
    );
    assert_eq!(sums, ["grant,60", "usage,-60"]);
}

#[test]
fn what_is_left_stands_in_a_table() {
    let shop = Shop::open();
    shop.run(&["first"]);
    // A restart without anything new recomputes what was sealed.
    shop.run(&["first"]);
    let left = shop.ask(
        "SELECT account_id, coalesce(subscription_id, ''), allowance_id, unit, granted_quantity,
            used_quantity, left_quantity FROM bill.allowances
         WHERE account_id IN ('n03', 'b17') ORDER BY account_id",
    );
    assert!(left.contains(&"b17,,bundle,ms,60000,60000,0".to_owned()), "{left:?}");
    let debt = shop.ask("SELECT account_id, amount FROM bill.credit ORDER BY account_id");
    assert_eq!(debt[1], "n01,12.000000000");
}
