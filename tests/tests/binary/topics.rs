//! Kafka from end to end, through the binary: the generator's truth, transactions, partitions that are added.

use datasets::tables;
use weir_tests::feeding::{Feeding, recent_operator};
use weir_tests::harness::{counts, rows};
use weir_tests::published::merged;
use weir_tests::truths::{balances_of, states_of};
use weir_tests::waiting::{Stopwatch, until};
use weir_tests::weir::Site;
use weir_tests::weir::setting::Setting;

use super::{broker, produce};

#[test]
fn the_lake_says_what_the_generator_knows() {
    let broker = broker();
    let (items, operator) = recent_operator(11, 3_000);
    let mut feeding = Feeding::to_topics(&broker, "truth", 3, items).unwrap();
    feeding.feed_all().unwrap();
    let site = Site::found(Setting::of(feeding.input()));
    site.run_until_idle();
    let (lake, seal) = (site.lake(), site.latest().unwrap());
    let truth = operator.truth(seal.facts.now);
    let states = merged(counts(&lake, &seal, &tables::USAGE_ACCOUNTING).unwrap());
    assert_eq!(states, states_of(&truth));
    assert_eq!(rows(&lake, &seal, &tables::BALANCES, &[]).unwrap(), balances_of(&truth));
}

/// Marks of transactions take offsets too; a last one behind which nothing follows does not keep weir waiting.
#[test]
fn aborted_transactions_are_never_published() {
    let broker = broker();
    let feeding = Feeding::to_topics(&broker, "aborted", 1, Vec::new()).unwrap();
    let site = Site::found(Setting::of(feeding.input()));
    let mut expected = 0;
    for (number, commit) in [true, false, true, true, false].into_iter().enumerate() {
        let payloads: Vec<_> = (number * 10..number * 10 + 10).map(super::usage).collect();
        let records = payloads.iter().map(|payload| (0, None, Some(payload.as_str())));
        broker.produce_transaction("aborted.usage.cdr", records, commit).unwrap();
        expected += if commit { 10 } else { 0 };
        site.run_until_idle();
        let seal = site.latest().unwrap();
        assert_eq!(seal.tables["raw.usage"].rows, expected, "transaction {number}");
        assert_eq!(seal.tables["bill.suspended_usage"].rows, expected, "transaction {number}");
    }
}

/// With a refresh of 0.3 s in place of the 10 s that are the default.
#[test]
fn added_partitions_are_read_while_weir_runs() {
    let broker = broker();
    let feeding = Feeding::to_topics(&broker, "grows", 1, Vec::new()).unwrap();
    let site = Site::found(Setting::of(feeding.input()));
    let usage_rows = |rows: u64| {
        move |seal: &connectors::lake::Seal| {
            seal.tables.get("raw.usage").is_some_and(|table| table.rows == rows)
        }
    };
    let mut running = site.start();
    produce(&broker, "grows.usage.cdr", 0, 0..10);
    site.sealed(&mut running, "the first partition", usage_rows(10));
    broker.add_partitions("grows.usage.cdr", 3).unwrap();
    produce(&broker, "grows.usage.cdr", 2, 10..17);
    let watch = Stopwatch::started();
    let seal = site.sealed(&mut running, "the new partitions", usage_rows(17));
    let waited = watch.elapsed();
    assert!(waited.as_secs() < 20, "a new partition was read after {waited:?}");
    let usage = seal.facts.sources.iter().position(|source| source.contains("usage.cdr")).unwrap();
    let places = seal.facts.positions.iter().filter(|at| usize::from(at.source) == usage);
    let mut places: Vec<_> = places.map(|at| (at.partition, at.next_offset)).collect();
    places.retain(|(_, next_offset)| *next_offset > 0);
    assert_eq!(places, [(0, 10), (2, 7)]);
    assert_eq!(running.terminate().codes, [Some(0)]);
    // Reading goes on where it stood, in the new partitions too.
    produce(&broker, "grows.usage.cdr", 1, 17..20);
    site.run_until_idle();
    assert!(usage_rows(20)(&site.latest().unwrap()));
}

/// Lag tools look at the group; weir itself never does.
#[test]
fn what_is_sealed_is_committed_to_the_group() {
    let broker = broker();
    let feeding = Feeding::to_topics(&broker, "lag", 1, Vec::new()).unwrap();
    let site = Site::found(Setting::of(feeding.input()));
    produce(&broker, "lag.usage.cdr", 0, 0..10);
    let running = site.start();
    until("the group's offset", || {
        let committed = broker.committed("weir", "lag.usage.cdr", 0).unwrap();
        (committed == Some(10)).then_some(())
    });
    assert_eq!(site.latest().unwrap().tables["raw.usage"].rows, 10);
    assert_eq!(running.terminate().codes, [Some(0)]);
}
