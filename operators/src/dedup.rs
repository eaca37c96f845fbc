//! Decides, of all records with one identity, which one counts.
//!
//! ```text
//! records ─ by identity ─▶ Dedup ─┬─▶ winners      one per identity: the highest revision
//! ticks ─────────────────▶        ├─▶ duplicates   another record of the same revision counts
//!                                 ├─▶ superseded   a record of a higher revision counts
//!                                 └─▶ outside      too old to be judged, or to be corrected
//! ```
//!
//! **The law.** A record is judged by what is known when the cut that it arrived in ends. Let R be
//! the highest revision of its identity in this cut and before. Below R it is superseded. At R the
//! first record by (cut, provenance) is the winner, every other one a duplicate of it. A winner
//! becomes superseded when a later cut brings a higher revision; a duplicate stays one. Thus the
//! order and the batching inside a cut, and the number of workers, do not matter, and a winner that
//! a cut has published is never displaced by an equal revision.
//!
//! **The memory.** The tick that ends a cut says from which event time on winners are remembered in
//! the cuts behind it; a record that is older is not judged. A winner is remembered under its
//! identity alone: a correction finds it whatever event time the correction has. Before the first
//! cut ends all are judged.
//!
//! **What stays.** A winner of an earlier cut whose event time is behind `since` has been folded for
//! good: it stays the winner, and a record of a higher revision is outside.

pub mod deduper;

pub mod verdicts;

mod dictionary;

mod fingerprint;

mod memory;

mod table;

use std::cell::Cell;
use std::rc::Rc;

use timely::dataflow::channels::pact::{Exchange, Pipeline};
use timely::dataflow::operators::Capability;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;

use crate::agenda::Agenda;
use crate::port::Port;
use crate::rows::{Diff, Epoch, Instant, Row, Rows};
use crate::tick::{Tick, Ticks};
use deduper::Deduper;
use verdicts::{Change, Duplicate, Facts, Remembered};

/// What becomes of records; every record is in one of them at every epoch.
pub struct Dedup<'scope, D: Row> {
    /// The records that count, as insertions and withdrawals; never both of one record in one
    /// epoch.
    pub winners: Rows<'scope, Change<D>>,
    /// Records that another record of the same revision makes redundant.
    pub duplicates: Rows<'scope, Duplicate>,
    /// Provenances of records that a higher revision replaces.
    pub superseded: Rows<'scope, u64>,
    /// Records older than what is remembered, so that it is not known what they are; and those that
    /// would correct what is folded for good.
    pub outside: Rows<'scope, D>,
    /// What this worker holds in memory, as of the last epoch that it has taken in.
    pub remembered: Rc<Cell<Remembered>>,
}

/// Judges records by the law above; each is inserted once and never retracted. `oldest` is the event
/// time from which on winners are remembered behind a cut, which may not go back.
///
/// # Panics
/// If a record is retracted.
///
/// ```
/// use differential_dataflow::input::Input;
/// use operators::dedup::{dedup, verdicts::{Duplicate, Facts}};
/// use timely::dataflow::operators::generic::operator::empty;
///
/// timely::example(|scope| {
///     let facts = |record: &(u64, u64)| {
///         let (identity, provenance) = *record;
///         Facts { identity, revision: 0, provenance, at: 0, route: 0 }
///     };
///     let records = scope.new_collection_from(vec![(7, 102), (7, 101), (8, 103)]).1;
///     let judged = dedup(records, empty(scope), |tick| tick.since, facts);
///     let again = Duplicate { provenance: 102, of: 101 };
///     judged.duplicates.assert_eq(scope.new_collection_from(vec![again]).1);
/// });
/// ```
pub fn dedup<'scope, D: Row>(
    records: Rows<'scope, D>,
    ticks: Ticks<'scope>,
    oldest: impl Fn(&Tick) -> Instant + 'static,
    facts: impl Fn(&D) -> Facts + 'static,
) -> Dedup<'scope, D> {
    let facts = Rc::new(facts);
    let route = Rc::clone(&facts);
    // The memory begins with the highest and the lowest bits of an identity.
    let by_identity =
        Exchange::new(move |update: &(D, Epoch, Diff)| route(&update.0).identity >> 32);

    let mut builder = OperatorBuilder::new("Dedup".to_owned(), records.scope());
    let mut records = builder.new_input(records.inner, by_identity);
    let mut ticks = builder.new_input(ticks, Pipeline);
    let (ports, rows) = Ports::new(&mut builder);
    builder.build(move |_capabilities| {
        let mut agenda = Agenda::<(D, Epoch, Diff), Tick, 4>::new();
        let (mut deduper, mut ports) = (Deduper::new(), ports);
        move |frontiers| {
            records.for_each(|capability, updates| agenda.note_left(&capability, updates));
            ticks.for_each(|capability, ticks| agenda.note_right(&capability, ticks));
            let complete =
                |epoch: &Epoch| frontiers.iter().all(|frontier| !frontier.less_equal(epoch));
            while let Some((epoch, page)) = agenda.next(complete) {
                let ticks: Vec<Tick> = page.right.into_iter().flatten().collect();
                ticks.iter().for_each(|tick| deduper.fold_before(tick.since));
                for (record, _epoch, diff) in page.left.into_iter().flatten() {
                    assert!(diff == 1, "dedup takes each record once and never loses one");
                    deduper.push(facts(&record), record);
                }
                ports.send(&page.capabilities, epoch, &mut deduper);
                for tick in ticks.iter().filter(|tick| tick.ends_cut) {
                    deduper.end_cut(oldest(tick));
                }
            }
        }
    });
    rows
}

/// The sending ends of the four outputs, and where it is shown what is remembered.
struct Ports<D: Row> {
    winners: Port<Change<D>>,
    duplicates: Port<Duplicate>,
    superseded: Port<u64>,
    outside: Port<D>,
    remembered: Rc<Cell<Remembered>>,
}

impl<D: Row> Ports<D> {
    fn new<'scope>(builder: &mut OperatorBuilder<'scope, Epoch>) -> (Self, Dedup<'scope, D>) {
        let (winners, winner_rows) = Port::new(builder);
        let (duplicates, duplicate_rows) = Port::new(builder);
        let (superseded, superseded_rows) = Port::new(builder);
        let (outside, outside_rows) = Port::new(builder);
        let rows = Dedup {
            winners: winner_rows,
            duplicates: duplicate_rows,
            superseded: superseded_rows,
            outside: outside_rows,
            remembered: Rc::default(),
        };
        let remembered = Rc::clone(&rows.remembered);
        (Self { winners, duplicates, superseded, outside, remembered }, rows)
    }

    /// Ends an epoch.
    fn send(&mut self, at: &[Capability<Epoch>; 4], epoch: Epoch, deduper: &mut Deduper<D>) {
        let verdicts = deduper.end_epoch();
        let winners = verdicts.winners.into_iter();
        self.winners.send(&at[0], winners.map(|row| (row, epoch, 1)));
        let duplicates = verdicts.duplicates.into_iter();
        self.duplicates.send(&at[1], duplicates.map(|(row, diff)| (row, epoch, diff)));
        let superseded = verdicts.superseded.into_iter();
        self.superseded.send(&at[2], superseded.map(|row| (row, epoch, 1)));
        self.outside.send(&at[3], verdicts.outside.into_iter().map(|row| (row, epoch, 1)));
        self.remembered.set(deduper.remembered());
    }
}
