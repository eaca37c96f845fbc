//! Contributions that contradict the tables are refused before anything is decided.

use std::sync::Arc;

use arrow::array::RecordBatch;
use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{
    Committer, Contribution, CutFacts, FileWriter, Lake, LakeError, LocalStore, Seal,
};
use datasets::dictionary::Table;
use datasets::tables::{BALANCES, CHARGES, RAW_TOPUPS};

use super::rows::{balances, charges, topups};

fn new_lake() -> Lake {
    Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())))
}

fn commit(
    lake: &Lake,
    added: &[(&'static Table, RecordBatch)],
    removed: &[(&'static Table, RecordBatch)],
) -> Result<Seal, LakeError> {
    let (mut committer, _) = Committer::open(lake.clone())?;
    let mut writer = FileWriter::new(lake, committer.generation(), 0);
    let facts = CutFacts { cut: committer.next_cut(), ..CutFacts::default() };
    let file = |(table, rows): &(&'static Table, RecordBatch)| writer.write(table, facts.cut, rows);
    let files = added.iter().map(file).collect::<Result<_, _>>()?;
    let removal = |(table, rows): &(&'static Table, RecordBatch)| FileWriter::removal(table, rows);
    let removals = removed.iter().map(removal).collect();
    committer.commit(facts, vec![Contribution { worker: 0, files, removals }])
}

fn refusal(result: Result<Seal, LakeError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_removal_without_a_row_names_table_and_key() {
    let lake = new_lake();
    commit(&lake, &[(&CHARGES, charges(&[(0, 5, 1)]))], &[]).unwrap();
    let said = refusal(commit(&lake, &[], &[(&CHARGES, charges(&[(0, 6, 1)]))]));
    assert!(said.contains("bill.charges") && said.contains("\"main/usage/1 0 6\""), "{said}");
    let said = refusal(commit(&lake, &[], &[(&BALANCES, balances(&[("a".to_owned(), 1)]))]));
    assert!(said.contains("bill.balances") && said.contains("\"a EUR\""), "{said}");
    let said = refusal(commit(&lake, &[], &[(&CHARGES, charges(&[(0, 5, 1), (0, 5, 1)]))]));
    assert!(said.contains("\"main/usage/1 0 5\""), "{said}");
    assert_eq!(lake.latest().unwrap().unwrap().facts.cut, 1);
    commit(&lake, &[], &[(&CHARGES, charges(&[(0, 5, 1)]))]).unwrap();
}

#[test]
fn a_key_that_is_live_is_not_added_again() {
    for (table, rows) in
        [(&CHARGES, charges(&[(0, 5, 1)])), (&BALANCES, balances(&[("a".to_owned(), 1)]))]
    {
        let lake = new_lake();
        commit(&lake, &[(table, rows.clone())], &[]).unwrap();
        assert!(refusal(commit(&lake, &[(table, rows.clone())], &[])).contains("live twice"));
        assert!(
            refusal(commit(&new_lake(), &[(table, rows.clone()), (table, rows)], &[]))
                .contains("live twice")
        );
    }
}

#[test]
fn ledgers_never_lose_rows_and_cuts_follow_each_other() {
    let lake = new_lake();
    commit(&lake, &[(&RAW_TOPUPS, topups(&[(0, 5)]))], &[]).unwrap();
    assert!(commit(&lake, &[], &[(&RAW_TOPUPS, topups(&[(0, 5)]))]).is_err());
    let (mut committer, seal) = Committer::open(lake.clone()).unwrap();
    assert_eq!(seal.unwrap().tables["raw.topups"].amount, 5);
    let facts = CutFacts { cut: 5, ..CutFacts::default() };
    assert!(matches!(
        committer.commit(facts, Vec::new()),
        Err(LakeError::OutOfOrder { expected: 2, found: 5 })
    ));
}

#[test]
fn rows_of_another_schema_are_refused() {
    let lake = new_lake();
    assert!(FileWriter::new(&lake, 1, 0).write(&CHARGES, 1, &topups(&[(0, 5)])).is_err());
}
