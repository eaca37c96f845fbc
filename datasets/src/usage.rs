//! Usage: what a subscriber consumed, as one record of the network tells it.

mod facets;

use serde::{Deserialize, Serialize};

use crate::ids::SubscriberId;
use crate::number::Digits;
use crate::provenance::Provenance;
use crate::units::EventTime;

pub use facets::{Direction, Facets};

/// What was consumed, and by that the base unit in which `quantity` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// A call; the quantity is its duration in milliseconds.
    Voice,
    /// A data session; the quantity is its volume in octets, both directions together.
    Data,
    /// A message; the quantity is the number of messages.
    Sms,
    /// An event of any other kind, such as a download; the quantity is the number of events.
    Event,
}

impl Service {
    /// All services, in the order of their names in documents.
    pub const ALL: [Self; 4] = [Self::Voice, Self::Data, Self::Sms, Self::Event];

    /// The name in documents and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Data => "data",
            Self::Sms => "sms",
            Self::Event => "event",
        }
    }

    /// The service of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.as_str() == name)
    }

    /// The base unit of the quantity.
    #[must_use]
    pub const fn base_unit(self) -> &'static str {
        match self {
            Self::Voice => "ms",
            Self::Data => "byte",
            Self::Sms | Self::Event => "event",
        }
    }

    /// What its quantity is measured in.
    #[must_use]
    pub const fn measure(self) -> Measure {
        match self {
            Self::Voice => Measure::Duration,
            Self::Data => Measure::Volume,
            Self::Sms | Self::Event => Measure::Count,
        }
    }
}

/// What a quantity counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Milliseconds.
    Duration,
    /// Octets.
    Volume,
    /// Events: a record of a call or of a session is one.
    Count,
}

impl Measure {
    /// The base unit, as documents name it.
    #[must_use]
    pub const fn base_unit(self) -> &'static str {
        match self {
            Self::Duration => "ms",
            Self::Volume => "byte",
            Self::Count => "event",
        }
    }
}

/// The greatest revision that is told apart from its successor: a record of a greater one cannot be read.
pub const MAX_REVISION: u16 = u16::MAX / 2;

/// One usage record as the dataflow carries it: no text, no allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UsageEvent {
    /// When the usage began.
    pub started_at: EventTime,
    /// The record's own identity (the content id of `usage_id`), the same on every re-delivery.
    pub identity: u64,
    /// Where the record came from.
    pub provenance: Provenance,
    /// The party that is charged.
    pub subscriber: SubscriberId,
    /// What of the called number may stand in clear; none for data.
    pub called: Digits,
    /// How much, in the service's base unit.
    pub quantity: u64,
    /// A corrected re-delivery carries a higher revision of the same identity.
    pub revision: u16,
    /// What was consumed.
    pub service: Service,
    /// Whether this revision takes the record back altogether.
    pub cancelled: bool,
    /// What plan rows may ask beside.
    pub facets: Facets,
}
