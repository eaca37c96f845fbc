//! `dedup`, against its law written out cut by cut.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use operators::dedup::deduper::Deduper;
use operators::dedup::verdicts::{Change, Duplicate, Facts, Verdicts};
use operators::rows::{Diff, Epoch, Instant, Rows};
use serde::{Deserialize, Serialize};
use weir_tests::laws::{Law, Update};

use crate::history::{SEEDS, Timed, insertions, ticks, timed, untimed, with_ticks};

/// For how long winners are remembered.
const MEMORY: Instant = 40;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Verdict {
    Winner(Facts),
    Duplicate(Duplicate),
    Superseded(u64),
    Outside(Facts),
}

type Row = Timed<Facts>;

fn build(rows: Rows<'_, Row>) -> Rows<'_, Verdict> {
    let (records, ticks) = with_ticks(rows);
    let judged = operators::dedup::dedup(records, ticks, |tick| tick.now - MEMORY, |facts| *facts);
    let winners = judged.winners.explode(|change| match change {
        Change::Insert(facts) => Some((Verdict::Winner(facts), 1)),
        Change::Withdraw(facts) => Some((Verdict::Winner(facts), -1)),
    });
    winners
        .concat(judged.duplicates.map(Verdict::Duplicate))
        .concat(judged.superseded.map(Verdict::Superseded))
        .concat(judged.outside.map(Verdict::Outside))
}

/// Few identities and revisions, so that they collide; provenances are unique and in no order.
fn history(seed: u64) -> Vec<Update<Row>> {
    let rng = &mut Rng::with_seed(seed);
    let records = insertions(rng, |rng| Facts {
        identity: rng.u64(0..4).wrapping_mul(0x9E37_79B9_7F4A_7C15),
        revision: if rng.u8(0..8) == 0 { 2000 } else { rng.u16(0..3) },
        provenance: rng.u64(..),
        at: rng.i64(-30..100),
        route: rng.u64(..),
    });
    timed(rng, records, 30)
}

/// The records of each cut, and stream time at its end; the last cut may still be open.
fn cuts(history: &[Update<Row>]) -> Vec<(Vec<Facts>, Option<Instant>)> {
    let ends = ticks(history).into_iter().filter(|tick| tick.ends_cut);
    let ends = ends.map(|tick| (tick.epoch, Some(tick.now))).chain([(Epoch::MAX, None)]);
    let mut records = untimed(history);
    let mut cuts = Vec::new();
    for (end, now) in ends {
        let (cut, later) = records.into_iter().partition(|record| record.1 <= end);
        cuts.push((Vec::into_iter(cut).map(|record: Update<Facts>| record.0).collect(), now));
        records = later;
    }
    cuts
}

fn answer(history: &[Update<Row>]) -> BTreeMap<Verdict, Diff> {
    judge_cuts(cuts(history), |_oldest| Instant::MIN)
}

/// The verdicts over all cuts; `since` tells by the oldest that is remembered in a cut what is folded for good in it.
fn judge_cuts(
    cuts: Vec<(Vec<Facts>, Option<Instant>)>,
    since: impl Fn(Instant) -> Instant,
) -> BTreeMap<Verdict, Diff> {
    let mut view = Vec::new();
    let mut winners = BTreeMap::<u64, Facts>::new();
    let mut oldest = Instant::MIN;
    for (records, now) in cuts {
        winners.retain(|_identity, winner| winner.at >= oldest);
        let mut groups = BTreeMap::<u64, Vec<Facts>>::new();
        for record in records {
            match record.at >= oldest {
                true => groups.entry(record.identity).or_default().push(record),
                false => view.push(Verdict::Outside(record)),
            }
        }
        for (identity, mut records) in groups {
            let known = winners.get(&identity).copied();
            if let Some(known) = known.filter(|known| known.at < since(oldest)) {
                let corrections = records.extract_if(.., |record| record.revision > known.revision);
                view.extend(corrections.map(Verdict::Outside));
            }
            judge(known, &records, &mut view);
            let best =
                records.iter().copied().filter(|record| view.contains(&Verdict::Winner(*record)));
            winners.extend(best.map(|winner| (identity, winner)));
        }
        oldest = now.map_or(oldest, |now| now - MEMORY);
    }
    let mut counts = BTreeMap::new();
    view.into_iter().for_each(|verdict| *counts.entry(verdict).or_default() += 1);
    counts
}

/// Judges the records of one identity in one cut, the winner of earlier cuts being known.
fn judge(known: Option<Facts>, records: &[Facts], view: &mut Vec<Verdict>) {
    let highest = records.iter().chain(&known).map(|record| record.revision).max();
    let first = records.iter().filter(|record| Some(record.revision) == highest);
    let first = first.min_by_key(|record| record.provenance).copied();
    let kept = known.filter(|known| Some(known.revision) == highest);
    let winner = kept.or(first).expect("there is a record");
    if let Some(former) = known.filter(|known| *known != winner) {
        view.retain(|verdict| *verdict != Verdict::Winner(former));
        view.push(Verdict::Superseded(former.provenance));
    }
    let of = winner.provenance;
    for record in records {
        let provenance = record.provenance;
        view.push(match record.revision == winner.revision {
            false => Verdict::Superseded(provenance),
            true if *record == winner => Verdict::Winner(winner),
            true => Verdict::Duplicate(Duplicate { provenance, of }),
        });
    }
}

#[test]
fn dedup_judges_by_what_each_cut_knows_at_its_end() {
    for seed in SEEDS {
        let law = Law { seed, history: history(seed), build };
        law.oracle(answer);
        law.order();
        law.workers();
    }
}

#[test]
fn batching_inside_a_cut_does_not_matter() {
    for seed in SEEDS {
        let history = history(seed);
        let ends: Vec<_> = ticks(&history).into_iter().filter(|tick| tick.ends_cut).collect();
        let end_of = |epoch: Epoch| {
            let end = ends.iter().map(|tick| tick.epoch).find(|end| *end >= epoch);
            end.unwrap_or(Epoch::from(u8::MAX))
        };
        let at_once = history.iter().map(|(row, epoch, diff)| match row {
            Timed::Row(_) => (row.clone(), end_of(*epoch), *diff),
            Timed::End { .. } => (row.clone(), *epoch, *diff),
        });
        let at_once = at_once.collect();
        Law { seed, history, build }.same_view(at_once, "batching inside a cut");
    }
}

#[test]
fn a_deduper_that_is_told_the_winners_judges_as_one_that_never_stopped() {
    for seed in SEEDS {
        let mut winners = BTreeMap::<u64, Facts>::new();
        let mut never_stopped = Deduper::new();
        let cuts = cuts(&history(seed));
        let mut last_end = None;
        for (records, now) in cuts {
            let mut restarted = Deduper::new();
            last_end.into_iter().for_each(|oldest| restarted.end_cut(oldest));
            winners.values().for_each(|winner| restarted.remember(*winner));
            for record in records {
                never_stopped.push(record, record);
                restarted.push(record, record);
            }
            let verdicts = never_stopped.end_epoch();
            assert_eq!(verdicts, restarted.end_epoch(), "seed {seed}");
            let named: BTreeSet<_> = verdicts.winners.iter().map(provenance).collect();
            assert_eq!(named.len(), verdicts.winners.len(), "seed {seed}: twice in one epoch");
            for change in verdicts.winners {
                match change {
                    Change::Insert(facts) => winners.insert(facts.provenance, facts),
                    Change::Withdraw(facts) => winners.remove(&facts.provenance),
                };
            }
            let oldest = now.map(|now| now - MEMORY);
            oldest.into_iter().for_each(|oldest| never_stopped.end_cut(oldest));
            last_end = oldest.or(last_end);
        }
    }
}

#[test]
fn a_winner_that_is_folded_for_good_stays_whatever_would_correct_it() {
    let since = |oldest: Instant| oldest.saturating_add(MEMORY / 2);
    let mut outside = 0;
    for seed in SEEDS {
        let cuts = cuts(&history(seed));
        let mut deduper = Deduper::new();
        let mut found = BTreeMap::<Verdict, Diff>::new();
        let mut oldest = Instant::MIN;
        for (records, now) in cuts.clone() {
            deduper.fold_before(since(oldest));
            records.into_iter().for_each(|record| deduper.push(record, record));
            for (verdict, diff) in told(deduper.end_epoch()) {
                *found.entry(verdict).or_default() += diff;
            }
            if let Some(now) = now {
                oldest = now - MEMORY;
                deduper.end_cut(oldest);
            }
        }
        found.retain(|_verdict, diff| *diff != 0);
        assert_eq!(found, judge_cuts(cuts, since), "seed {seed}");
        let is_near =
            |verdict: &&Verdict| matches!(verdict, Verdict::Outside(facts) if facts.revision > 0);
        outside += found.keys().filter(is_near).count();
    }
    assert!(outside > 0, "no seed had a correction of what was folded for good");
}

fn told(verdicts: Verdicts<Facts>) -> Vec<(Verdict, Diff)> {
    let winner = |change| match change {
        Change::Insert(facts) => (Verdict::Winner(facts), 1),
        Change::Withdraw(facts) => (Verdict::Winner(facts), -1),
    };
    let mut told: Vec<_> = verdicts.winners.into_iter().map(winner).collect();
    let duplicates = verdicts.duplicates.into_iter();
    told.extend(duplicates.map(|(duplicate, diff)| (Verdict::Duplicate(duplicate), diff)));
    told.extend(verdicts.superseded.into_iter().map(|place| (Verdict::Superseded(place), 1)));
    told.extend(verdicts.outside.into_iter().map(|facts| (Verdict::Outside(facts), 1)));
    told
}

fn provenance(change: &Change<Facts>) -> u64 {
    match change {
        Change::Insert(facts) | Change::Withdraw(facts) => facts.provenance,
    }
}

#[test]
fn memory_is_bounded() {
    let mut deduper = Deduper::new();
    for cut in 0..1_000 {
        for record in 0..100_u64 {
            let provenance = u64::try_from(cut).unwrap() * 100 + record;
            let identity = provenance.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let facts = Facts { identity, revision: 0, provenance, at: cut, route: 0 };
            deduper.push(facts, record);
        }
        assert_eq!(deduper.end_epoch().winners.len(), 100);
        deduper.end_cut(cut - MEMORY);
        // What is remembered, the open cut, and one round of sweeping 4 of 256 tables a cut.
        assert!(deduper.remembered().winners <= 100 * (40 + 1 + 64), "{:?}", deduper.remembered());
    }
    assert!(deduper.remembered().winners >= 100 * 40);
}
