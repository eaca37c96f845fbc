//! Walks through usage step by step: a step is charged by the slot in which it begins, as a whole.

use datasets::reference::Slot;

use super::trace::{Step, Witness};
use crate::exact::Exact;

/// A walk through one record.
#[derive(Clone, Copy, Debug)]
pub struct Walk {
    /// How much of the record is behind; it may pass the end by the rest of a step.
    pub at: u64,
    /// How much the session had before the record.
    pub before: u64,
    /// How much of what is behind was paid otherwise: slots do not count it.
    passed: u64,
    /// What it came to.
    pub exact: Exact,
}

impl Walk {
    /// At the beginning of a record.
    #[must_use]
    pub const fn new(before: u64, exact: Exact) -> Self {
        Self { at: 0, before, passed: 0, exact }
    }

    /// Goes on to a later place without charging what lies between.
    pub fn pass(&mut self, to: u64) {
        self.passed += to - self.at;
        self.at = to;
    }

    /// Goes on by these slots until the next step would begin at `end` or behind it.
    ///
    /// `None` where the amount does not fit.
    pub fn on<W: Witness>(&mut self, slots: &[Slot], end: u64, witness: &mut W) -> Option<()> {
        while self.at < end {
            let place = self.before.checked_add(self.at - self.passed)?;
            let number = slots.partition_point(|slot| slot.from <= place).checked_sub(1)?;
            let slot = slots[number];
            let of_slot = slots
                .get(number + 1)
                .map_or(u64::MAX, |next| (next.from - self.before).saturating_add(self.passed));
            let stop = end.min(of_slot);
            let steps = (stop - self.at).div_ceil(slot.increment);
            let units = steps.checked_mul(slot.increment)?;
            self.exact = self.exact.plus_price(slot.price.0, units, slot.per)?;
            witness.saw(Step::Slot { from: self.at, units, slot });
            self.at = self.at.checked_add(units)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use datasets::units::AsDecimal;

    use super::*;
    use crate::exact::{Keep, of_record};

    fn slot(from: u64, price: &str, per: u64, increment: u64) -> Slot {
        Slot { from, price: AsDecimal(price.parse().unwrap()), per, increment }
    }

    fn amount(slots: &[Slot], before: u64, quantity: u64) -> (u64, i64) {
        let mut walk = Walk::new(before, Exact::ZERO);
        walk.on(slots, quantity, &mut ()).unwrap();
        (walk.at, walk.exact.rounded(Keep::ALL).and_then(of_record).unwrap())
    }

    #[test]
    fn a_step_belongs_to_the_slot_in_which_it_begins() {
        // Seven a step: 0, 7, … 56 begin in the first minute, and the last of them ends at 63.
        let slots = [slot(0, "0.000000001", 1, 7), slot(60, "0.000001", 1, 10)];
        assert_eq!(amount(&slots, 0, 57), (63, 63));
        assert_eq!(amount(&slots, 0, 63), (63, 63));
        assert_eq!(amount(&slots, 0, 64), (73, 63 + 10_000));
    }

    #[test]
    fn the_rest_of_a_session_goes_on_where_it_was() {
        let slots = [slot(0, "0.000000001", 1, 60), slot(60, "0.000001", 1, 1)];
        assert_eq!(amount(&slots, 60, 25), (25, 25_000));
        assert_eq!(amount(&slots, 59, 25), (60, 60));
        assert_eq!(amount(&slots, 30, 25), (60, 60));
    }
}
