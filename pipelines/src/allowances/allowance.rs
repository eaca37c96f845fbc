//! An allowance: so many units for a holder, once or in every period.

use datasets::cycle::Cycle;
use datasets::reference::Validity;
use datasets::units::{EventTime, Rounding};

use super::scope::Scope;
use crate::balances::bucket::Unit;

/// What is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Tells it apart by its own id, its version and its holder.
    pub id: u64,
    /// The content id of its own id.
    pub name: u64,
    /// Who may draw on it: an account or a shared pool.
    pub holder: u64,
    /// The usage that it pays for.
    pub scope: Scope,
    /// What its quantity counts.
    pub unit: Unit,
    /// How much of it a period has.
    pub quantity: u64,
    /// Usage counts in whole steps of so many units; 1 counts each.
    pub increment: u64,
    /// The lowest is drawn first.
    pub priority: u32,
    /// When it holds; one that is taken away ends here.
    pub validity: Validity,
    /// The periods in which it is granted anew; none grants it once.
    pub cycle: Option<Cycle>,
    /// Whether a first period that has begun already gets only its share.
    pub is_prorated: bool,
    /// What of a period's rest goes over into the next.
    pub rollover: Option<Rollover>,
    /// The most that one member of a pool may draw in a period.
    pub cap: Option<u64>,
    /// Whether nothing else pays for its usage once it is spent.
    pub is_blocker: bool,
}

/// How a rest goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollover {
    /// The most that goes over.
    pub most: u64,
    /// For how many periods a rest lives.
    pub periods: u32,
}

/// What is granted for one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    /// The whole period.
    pub period: Validity,
    /// The part of it in which the grant may be drawn on.
    pub valid: Validity,
    /// How much.
    pub quantity: u64,
}

impl Allowance {
    /// What is granted for the period of an instant; `None` where the allowance does not hold.
    #[must_use]
    pub fn portion(&self, at: EventTime) -> Option<Portion> {
        if !self.validity.covers(at) {
            return None;
        }
        let period = match self.cycle {
            Some(cycle) => cycle.period(at)?,
            None => self.validity,
        };
        let from = period.from.max(self.validity.from);
        let valid = Validity { from, to: period.to.min(self.validity.to) };
        let is_late = self.is_prorated && from > period.from;
        let quantity = if is_late { share(self.quantity, period, from) } else { self.quantity };
        (valid.from < valid.to).then_some(Portion { period, valid, quantity })
    }

    /// The beginning of the period so many before that of an instant, or of the allowance: what was before it has no rest
    /// any more.
    #[must_use]
    pub fn reaching_back(&self, at: EventTime, periods: u32) -> EventTime {
        let period = |at| self.cycle.and_then(|cycle| cycle.period(at));
        let mut begin = period(at).map_or(at, |period| period.from);
        for _ in 0..periods {
            if begin <= self.validity.from {
                break;
            }
            let Some(before) = period(EventTime(begin.0 - 1)) else { break };
            begin = before.from;
        }
        begin.max(self.validity.from)
    }
}

/// The share of a period's quantity that is left from an instant on, to the nearest unit.
fn share(quantity: u64, period: Validity, from: EventTime) -> u64 {
    let whole = i128::from(period.to.0) - i128::from(period.from.0);
    let left = i128::from(period.to.0) - i128::from(from.0);
    let share = Rounding::HalfUp.divide(i128::from(quantity) * left, whole);
    u64::try_from(share).expect("a share is no more than the whole")
}
