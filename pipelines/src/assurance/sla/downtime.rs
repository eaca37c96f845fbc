//! For how long a service was down, as far as it counts.

use std::collections::BTreeMap;

use datasets::reference::Validity;
use datasets::units::Fraction;

use crate::assurance::spans::{length, union, within, without};

/// A service is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outage {
    /// The event that it belongs to; what one event does to a service is one downtime.
    pub event: u64,
    /// From when to when.
    pub span: Validity,
}

/// A downtime as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Downtime {
    /// The event.
    pub event: u64,
    /// The microseconds that count; those that an earlier event has used already do not.
    pub counted: i128,
}

/// The downtimes in a period, without planned work and other time that is excluded.
///
/// Time that lies in two outages counts once, for the one that began first.
#[must_use]
pub fn downtimes(outages: &[Outage], excluded: &[Validity], period: Validity) -> Vec<Downtime> {
    let mut outages = outages.to_vec();
    outages.sort_unstable_by_key(|outage| (outage.span.from, outage.event, outage.span.to));
    let mut taken = union(excluded.to_vec());
    let mut counted: BTreeMap<u64, (usize, i128)> = BTreeMap::new();
    for (place, outage) in outages.iter().enumerate() {
        let span = within(outage.span, period);
        let parts = without(span, &taken);
        counted.entry(outage.event).or_insert((place, 0)).1 += length(parts);
        taken.push(span);
        taken = union(taken);
    }
    let mut downtimes: Vec<_> =
        counted.into_iter().filter(|(_, (_, counted))| *counted > 0).collect();
    downtimes.sort_unstable_by_key(|(_, (place, _))| *place);
    downtimes.into_iter().map(|(event, (_, counted))| Downtime { event, counted }).collect()
}

/// The mean time to repair in microseconds; none where nothing was down.
#[must_use]
pub fn time_to_repair(evidence: &[Downtime]) -> Option<Fraction> {
    let total = evidence.iter().map(|downtime| downtime.counted).sum();
    Fraction::of(total, i128::try_from(evidence.len()).ok()?)
}
