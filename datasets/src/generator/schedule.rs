//! What follows a usage record: whether it is late, comes twice, is corrected, taken back or charged to another.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fastrand::Rng;

use super::breakage::Breakage;
use super::config::Trouble;
use super::topups::TopUp;
use super::usage::{Fact, Usage, draw};
use crate::units::EventTime;

/// What is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sent {
    Usage(Fact),
    Broken(Fact, Breakage),
    TopUp(TopUp),
}

/// A delivery that waits; ordered by arrival, then by the order in which it was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Delivery {
    arrived_at: EventTime,
    order: u64,
    sent: Sent,
}

/// All deliveries that wait.
#[derive(Debug, Default)]
pub(super) struct Held {
    deliveries: BinaryHeap<Reverse<Delivery>>,
    planned: u64,
}

impl Held {
    /// Holds something back until an instant.
    pub(super) fn until(&mut self, arrived_at: EventTime, sent: Sent) {
        self.planned += 1;
        self.deliveries.push(Reverse(Delivery { arrived_at, order: self.planned, sent }));
    }

    /// When the next one arrives.
    pub(super) fn next_at(&self) -> Option<EventTime> {
        self.deliveries.peek().map(|Reverse(next)| next.arrived_at)
    }

    /// Lets the next one go.
    pub(super) fn release(&mut self) -> Option<Sent> {
        self.deliveries.pop().map(|Reverse(next)| next.sent)
    }
}

/// How long after it was recorded a record arrives: none if on time, else a minute up to the most,
/// short delays being the usual ones.
pub(super) fn delay_s(rng: &mut Rng, trouble: &Trouble) -> Option<i64> {
    draw(rng, [trouble.late])?;
    let most = trouble.lateness_s_max.max(61);
    let longest = (most >> rng.u32(..8)).max(61);
    Some(i64::from(rng.u32(60..longest)))
}

/// The deliveries that follow a fact, with the seconds after which they come.
pub(super) fn follow_ups(usage: &mut Usage, trouble: &Trouble, fact: Fact) -> Vec<(i64, Fact)> {
    let mut planned = Vec::new();
    let mut newest = fact;
    let mut after_s = 0;
    let rates = [trouble.duplicate, trouble.corrected, trouble.cancelled, trouble.moved];
    let mut kind = draw(&mut usage.rng, rates);
    while let Some(what) = kind {
        after_s += usage.rng.i64(2..40_000) >> usage.rng.u32(..8);
        if what > 0 {
            newest = revised(usage, newest, what);
        }
        let again = if what == 0 && usage.rng.bool() { fact } else { newest };
        planned.push((after_s, again));
        // One in four is followed by something again.
        kind = Some(usage.rng.usize(..16)).filter(|kind| *kind < rates.len());
    }
    planned
}

/// The next revision of a fact: another amount, taken back, or another number.
fn revised(usage: &mut Usage, fact: Fact, what: usize) -> Fact {
    let mut next = Fact { revision: fact.revision + 1, cancelled: false, ..fact };
    match what {
        1 => next.amount = usage.amount(fact.service),
        2 => next.cancelled = true,
        _ => next.line = usage.line(),
    }
    next
}
