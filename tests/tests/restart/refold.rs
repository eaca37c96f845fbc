//! A lake that another version of the fold has written: all of raw is folded anew, or the start is refused.

use std::sync::Arc;

use arrow::array::{Int32Array, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use connectors::lake::{Committer, Contribution, CutFacts, FileWriter, Lake};
use datasets::tables;
use pipelines::charging::base::STEP_VERSION;
use pipelines::runtime::{RuntimeError, Settings};
use weir_tests::harness::publish_with;

use super::{all_but, compare, items, lake, latest, often, one_cut};

/// The same but for the numbers of cuts, and from when on a base counts.
fn assert_same_but_for_cuts(found: &Lake, expected: &Lake, of: &str) {
    let tables = |lake: &Lake| {
        let mut tables = all_but(lake, &["arrival_cut", "cut", "since"]);
        tables.retain(|(table, _)| !["ops.cuts", "ops.actions"].contains(&table.as_str()));
        tables
    };
    compare((tables(found), tables(expected)), of);
}

/// Makes the newest cut one that another version of the fold has written, with states that this one cannot read.
fn written_by_another_version(lake: &Lake) {
    let seal = latest(lake);
    let table = &tables::STATE_ACCOUNTS;
    let version = seal.tables["state.accounts"].version;
    let bases = lake.read(table, version).unwrap().map(Result::unwrap);
    let bases = concat_batches(&table.arrow_schema(), &bases.collect::<Vec<_>>()).unwrap();
    let mut columns = bases.columns().to_vec();
    columns[2] = Arc::new(Int32Array::from(vec![7; bases.num_rows()]));
    columns[3] = Arc::new(StringArray::from(vec!["of another form"; bases.num_rows()]));
    let others = RecordBatch::try_new(bases.schema(), columns).unwrap();
    let (mut committer, _) = Committer::open(lake.clone()).unwrap();
    let mut facts = CutFacts { cut: committer.next_cut(), ..seal.facts };
    facts.step_versions.insert("charging".to_owned(), 7);
    let cut = committer.next_cut();
    let mut writer = FileWriter::new(lake, committer.generation(), 0);
    let contribution = Contribution {
        files: vec![writer.write(table, cut, &others).unwrap()],
        removals: vec![FileWriter::removal(table, &bases)],
        ..Contribution::default()
    };
    committer.commit(facts, vec![contribution]).unwrap();
}

/// What was folded for good by what was known then comes out the same, reference data that came later or not.
#[test]
fn another_version_of_the_fold_folds_all_of_raw_anew() {
    for (seed, workers) in [(5, 1), (7, 2)] {
        let items = items(seed);
        let settings = one_cut(workers, 6);
        let half = &items[..items.len() / 2];
        let (refolded, undisturbed) = (often(half, 4, &settings), often(half, 4, &settings));
        assert!(
            latest(&refolded).tables["state.accounts"].rows > 50,
            "accounts are folded for good"
        );
        written_by_another_version(&refolded);
        for part in [half, &items[..], &items[..]] {
            publish_with(&refolded, part, settings.clone()).unwrap();
            publish_with(&undisturbed, part, settings.clone()).unwrap();
            assert_same_but_for_cuts(&refolded, &undisturbed, &format!("seed {seed}"));
        }
        let seal = latest(&refolded);
        assert_eq!(seal.facts.step_versions["charging"], STEP_VERSION);
        assert!(refolded.verify(seal.facts.cut).unwrap().problems.is_empty());
    }
}

#[test]
fn another_version_of_the_fold_is_refused_where_raw_lacks_records() {
    let lake = lake();
    let settings = Settings { keeps_raw: false, ..one_cut(1, 6) };
    publish_with(&lake, &items(5), settings.clone()).unwrap();
    written_by_another_version(&lake);
    let error = publish_with(&lake, &[], settings).unwrap_err();
    assert!(
        matches!(error, RuntimeError::StepVersion { sealed: 7, ours: STEP_VERSION, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("raw.usage lacks records"), "{error}");
}
