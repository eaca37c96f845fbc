//! Why usage waits: the reasons of `bill.suspended_usage`.

use serde::{Deserialize, Serialize};

/// Why usage cannot be rated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Suspension {
    /// The number belonged to no subscription.
    UnknownSubscriber,
    /// The subscription's account is not known at that time.
    UnknownAccount,
    /// No prefix of the called number belongs to a zone.
    UnknownDestination,
    /// The tariff has no rate for the service and zone.
    NoRate,
    /// The rate's currency is not the account's.
    CurrencyMismatch,
    /// The charge would be a billion units or more.
    AmountTooLarge,
    /// It began later than stream time allows.
    Future,
    /// It is dated so far ahead of its arrival that its clock must be wrong: it is not folded when it is due.
    BeyondHorizon,
    /// It began before what the fold still holds.
    BehindHotWindow,
    /// The tariffs fall back to each other in a circle.
    FallbackCycle,
    /// Its parts are priced in different currencies.
    MixedCurrencies,
    /// It would be split into too many parts.
    TooLong,
}

impl Suspension {
    /// The code in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownSubscriber => "unknown_subscriber",
            Self::UnknownAccount => "unknown_account",
            Self::UnknownDestination => "unknown_destination",
            Self::NoRate => "no_rate",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::AmountTooLarge => "amount_too_large",
            Self::Future => "future",
            Self::BeyondHorizon => "beyond_horizon",
            Self::BehindHotWindow => "behind_hot_window",
            Self::FallbackCycle => "fallback_cycle",
            Self::MixedCurrencies => "mixed_currencies",
            Self::TooLong => "too_long",
        }
    }
}
