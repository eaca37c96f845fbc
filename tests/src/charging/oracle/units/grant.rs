//! What is granted once, and the documents that say so.

use datasets::ids::id64;
use datasets::reference::Validity;
use datasets::reference::allowance::Allowance;
use datasets::units::EventTime;
use datasets::usage::Service;
use pipelines::balances::bucket::{Unit, id_of};
use pipelines::charging::fold::{Charge, UnitBucket};
use pipelines::rating::beside::{Part, Span};

/// An allowance of a holder at some instant, and for how long it says the same.
pub(in crate::charging::oracle) struct Offer {
    pub(super) id: u64,
    pub(super) document: Allowance,
    pub(super) validity: Validity,
    /// The subscription that has it; 0 where the account has it.
    subscription: u64,
}

/// What was granted for one period.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) offer: u64,
    pub(super) allowance: String,
    pub(super) row: UnitBucket,
    pub(super) blocker: bool,
    document: Allowance,
    rolled: u32,
    /// What each subscription took.
    drawn: Vec<(u64, u64)>,
}

impl Offer {
    pub(in crate::charging::oracle) fn new(
        document: Allowance,
        validity: Validity,
        (holder, subscription): (u64, u64),
    ) -> Self {
        let id = id_of(id64(&document.allowance_id), validity.from, holder);
        Self { id, document, validity, subscription }
    }

    fn period(&self, at: i64) -> Option<Validity> {
        match &self.document.every {
            Some(every) => every.cycle()?.period(EventTime(at)),
            None => Some(self.validity),
        }
    }

    /// Where the first period begins whose rest may still be there.
    pub(super) fn earliest(&self, at: i64, periods: u32) -> i64 {
        let begin = |at| self.period(at).map(|period| period.from.0);
        let mut earliest = begin(at).unwrap_or(at);
        for _ in 0..periods {
            if let Some(before) = earliest.checked_sub(1).and_then(begin) {
                earliest = before;
            }
        }
        earliest.max(self.validity.from.0)
    }

    /// The grant of the period of an instant, and when that period ends.
    pub(super) fn grant(&self, at: i64) -> Option<(Grant, i64)> {
        let period = self.period(at).filter(|_| self.validity.covers(EventTime(at)))?;
        let (begin, end) = (period.from.0, period.to.0);
        let (from, to) = (begin.max(self.validity.from.0), end.min(self.validity.to.0));
        let mut quantity = self.document.quantity;
        if self.document.prorated && from > begin {
            let whole = i128::from(end) - i128::from(begin);
            let rest = i128::from(end) - i128::from(from);
            let twice = 2 * i128::from(quantity) * rest + whole;
            quantity = u64::try_from(twice / (2 * whole)).expect("a share is no more");
        }
        Some((self.make((from, to), quantity, 0), end))
    }

    /// What of a grant that is over goes over into the next period.
    pub(super) fn rest(&self, gone: &Grant) -> Option<Grant> {
        let rollover = self.document.rollover.filter(|rollover| gone.rolled < rollover.periods)?;
        let end = gone.row.valid.to.0;
        let to = self.document.every.as_ref()?.cycle()?.period(EventTime(end))?.to.0;
        let rest = gone.row.left.min(rollover.most);
        let goes_over = end < self.validity.to.0 && rest > 0;
        goes_over.then(|| self.make((end, to.min(self.validity.to.0)), rest, gone.rolled + 1))
    }

    fn make(&self, (from, to): (i64, i64), quantity: u64, rolled: u32) -> Grant {
        let document = self.document.clone();
        let unit = match document.service {
            Service::Voice => Unit::Milliseconds,
            Service::Data => Unit::Octets,
            Service::Sms | Service::Event => Unit::Events,
        };
        let row = UnitBucket {
            account: Default::default(),
            subscription: self.subscription,
            allowance: id64(&document.allowance_id),
            bucket: id_of(self.id, EventTime(from), u64::from(rolled)),
            unit,
            valid: Validity { from: EventTime(from), to: EventTime(to) },
            granted: quantity,
            left: quantity,
        };
        let (allowance, blocker) = (document.allowance_id.clone(), document.blocker);
        Grant { offer: self.id, allowance, row, blocker, document, rolled, drawn: Vec::new() }
    }
}

impl Grant {
    /// The lowest goes first: by priority, then by expiry, then what went over.
    pub(super) fn turn(&self) -> impl Ord + use<> {
        let rolled = std::cmp::Reverse(self.rolled);
        (self.document.priority, self.row.valid.to, rolled, self.row.bucket)
    }

    /// Whether it may pay for usage in a zone and a band.
    pub(super) fn is_for(&self, charge: &Charge, (zone, band): (u64, u64)) -> bool {
        let named =
            |names: &[String], id| names.is_empty() || names.iter().any(|name| id64(name) == id);
        let its_own = [0, charge.subscription].contains(&self.row.subscription);
        let valid = self.row.valid;
        its_own
            && self.document.service == charge.service
            && named(&self.document.zones, zone)
            && named(&self.document.bands, band)
            && valid.from <= charge.started_at
            && charge.started_at < valid.to
    }

    /// Takes whole increments for a quantity, as far as they go; the last one may be more than is needed.
    pub(super) fn take(&mut self, subscription: u64, quantity: u64) -> u64 {
        let increment = self.document.increment;
        let mut counted = quantity;
        if !counted.is_multiple_of(increment) {
            counted += increment - counted % increment;
        }
        let drawn: u64 =
            self.drawn.iter().filter(|(who, _)| *who == subscription).map(|(_, much)| much).sum();
        let room = self.document.cap.map_or(u64::MAX, |cap| cap.saturating_sub(drawn));
        let taken = counted.min(self.row.left).min(room);
        self.drawn.push((subscription, taken));
        self.row.left -= taken;
        taken
    }
}

/// What is taken from each grant for the parts of a record, and which spans of it that pays.
pub(super) fn draw(
    grants: &mut [Grant],
    charge: &Charge,
    parts: &[Part],
) -> (Vec<(Grant, u64)>, Vec<Span>) {
    grants.sort_by_key(Grant::turn);
    let (mut used, mut paid) = (Vec::new(), Vec::new());
    for part in parts {
        let mut left = part.span.to - part.span.from;
        for grant in grants.iter_mut() {
            if left == 0 || !grant.is_for(charge, (part.zone, part.band)) {
                continue;
            }
            let taken = grant.take(charge.subscription, left);
            used.push((grant.clone(), taken));
            left -= taken.min(left);
            if grant.blocker {
                break;
            }
        }
        let to = part.span.to - left;
        if to > part.span.from {
            paid.push(Span { from: part.span.from, to });
        }
    }
    (used, paid)
}
