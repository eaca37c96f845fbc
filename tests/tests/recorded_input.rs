//! Every table at every sealed cut is what a batch program makes of the recorded input: raw, the cuts, and nothing else.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::util::display::array_value_to_string;
use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Lake, LocalStore, Seal};
use datasets::dictionary::Table;
use datasets::generator::{Config, Operator};
use datasets::provenance::Provenance;
use datasets::reference::Entity;
use datasets::tables;
use pipelines::charging::Output;
use pipelines::names::Names;
use pipelines::publish::encode::Movement;
use pipelines::publish::{Encoder, cut_rows};
use weir_tests::charging::given::Given;
use weir_tests::charging::{Row, oracle, recorded};
use weir_tests::harness::{publish, rows};
use weir_tests::pipeline::Answer;
use weir_tests::pipeline::history::History;

/// The harness's hot window: 35 days.
const HOT_WINDOW: i64 = 35 * 86_400_000_000;

/// The rows of a batch, as the harness shows those of a table.
fn lines(batch: &RecordBatch) -> Vec<String> {
    let line = |row| {
        let cell = |column: &ArrayRef| array_value_to_string(column, row).unwrap();
        batch.columns().iter().map(cell).collect::<Vec<_>>().join("|")
    };
    (0..batch.num_rows()).map(line).collect()
}

/// What the tables should hold after some cut; the ledgers grow from cut to cut.
struct Expected {
    encoder: Encoder,
    movements: Vec<String>,
    duplicates: Vec<String>,
}

/// Rows of one kind, each as often as it is there.
fn of<D>(answer: &Answer<Row>, pick: impl Fn(&Row) -> Option<D>) -> Vec<D> {
    answer.keys().filter_map(pick).collect()
}

impl Expected {
    /// The rows that a cut moves: what is gone is reversed, what is new is booked.
    fn post(&mut self, cut: u64, (before, after): (&Answer<Row>, &Answer<Row>)) {
        let only = |one: &Answer<Row>, other: &Answer<Row>, diff: isize| {
            let own = one.keys().filter(|row| !other.contains_key(row));
            let movement = |row: &Row| match row {
                Row::Output(Output::Charge(charge)) => Some(Movement::of_charge(charge, diff)),
                Row::Output(Output::TopUp(topup)) => Some(Movement::of_topup(topup, diff)),
                _ => None,
            };
            own.filter_map(movement).collect::<Vec<_>>()
        };
        let moved = [only(before, after, -1), only(after, before, 1)].concat();
        self.movements.extend(lines(&self.encoder.movements(cut, &moved)));
        let duplicate = |row: &Row| match row {
            Row::Duplicate(duplicate) | Row::TopUpDuplicate(duplicate) => Some(*duplicate),
            _ => None,
        };
        let known = of(before, duplicate);
        let found = of(after, duplicate).into_iter().filter(|one| !known.contains(one));
        let place = Provenance::from_packed;
        let found = found.map(|one| cut_rows::Duplicate {
            provenance: place(one.provenance),
            of: place(one.of),
        });
        self.duplicates.extend(lines(&self.encoder.duplicates(cut, &found.collect::<Vec<_>>())));
    }

    /// All tables that follow from the recorded input.
    fn tables(&self, answer: &Answer<Row>) -> Vec<(&'static Table, Vec<String>)> {
        let outputs = of(answer, |row| match row {
            Row::Output(output) => Some(*output),
            _ => None,
        });
        macro_rules! encoded {
            ($kind:ident, $encode:ident) => {{
                let pick = |output: &Output| match output {
                    Output::$kind(row) => Some(*row),
                    _ => None,
                };
                let rows: Vec<_> = outputs.iter().filter_map(pick).collect();
                lines(&self.encoder.$encode(&rows))
            }};
        }
        vec![
            (&tables::CHARGES, encoded!(Charge, charges)),
            (&tables::SUSPENDED_USAGE, encoded!(Suspended, suspended)),
            (&tables::BALANCES, encoded!(Balance, balances)),
            (&tables::CREDIT, encoded!(Credit, credits)),
            (&tables::BALANCE_MOVEMENTS, self.movements.clone()),
            (&tables::DUPLICATES, self.duplicates.clone()),
        ]
    }
}

/// The states of usage, as the accounting shows them; records that could not be read are counted in their own table.
fn accounting(answer: &Answer<Row>, lake: &Lake, seal: &Seal) -> Vec<String> {
    let mut counts: BTreeMap<String, isize> = BTreeMap::new();
    for (row, copies) in answer {
        if let Row::State(state, reason) = row {
            *counts.entry(format!("{state}|{reason}")).or_default() += copies;
        }
    }
    let dead = rows(lake, seal, &tables::DEAD_LETTERS, &[]).unwrap();
    let rejected = dead.iter().filter(|row| row.contains("|usage.cdr|")).count();
    if rejected > 0 {
        counts.insert("rejected|".to_owned(), isize::try_from(rejected).unwrap());
    }
    counts.into_iter().map(|(key, count)| format!("{key}|{count}")).collect()
}

/// The texts behind the ids in the rows.
fn names(history: &History<Given>, lake: &Lake, seal: &Seal) -> Names {
    let names = Names::default();
    for given in history.given() {
        let Given::Change(change) = given else { continue };
        match change.version.as_ref().map(|(_, entity)| entity) {
            Some(Entity::Subscription(one)) => {
                let _ids = (names.intern(&one.subscription_id), names.intern(&one.tariff_id));
                let _id = names.intern_account(&one.account_id);
            }
            Some(Entity::Destination(one)) => {
                let _id = names.intern(&one.zone);
            }
            _ => {}
        }
    }
    for line in rows(lake, seal, &tables::RAW_TOPUPS, &[]).unwrap() {
        let _id = names.intern_account(line.split('|').nth(6).unwrap());
    }
    names
}

fn check(lake: &Lake, what: &str) {
    let latest = lake.latest().unwrap().unwrap();
    let history = recorded::history(lake, &latest, HOT_WINDOW);
    let sources = latest.facts.sources.iter().map(|source| source.as_str().into()).collect();
    let encoder = Encoder::new(names(&history, lake, &latest), sources);
    let mut expected = Expected { encoder, movements: Vec::new(), duplicates: Vec::new() };
    let mut before = Answer::new();
    for cut in 1..=latest.facts.cut {
        let past = History {
            cuts: history.cuts[..usize::try_from(cut).unwrap()].to_vec(),
            ..history.clone()
        };
        let answer = oracle::answer(&past);
        expected.post(cut, (&before, &answer));
        let seal = lake.seal(cut).unwrap();
        let mut tables = expected.tables(&answer);
        tables.push((&tables::USAGE_ACCOUNTING, accounting(&answer, lake, &seal)));
        for (table, mut expected) in tables {
            expected.sort();
            let found = rows(lake, &seal, table, &[]).unwrap();
            let only = |one: &[String], other: &[String]| {
                let own = one.iter().filter(|row| other.binary_search(row).is_err());
                own.take(3).cloned().collect::<Vec<_>>()
            };
            assert!(
                found == expected,
                "{what}, {} at cut {cut}: only found {:#?}, only expected {:#?}",
                table.qualified_name(),
                only(&found, &expected),
                only(&expected, &found)
            );
        }
        before = answer;
    }
}

#[test]
fn every_table_at_every_cut_is_what_the_recorded_input_comes_to() {
    for seed in 0..4 {
        let items: Vec<_> =
            Operator::new(Config { records: 1_500, ..Config::small(seed) }).collect();
        let lake = Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())));
        for part in 1..=6 {
            publish(&lake, &items[..items.len() * part / 6], 1).unwrap();
        }
        check(&lake, &format!("seed {seed}"));
    }
}
