//! What the fold of an account is given: usage and top-ups, of which mediation has left what charging needs.

use datasets::care::TopUp;
use datasets::ids::{AccountId, SubscriberId};
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::units::{Currency, EventTime};
use datasets::usage::{Facets, Service, UsageEvent};
use serde::{Deserialize, Serialize};

use crate::exact::of_record;

/// Usage as the fold keeps it: what mediation needed to know is left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Usage {
    /// When it began.
    pub started_at: EventTime,
    /// Where the record came from; tells usage apart.
    pub provenance: Provenance,
    /// The party that is charged.
    pub subscriber: SubscriberId,
    /// What of the called number may stand in clear.
    pub called: Digits,
    /// How much, in the service's base unit.
    pub quantity: u64,
    /// What was consumed.
    pub service: Service,
    /// What plan rows may ask beside.
    pub facets: Facets,
}

impl From<&UsageEvent> for Usage {
    fn from(event: &UsageEvent) -> Self {
        let UsageEvent { started_at, provenance, subscriber, called, quantity, .. } = *event;
        let UsageEvent { service, facets, .. } = *event;
        Self { started_at, provenance, subscriber, called, quantity, service, facets }
    }
}

/// A top-up as the fold keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Credited {
    /// When it was credited.
    pub topped_up_at: EventTime,
    /// Where the record came from.
    pub provenance: Provenance,
    /// The account.
    pub account: AccountId,
    /// How much, in 10⁻⁹.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: Currency,
}

impl Credited {
    /// The top-up, if its amount fits one record's column.
    #[must_use]
    pub fn of(topup: &TopUp) -> Option<Self> {
        let amount = of_record(topup.amount)?;
        let TopUp { topped_up_at, provenance, account, currency, .. } = *topup;
        Some(Self { topped_up_at, provenance, account, amount, currency })
    }
}

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ChargingEvent {
    /// Usage to be charged.
    Usage(Usage),
    /// Money put on the account.
    TopUp(Credited),
}

/// Whose events are folded together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ChargingKey {
    /// An account.
    Account(AccountId),
    /// Usage of a number that belonged to no subscription, by the spread of its pseudonym.
    Suspense(u64),
}
