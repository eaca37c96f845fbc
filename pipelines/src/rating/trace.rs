//! What rating looked at and what it did, for whoever wants to know.

use datasets::number::Digits;
use datasets::reference::{NumberKind, Slot};
use datasets::units::Rounding;
use datasets::usage::Service;

/// Somebody who is told how a charge comes about; `()` does not listen, and costs nothing.
pub trait Witness {
    /// Rating looks something up, whether it is there or not.
    fn looked(&mut self, _at: Looked) {}
    /// Rating takes a step.
    fn saw(&mut self, _step: Step) {}
}

impl Witness for () {}

impl Witness for Vec<Step> {
    fn saw(&mut self, step: Step) {
        self.push(step);
    }
}

/// What was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Looked {
    /// The prefixes of a called number.
    Called(Digits),
    /// The rows of a tariff for a service and a zone, 0 for those of all zones.
    Rows(u64, Service, u64),
}

/// A row that was found, by content ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowNames {
    /// The tariff it belongs to.
    pub tariff: u64,
    /// The key of its document.
    pub row: u64,
    /// The zone, 0 for all.
    pub zone: u64,
    /// Its band; none holds at all times.
    pub band: Option<u64>,
}

/// A step on the way to a charge; quantities in base units, amounts in 10⁻⁹.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The number is free to its caller.
    Free {
        /// Of which kind it is.
        kind: NumberKind,
    },
    /// The fee is asked.
    Fee {
        /// How much.
        amount: i128,
    },
    /// From here on this row holds.
    Row {
        /// The row.
        found: RowNames,
        /// From which quantity.
        from: u64,
    },
    /// So much was charged by one slot.
    Slot {
        /// From which quantity.
        from: u64,
        /// How much, in whole steps.
        units: u64,
        /// By which slot.
        slot: Slot,
    },
    /// The sum was less than the minimum.
    Minimum {
        /// What is asked instead.
        amount: i128,
    },
    /// The sum was more than the maximum.
    Maximum {
        /// What is asked instead.
        amount: i128,
    },
    /// The sum was more than the maximum, and the network should have cut the record off.
    CutOff {
        /// At which quantity.
        at: u64,
    },
    /// The sum was rounded.
    Rounded {
        /// To how many decimals.
        decimals: u32,
        /// How.
        rounding: Rounding,
        /// The charge.
        amount: i64,
    },
}
