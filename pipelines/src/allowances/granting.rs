//! Grants as buckets: each period's own, and what goes over from the period before.

use datasets::reference::Validity;
use datasets::units::EventTime;
use serde::{Deserialize, Serialize};

use super::allowance::{Allowance, Portion};
use crate::balances::bucket::{Bucket, id_of};
use crate::balances::movement::{Ledger, Reason};

/// Up to when an allowance has been granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Granted {
    /// The allowance.
    pub allowance: u64,
    /// The end of the last period that was granted.
    pub until: EventTime,
}

/// The buckets of a group, and what was granted to fill them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grants {
    /// Buckets of all units, in the order in which they are drawn.
    pub buckets: Vec<Bucket>,
    granted: Vec<Granted>,
}

impl Grants {
    /// Brings grants up to an instant: what has expired goes, what is due comes, period by period.
    pub fn catch_up(&mut self, allowances: &[Allowance], at: EventTime, ledger: &mut Ledger) {
        for allowance in allowances {
            while let Some(portion) = self.due(allowance, at) {
                // The rest of the period before goes over before the next one is granted.
                self.expire(allowances, portion.valid.from, ledger);
                self.grant(allowance, portion, ledger);
            }
        }
        self.expire(allowances, at, ledger);
    }

    /// The next period of an allowance that has begun and is not granted yet.
    fn due(&self, allowance: &Allowance, at: EventTime) -> Option<Portion> {
        if at < allowance.validity.from {
            return None;
        }
        let granted = self.granted.iter().find(|granted| granted.allowance == allowance.id);
        // Periods that went by unseen matter only where their rest goes over.
        let next = match (granted, allowance.rollover) {
            (Some(granted), _) if granted.until > at => return None,
            (Some(granted), Some(_)) => granted.until,
            (None, Some(rollover)) => allowance.reaching_back(at, rollover.periods),
            _ => at,
        };
        allowance.portion(next).filter(|portion| portion.valid.from <= at)
    }

    fn grant(&mut self, allowance: &Allowance, portion: Portion, ledger: &mut Ledger) {
        let until = portion.period.to;
        match self.granted.iter_mut().find(|granted| granted.allowance == allowance.id) {
            Some(granted) => granted.until = until,
            None => self.granted.push(Granted { allowance: allowance.id, until }),
        }
        let id = id_of(allowance.id, portion.valid.from, 0);
        let bucket = Bucket { id, amount: i128::from(portion.quantity), ..bucket(allowance) };
        self.put(Bucket { valid: portion.valid, ..bucket }, Reason::Grant, ledger);
    }

    /// Removes what has expired and is not set aside by a session.
    fn expire(&mut self, allowances: &[Allowance], at: EventTime, ledger: &mut Ledger) {
        let is_over = |bucket: &Bucket| bucket.valid.to <= at && bucket.held == 0;
        while let Some(place) = self.buckets.iter().position(is_over) {
            let gone = self.buckets.remove(place);
            ledger.free(&gone, Reason::Expiry, -gone.amount);
            let source = allowances.iter().find(|allowance| allowance.id == gone.source);
            if let Some(rest) = source.and_then(|allowance| rest(allowance, &gone)) {
                self.put(rest, Reason::Rollover, ledger);
            }
        }
    }

    /// Adds a bucket, with what is in it.
    pub fn put(&mut self, bucket: Bucket, reason: Reason, ledger: &mut Ledger) {
        let bucket = Bucket { filled: bucket.amount, ..bucket };
        ledger.free(&bucket, reason, bucket.amount);
        let place = self.buckets.partition_point(|other| other.turn() < bucket.turn());
        self.buckets.insert(place, bucket);
    }

    /// The next instant at which a bucket expires.
    #[must_use]
    pub fn expiry(&self) -> Option<EventTime> {
        let ending = self.buckets.iter().filter(|bucket| bucket.held == 0);
        ending.map(|bucket| bucket.valid.to).filter(|to| *to < EventTime::MAX).min()
    }
}

/// What of a period's rest goes over into the next.
fn rest(allowance: &Allowance, gone: &Bucket) -> Option<Bucket> {
    let rollover = allowance.rollover.filter(|rollover| gone.rolled < rollover.periods)?;
    let cycle = allowance.cycle?;
    // One that was taken away before its period ended leaves nothing.
    let was_cut = gone.valid.to >= allowance.validity.to;
    let to = cycle.period(gone.valid.to)?.to.min(allowance.validity.to);
    let amount = gone.amount.min(i128::from(rollover.most));
    let valid = Validity { from: gone.valid.to, to };
    let rolled = gone.rolled + 1;
    let id = id_of(allowance.id, valid.from, u64::from(rolled));
    let goes_over = !was_cut && amount > 0;
    goes_over.then(|| Bucket { id, amount, valid, rolled, ..bucket(allowance) })
}

/// An empty bucket of an allowance.
fn bucket(allowance: &Allowance) -> Bucket {
    Bucket {
        holder: allowance.holder,
        unit: allowance.unit,
        scope: allowance.scope.clone(),
        priority: allowance.priority,
        increment: allowance.increment,
        is_blocker: allowance.is_blocker,
        cap: allowance.cap,
        source: allowance.id,
        allowance: allowance.name,
        ..Bucket::default()
    }
}
