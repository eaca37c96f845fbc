//! A table that has gained a nullable column: files from before it are read, merged, indexed and verified, and the column
//! is null in their rows.

use std::sync::Arc;

use arrow::array::RecordBatch;
use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Committer, Contribution, CutFacts, FileWriter, Lake, LocalStore};
use datasets::dictionary::{Column, Table};
use datasets::tables::CHARGES;

use super::rows::{Charge, charges, lines, read};
use super::script::busy_upkeep;

/// Charges as they were before they told the zone.
fn before() -> &'static Table {
    let had = |column: &&Column| column.name != "zone";
    let columns: Vec<Column> = CHARGES.columns.iter().filter(had).copied().collect();
    Box::leak(Box::new(Table { columns: columns.leak(), ..CHARGES }))
}

fn without_zone(rows: &RecordBatch) -> RecordBatch {
    let zone = CHARGES.column("zone").unwrap();
    let kept: Vec<usize> = (0..rows.num_columns()).filter(|place| *place != zone).collect();
    rows.project(&kept).unwrap()
}

/// A charge of a cut that goes nowhere, so that it has no zone.
fn charge(cut: u64, row: i64) -> Charge {
    (0, i64::try_from(cut).unwrap() * 30 + row * 3, i128::from(row))
}

#[test]
fn files_from_before_a_column_are_read_merged_and_verified() {
    let lake = Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())));
    let old = before();
    let mut live: Vec<Charge> = Vec::new();
    let open = || Committer::open_with(lake.clone(), busy_upkeep()).unwrap().0;
    let mut committer = open();
    for cut in 1..=8 {
        if cut == 4 {
            // Another process reads the keys of the files that there are.
            committer = open();
        }
        let mut writer = FileWriter::new(&lake, committer.generation(), 0);
        let new: Vec<Charge> = (0..5).map(|row| charge(cut, row)).collect();
        let rows = charges(&new);
        let file = match cut {
            1..=6 => writer.write(old, cut, &without_zone(&rows)),
            _ => writer.write(&CHARGES, cut, &rows),
        };
        let gone: Vec<Charge> = live.iter().copied().filter(|row| row.1 % 7 == 0).collect();
        live.retain(|row| row.1 % 7 != 0);
        live.extend(new);
        let removal = FileWriter::removal(&CHARGES, &charges(&gone));
        let removals = if gone.is_empty() { Vec::new() } else { vec![removal] };
        let contribution = Contribution { worker: 0, files: vec![file.unwrap()], removals };
        let facts = CutFacts { cut, ..CutFacts::default() };
        let seal = committer.commit(facts, vec![contribution]).unwrap();
        let version = seal.tables["bill.charges"].version;
        assert_eq!(read(&lake, &CHARGES, version), lines([charges(&live)]), "cut {cut}");
        let report = lake.verify(cut).unwrap();
        assert!(report.is_whole(), "cut {cut}: {:?}", report.problems);
    }
    let files = lake.latest().unwrap().unwrap().tables["bill.charges"].files;
    assert!(files < 8, "{files} files: some were merged");
}
