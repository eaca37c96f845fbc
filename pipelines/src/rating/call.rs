//! One record as rating sees it, and what it comes to.

use datasets::number::Digits;
use datasets::reference::NumberKind;
use datasets::units::{Currency, EventTime};
use datasets::usage::{Direction, Facets, Measure, Service};

use super::selection::Found;

/// A usage record and the plan that prices it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The content id of the tariff.
    pub tariff: u64,
    /// What was consumed.
    pub service: Service,
    /// What plan rows may ask beside.
    pub facets: Facets,
    /// The called number, or what is known of it; none where nothing was called.
    pub called: Digits,
    /// When it began: the versions of that instant hold for all of it.
    pub started_at: EventTime,
    /// How much, in the service's base unit.
    pub quantity: u64,
    /// How much of the session earlier records had, in the same unit: slots go on from there.
    pub before: u64,
}

impl Call {
    /// How much of it a row counts. One record is one event, the rest of a session none, and nothing used none at all.
    #[must_use]
    pub fn measured(&self, measure: Measure) -> u64 {
        if measure == self.service.measure() {
            self.quantity
        } else {
            u64::from(self.quantity > 0 && !self.facets.continuation)
        }
    }

    /// Whether the charged party made it, so that the called number decides what is free.
    #[must_use]
    pub(super) fn is_outgoing(&self) -> bool {
        !matches!(self.facets.direction, Direction::Terminating | Direction::RoamingIn)
    }

    /// The instant at which so much of it had been used, of a call.
    pub(super) fn instant_of(&self, place: u64) -> i64 {
        let millis = i64::try_from(place).unwrap_or(i64::MAX);
        self.started_at.0.saturating_add(millis.saturating_mul(1_000))
    }

    /// How much of it had been used at an instant after its beginning; what has no length is never there.
    pub(super) fn place_of(&self, instant: i64, measure: Measure) -> u64 {
        if measure != Measure::Duration || instant == i64::MAX {
            return u64::MAX;
        }
        let micros = instant.saturating_sub(self.started_at.0);
        u64::try_from(micros).map_or(0, |micros| micros.div_ceil(1_000))
    }
}

/// What a record comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rated {
    /// The amount, in 10⁻⁹.
    pub amount: i64,
    /// Its currency; none for a number that costs nothing in any.
    pub currency: Option<Currency>,
    /// The zone that was called; 0 where nothing was, or where the row holds for all.
    pub zone: u64,
    /// The tariff whose row it was; 0 for a free number.
    pub tariff: u64,
    /// The key of the row in which it began; 0 for a free number.
    pub row: u64,
    /// The kind of number, where that made it free.
    pub free: Option<NumberKind>,
    /// Where the network should have cut it off.
    pub cut_off_at: Option<u64>,
    /// Whether tax is in the amount.
    pub tax_inclusive: bool,
}

impl Rated {
    pub(super) fn of(found: &Found<'_>, amount: i64, cut_off_at: Option<u64>) -> Self {
        Self {
            amount,
            currency: Some(found.row.currency),
            zone: found.zone,
            tariff: found.tariff,
            row: found.row.key,
            free: None,
            cut_off_at,
            tax_inclusive: found.row.tax_inclusive,
        }
    }

    pub(super) fn free(zone: u64, kind: NumberKind) -> Self {
        Self {
            amount: 0,
            currency: None,
            zone,
            tariff: 0,
            row: 0,
            free: Some(kind),
            cut_off_at: None,
            tax_inclusive: false,
        }
    }
}

/// Why a record cannot be rated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unrated {
    /// No prefix of the called number belongs to a zone, and no row holds for all zones.
    UnknownDestination,
    /// No row of the tariff and of those it falls back to holds.
    NoRate,
    /// The tariffs fall back to each other in a circle.
    FallbackCycle,
    /// Its parts are priced in different currencies.
    MixedCurrencies,
    /// It would be split into too many parts.
    TooLong,
    /// The charge would be a billion units or more.
    AmountTooLarge,
}
