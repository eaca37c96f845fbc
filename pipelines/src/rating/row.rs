//! A plan row as rating uses it: numbers only.

use std::cmp::Reverse;

use datasets::reference::{Maximum, Rate, Relation, Slot, Validity};
use datasets::units::{Currency, EventTime, Rounding};
use datasets::usage::{Direction, Measure};

use super::call::Call;

/// A plan row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The content id of its document's key.
    pub key: u64,
    /// When it holds.
    pub validity: Validity,
    /// Of the rows that match the greatest counts.
    pub weight: u32,
    /// The direction; none holds for all.
    pub direction: Option<Direction>,
    /// Who is at the other end.
    pub relation: Relation,
    /// The place of its band among all; none holds at all times.
    pub band: Option<usize>,
    /// What its slots count.
    pub measure: Measure,
    /// Asked once, in 10⁻⁹.
    pub connect_fee: i128,
    /// The prices.
    pub slots: Vec<Slot>,
    /// The least that a record costs, in 10⁻⁹.
    pub minimum: Option<i128>,
    /// The most that a record costs.
    pub maximum: Option<Maximum>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// How many decimals a charge keeps.
    pub decimals: u32,
    /// How a charge gets there.
    pub rounding: Rounding,
    /// Whether tax is in the amounts.
    pub tax_inclusive: bool,
}

impl Row {
    /// The row of a document.
    #[must_use]
    pub fn of(key: u64, validity: Validity, rate: &Rate, band: Option<usize>) -> Self {
        Self {
            key,
            validity,
            weight: rate.weight,
            direction: rate.direction,
            relation: rate.relation,
            band,
            measure: rate.measure,
            connect_fee: rate.connect_fee.0.0,
            slots: rate.slots.clone(),
            minimum: rate.minimum.map(|minimum| minimum.0.0),
            maximum: rate.maximum,
            currency: rate.currency,
            decimals: rate.decimals,
            rounding: rate.rounding,
            tax_inclusive: rate.tax_inclusive,
        }
    }

    /// Whether it holds for a record, its band aside.
    #[must_use]
    pub fn is_for(&self, call: &Call) -> bool {
        let facets = call.facets;
        let related = match self.relation {
            Relation::Any => true,
            Relation::OnNet => facets.on_net,
            Relation::OffNet => !facets.on_net,
            Relation::Friend => facets.friend,
        };
        related
            && self.direction.is_none_or(|direction| direction == facets.direction)
            && self.validity.covers(call.started_at)
    }

    /// Rows in this order are asked one after the other, and the first that holds counts: the greatest weight, then the
    /// one that says more, then the latest start, then the greatest key.
    #[must_use]
    pub fn precedence(&self) -> impl Ord + use<> {
        let said = |says: bool| Reverse(says);
        (
            Reverse(self.weight),
            said(self.relation == Relation::Friend),
            said(self.relation != Relation::Any),
            said(self.direction.is_some()),
            said(self.band.is_some()),
            Reverse::<(EventTime, u64)>((self.validity.from, self.key)),
        )
    }
}
