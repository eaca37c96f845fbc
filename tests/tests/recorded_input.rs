//! Every table at every sealed cut is what a batch program makes of the recorded input: raw, the cuts, and nothing else.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::sync::Arc;

use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Lake, LocalStore, Seal};
use datasets::dictionary::Table;
use datasets::generator::{Config, Operator};
use datasets::tables;
use pipelines::charging::Output;
use weir_tests::charging::lines::Lines;
use weir_tests::charging::{Row, oracle, recorded};
use weir_tests::harness::{publish, rows};
use weir_tests::pipeline::Answer;
use weir_tests::pipeline::history::History;

/// The harness's hot window: 35 days.
const HOT_WINDOW: i64 = 35 * 86_400_000_000;

/// What the tables should hold after some cut; the ledgers grow from cut to cut.
struct Expected {
    lines: Lines,
    movements: Vec<String>,
    unit_movements: Vec<String>,
    duplicates: Vec<String>,
}

impl Expected {
    /// The rows that a cut moves: what is gone is reversed, what is new is booked.
    fn post(&mut self, cut: u64, (before, after): (&Answer<Row>, &Answer<Row>)) {
        for (one, other, comes) in [(before, after, false), (after, before, true)] {
            for row in one.keys().filter(|row| !other.contains_key(row)) {
                match row {
                    Row::Output(Output::Charge(charge)) => {
                        self.movements.push(self.lines.charge_moves(cut, charge, comes));
                    }
                    Row::Output(Output::TopUp(topup)) => {
                        self.movements.push(self.lines.topup_moves(cut, topup, comes));
                    }
                    Row::Output(Output::Units(movement)) => {
                        self.unit_movements.push(self.lines.unit_moves(cut, movement, comes));
                    }
                    Row::Duplicate(duplicate) | Row::TopUpDuplicate(duplicate) if comes => {
                        self.duplicates.push(self.lines.duplicate(cut, duplicate));
                    }
                    _ => {}
                }
            }
        }
    }

    /// All tables that follow from the recorded input.
    fn tables(&self, answer: &Answer<Row>) -> [(&'static Table, Vec<String>); 8] {
        let mut tables = [
            (&tables::CHARGES, Vec::new()),
            (&tables::SUSPENDED_USAGE, Vec::new()),
            (&tables::BALANCES, Vec::new()),
            (&tables::CREDIT, Vec::new()),
            (&tables::BALANCE_MOVEMENTS, self.movements.clone()),
            (&tables::DUPLICATES, self.duplicates.clone()),
            (&tables::ALLOWANCES, Vec::new()),
            (&tables::ALLOWANCE_MOVEMENTS, self.unit_movements.clone()),
        ];
        for row in answer.keys() {
            let Row::Output(output) = row else { continue };
            match output {
                Output::Charge(row) => tables[0].1.push(self.lines.charge(row)),
                Output::Suspended(row) => tables[1].1.push(self.lines.suspended(row)),
                Output::Balance(row) => tables[2].1.push(self.lines.balance(row)),
                Output::Credit(row) => tables[3].1.push(self.lines.credit(row)),
                Output::Bucket(row) => tables[6].1.push(self.lines.bucket(row)),
                Output::TopUp(_) | Output::Units(_) => {}
            }
        }
        tables
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

fn check(lake: &Lake, what: &str) {
    let latest = lake.latest().unwrap().unwrap();
    let history = recorded::history(lake, &latest, HOT_WINDOW);
    let topups = rows(lake, &latest, &tables::RAW_TOPUPS, &[]).unwrap();
    let accounts = topups.iter().map(|line| line.split('|').nth(6).unwrap().to_owned());
    let lines = Lines::of(&latest.facts.sources, history.given(), accounts);
    let mut expected = Expected {
        lines,
        movements: Vec::new(),
        unit_movements: Vec::new(),
        duplicates: Vec::new(),
    };
    let mut before = Answer::new();
    for cut in 1..=latest.facts.cut {
        let past = History {
            cuts: history.cuts[..usize::try_from(cut).unwrap()].to_vec(),
            ..history.clone()
        };
        let answer = oracle::answer(&past);
        expected.post(cut, (&before, &answer));
        let seal = lake.seal(cut).unwrap();
        let accounting = (&tables::USAGE_ACCOUNTING, accounting(&answer, lake, &seal));
        for (table, mut expected) in expected.tables(&answer).into_iter().chain([accounting]) {
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
