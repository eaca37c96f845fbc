//! What becomes of each record of a file.

use std::collections::BTreeMap;

use datasets::ids::AccountId;
use datasets::units::Currency;
use datasets::usage::UsageEvent;

use super::lines::Line;
use super::tariff_set::TariffSet;
use crate::charging::fold::Usage;
use crate::charging::pricing::{Priced, price};
use crate::rating::{Rated, Step};

/// What became of one record.
pub(super) enum Verdict {
    Rated(Charge),
    Suspended { reason: &'static str, steps: Vec<Step> },
    Superseded,
    Duplicate,
}

/// A charge, and how it came about.
pub(super) struct Charge {
    pub(super) account: AccountId,
    pub(super) currency: Currency,
    pub(super) rated: Rated,
    pub(super) steps: Vec<Step>,
}

/// Judges each record: the highest revision of an identity counts, of equal ones the first.
pub(super) fn judge(set: &TariffSet, lines: &[Line]) -> Vec<Verdict> {
    let mut winners: BTreeMap<u64, usize> = BTreeMap::new();
    let rank = |place: usize| {
        let usage = &lines[place].usage;
        (usage.revision, usage.cancelled)
    };
    for (place, line) in lines.iter().enumerate() {
        let winner = winners.entry(line.usage.identity).or_insert(place);
        if rank(place) > rank(*winner) {
            *winner = place;
        }
    }
    let verdict = |(place, line): (usize, &Line)| {
        let winner = winners[&line.usage.identity];
        if place != winner {
            return if rank(place) == rank(winner) {
                Verdict::Duplicate
            } else {
                Verdict::Superseded
            };
        }
        if line.usage.cancelled { Verdict::Superseded } else { charge(set, &line.usage) }
    };
    lines.iter().enumerate().map(verdict).collect()
}

fn charge(set: &TariffSet, usage: &UsageEvent) -> Verdict {
    let mut steps = Vec::new();
    match price(&set.catalogue, &Usage::from(usage), &mut steps) {
        Ok(Priced { charge, rated, .. }) => {
            let (account, currency) = (charge.account, charge.currency);
            Verdict::Rated(Charge { account, currency, rated, steps })
        }
        Err(reason) => Verdict::Suspended { reason: reason.as_str(), steps },
    }
}
