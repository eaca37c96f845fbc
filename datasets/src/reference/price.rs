//! What usage costs: plans, their rows, and the zones of called numbers.

use serde::{Deserialize, Serialize};

use crate::number::Digits;
use crate::units::{AsDecimal, Currency, Rounding};
use crate::usage::{Direction, Measure, Service};

use super::TimeZone;

/// What holds for all rows of a tariff, as of a validity; a tariff without one is in UTC and has no fallback.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Plan {
    /// The tariff.
    pub tariff_id: String,
    /// Where its time bands are told.
    pub time_zone: TimeZone,
    /// The tariff that is asked where this one has no row.
    pub fallback: Option<String>,
}

/// Who is at the other end, as a plan row asks for it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Whoever it is.
    #[default]
    Any,
    /// A customer of the same network.
    OnNet,
    /// Nobody of the same network.
    OffNet,
    /// One of the numbers that the subscriber named (friends and family).
    Friend,
}

impl Relation {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Any, Self::OnNet, Self::OffNet, Self::Friend];

    /// The name in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::OnNet => "on_net",
            Self::OffNet => "off_net",
            Self::Friend => "friend",
        }
    }
}

/// From a quantity on: so much per so many base units, counted in whole steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// The quantity from which it holds, in base units of the row's measure; the first is 0.
    pub from: u64,
    /// The price of `per` base units.
    pub price: AsDecimal,
    /// How many base units the price is for; positive.
    pub per: u64,
    /// A step that is begun is charged as a whole, in base units; positive.
    pub increment: u64,
}

/// What happens to a record whose charge would pass the maximum.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Beyond {
    /// The rest is free.
    #[default]
    Free,
    /// The network should have cut it off: all of it is charged, and how much it might have been is told.
    Disconnect,
}

/// The most that a record costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Maximum {
    /// The amount.
    pub amount: AsDecimal,
    /// What happens beyond it.
    pub beyond: Beyond,
}

/// A plan row: what a tariff asks for a service in a direction to a zone in a time band.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rate {
    /// The tariff it belongs to.
    pub tariff_id: String,
    /// What it prices.
    pub service: Service,
    /// The destination zone; none holds for all, and for usage without a called number.
    pub zone: Option<String>,
    /// The direction; none holds for all.
    pub direction: Option<Direction>,
    /// Who is at the other end.
    pub relation: Relation,
    /// The time band; none holds at all times.
    pub band: Option<String>,
    /// Of the rows that match the one with the greatest weight counts.
    pub weight: u32,
    /// What its slots count.
    pub measure: Measure,
    /// Asked once, where the usage begins in this row.
    pub connect_fee: AsDecimal,
    /// The prices, in the order of `from`; never empty.
    pub slots: Vec<Slot>,
    /// The least that a record costs.
    pub minimum: Option<AsDecimal>,
    /// The most that a record costs.
    pub maximum: Option<Maximum>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// How many decimals a charge keeps, at most nine.
    pub decimals: u32,
    /// How a charge gets to so many decimals.
    pub rounding: Rounding,
    /// Whether tax is in the amounts.
    pub tax_inclusive: bool,
}

/// What a destination is, beyond its zone.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// A number like others.
    #[default]
    Ordinary,
    /// Costs its caller nothing in any plan.
    Free,
    /// Costs its caller nothing in any plan, and is never barred.
    Emergency,
    /// A short or service number.
    Special,
    /// A premium-rate number.
    Premium,
    /// A range that fraud uses.
    HighRisk,
}

impl NumberKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Ordinary, Self::Free, Self::Emergency, Self::Special, Self::Premium, Self::HighRisk];

    /// The name in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Free => "free",
            Self::Emergency => "emergency",
            Self::Special => "special",
            Self::Premium => "premium",
            Self::HighRisk => "high_risk",
        }
    }

    /// Whether nobody pays for calling it.
    #[must_use]
    pub const fn is_free(self) -> bool {
        matches!(self, Self::Free | Self::Emergency)
    }
}

/// A prefix of called numbers that belongs to a zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Destination {
    /// The leading digits (E.164).
    pub prefix: Digits,
    /// The zone.
    pub zone: String,
    /// What kind of numbers these are.
    pub kind: NumberKind,
}
