//! What dedup says of top-ups, as the events that charging folds.
//!
//! A copy that arrives later in the open cut, from a place that comes first, takes the place of the one that counted so
//! far. Dedup names that one by its facts alone, while the fold finds money by its account: so the top-ups of the open cut
//! are kept here until it ends. Nothing is kept of a cut whose last top-up has been seen.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use datasets::care::TopUp;
use operators::dedup::verdicts::Change;
use operators::rows::Epoch;
use operators::tick::Tick;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::StreamVec;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::generic::operator::Operator;

use super::Update;
use crate::charging::ChargingEvent;
use crate::charging::fold::Credited;
use crate::mediation::Received;

/// Turns changes of the top-ups that count into events.
pub(super) fn credits<'scope>(
    winners: StreamVec<'scope, Epoch, Update<Change<Received>>>,
    ticks: StreamVec<'scope, Epoch, Tick>,
) -> StreamVec<'scope, Epoch, Update<ChargingEvent>> {
    credits_with(winners, ticks, Rc::default())
}

/// The same, with what it keeps.
fn credits_with<'scope>(
    winners: StreamVec<'scope, Epoch, Update<Change<Received>>>,
    ticks: StreamVec<'scope, Epoch, Tick>,
    kept: Rc<RefCell<OpenCuts>>,
) -> StreamVec<'scope, Epoch, Update<ChargingEvent>> {
    type Events = CapacityContainerBuilder<Vec<Update<ChargingEvent>>>;
    winners.binary_frontier::<_, Events, _, _, _, _>(
        ticks,
        Pipeline,
        Pipeline,
        "Credits",
        |_, _| {
            move |(winners, frontier), (ticks, _), output| {
                let mut open = kept.borrow_mut();
                ticks.for_each(|_, ticks| {
                    let ends = ticks.drain(..).filter(|tick| tick.ends_cut);
                    open.ends.extend(ends.map(|tick| tick.epoch));
                });
                winners.for_each(|capability, changes| {
                    let events = changes.drain(..).map(|update| open.event(update));
                    output.session(&capability).give_iterator(events);
                });
                // All that comes from now on is of this epoch or later, also where nothing comes for many cuts.
                if let Some(next) = frontier.frontier().first() {
                    open.close_before(*next);
                }
            }
        },
    )
}

/// The money of a top-up. None is lost here without a trace: what is too much is refused where it is read.
fn credited(topup: &TopUp) -> Credited {
    Credited::of(topup).expect("a top-up is less than its limit where it is read")
}

/// The top-ups that count, of cuts that may be open.
#[derive(Default)]
struct OpenCuts {
    credited: HashMap<u64, (Epoch, Credited)>,
    /// The last epochs of cuts that were told to end.
    ends: Vec<Epoch>,
}

impl OpenCuts {
    fn event(&mut self, update: Update<Change<Received>>) -> Update<ChargingEvent> {
        let (change, epoch, diff) = update;
        self.close_before(epoch);
        match change {
            Change::Insert(Received { topup, .. }) => {
                let credited = credited(&topup);
                self.credited.insert(topup.provenance.packed(), (epoch, credited));
                (ChargingEvent::TopUp(credited), epoch, diff)
            }
            Change::Withdraw(facts) => {
                let known = self.credited.remove(&facts.provenance);
                let (_, credited) = known.expect("only a top-up of an open cut is displaced");
                (ChargingEvent::TopUp(credited), epoch, -diff)
            }
        }
    }

    /// Forgets what came in cuts that ended before an epoch: a published top-up is never displaced.
    fn close_before(&mut self, epoch: Epoch) {
        let ended = self.ends.iter().copied().filter(|end| *end < epoch).max();
        if let Some(ended) = ended {
            self.credited.retain(|_, (came, _)| *came > ended);
            self.ends.retain(|end| *end > ended);
        }
    }
}

#[cfg(test)]
mod tests;
