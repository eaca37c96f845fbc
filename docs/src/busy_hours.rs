//! How much was used in every hour of event time, by service?
//!
//! ```text
//! charges ─ add up by (service, hour) ──▶ busy hours
//! ```
//!
//! One row per service and hour in which something was used. A late record raises the hour that it belongs to, a corrected
//! one replaces its original, and an hour from which all usage was taken back has no row.
//!
//! ```sql
//! SELECT service, date_trunc('hour', started_at), count(*), sum(quantity) FROM bill.charges GROUP BY 1, 2
//! ```

use datasets::units::{EventTime, MICROS_PER_SECOND};
use datasets::usage::Service;
use differential_dataflow::difference::{IsZero, Multiply, Semigroup};
use differential_dataflow::operators::CountTotal;
use operators::rows::{Diff, Rows};
use pipelines::charging::fold::Charge;
use serde::{Deserialize, Serialize};

/// The table that the rows are published to.
pub const TABLE: &str = "mart.busy_hours";

/// What the view reads.
pub struct Inputs<'scope> {
    /// Rated usage, one row per record.
    pub charges: Rows<'scope, Charge>,
}

/// What the view maintains.
pub struct Outputs<'scope> {
    /// One row per service and hour.
    pub busy_hours: Rows<'scope, BusyHour>,
}

/// What was used of a service in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BusyHour {
    /// What was used. Column `service`.
    pub service: Service,
    /// The hour's first instant, UTC. Column `began_at`.
    pub began_at: EventTime,
    /// Records that began in the hour. Column `record_count`.
    pub record_count: Diff,
    /// What they used, in the service's base unit. Column `quantity`.
    pub quantity: i128,
}

/// Maintains the use of every service in every hour.
pub fn build(inputs: Inputs<'_>) -> Outputs<'_> {
    let hours = inputs.charges.explode(|charge| Some((hour_of(&charge), Tally::of(&charge))));
    Outputs { busy_hours: hours.count_total().map(row) }
}

/// A service and the first instant of an hour.
type Hour = (Service, EventTime);

fn hour_of(charge: &Charge) -> Hour {
    let micros = 3_600 * MICROS_PER_SECOND;
    (charge.service, EventTime(charge.started_at.0.div_euclid(micros) * micros))
}

fn row(((service, began_at), tally): (Hour, Tally)) -> BusyHour {
    let Tally { record_count, quantity } = tally;
    BusyHour { service, began_at, record_count, quantity }
}

/// What is added up, as a difference: the tally of a union is the sum of the tallies.
///
/// The count is part of it, so that an hour in which nothing was used up does not look empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Tally {
    record_count: Diff,
    quantity: i128,
}

impl Tally {
    fn of(charge: &Charge) -> Self {
        Self { record_count: 1, quantity: i128::from(charge.quantity) }
    }
}

impl IsZero for Tally {
    fn is_zero(&self) -> bool {
        self.record_count == 0 && self.quantity == 0
    }
}

impl Semigroup for Tally {
    fn plus_equals(&mut self, other: &Self) {
        self.record_count += other.record_count;
        self.quantity += other.quantity;
    }
}

impl Multiply<Diff> for Tally {
    type Output = Self;

    fn multiply(self, copies: &Diff) -> Self {
        let factor = i128::try_from(*copies).expect("a difference has 64 bits");
        Self { record_count: self.record_count * copies, quantity: self.quantity * factor }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use datasets::ids::Id128;
    use datasets::provenance::Provenance;
    use datasets::units::Currency;
    use weir_tests::laws::{Law, Update};

    use super::{BusyHour, Charge, Diff, EventTime, Hour, Inputs, Rows, Service};

    /// A charge of a record that began so many minutes after 1970.
    fn charge(offset: u64, minutes: i64, quantity: u64) -> Charge {
        Charge {
            provenance: Provenance::new(0, 0, offset),
            account: Id128::default(),
            subscription: 0,
            tariff: 0,
            zone: 0,
            started_at: EventTime(0).plus_seconds(minutes * 60),
            quantity,
            included: 0,
            amount: 0,
            service: if quantity.is_multiple_of(2) { Service::Voice } else { Service::Data },
            currency: Currency::EUR,
        }
    }

    /// The same question, answered the slow and obvious way.
    fn answer(history: &[Update<Charge>]) -> BTreeMap<BusyHour, Diff> {
        let mut hours: BTreeMap<Hour, (Diff, i128)> = BTreeMap::new();
        for (charge, _epoch, diff) in history {
            let began_at = EventTime(0).plus_seconds(charge.started_at.0 / 3_600_000_000 * 3_600);
            let (count, quantity) = hours.entry((charge.service, began_at)).or_default();
            *count += diff;
            *quantity += i128::from(charge.quantity) * i128::try_from(*diff).unwrap();
        }
        let used = hours.into_iter().filter(|(_, (count, _))| *count != 0);
        used.map(|((service, began_at), (record_count, quantity))| {
            (BusyHour { service, began_at, record_count, quantity }, 1)
        })
        .collect()
    }

    /// Charges that come, and some that go again.
    fn history(seed: u64) -> Vec<Update<Charge>> {
        let mut rng = fastrand::Rng::with_seed(seed);
        let come = (0..40)
            .map(|offset| (charge(offset, rng.i64(0..400), rng.u64(0..9)), rng.u64(0..6), 1));
        let come: Vec<Update<Charge>> = come.collect();
        let go = come.iter().step_by(3).map(|(charge, epoch, _)| (*charge, epoch + 1, -1));
        come.iter().copied().chain(go).collect()
    }

    fn build(charges: Rows<'_, Charge>) -> Rows<'_, BusyHour> {
        super::build(Inputs { charges }).busy_hours
    }

    #[test]
    fn the_laws_hold() {
        for seed in 0..32 {
            let law = Law { seed, history: history(seed), build };
            law.oracle(answer);
            law.steps();
            law.order();
            law.workers();
            law.undo();
        }
    }
}
