//! The states of usage records: each record is in exactly one.

/// Where a usage record ends up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It has a charge.
    Rated,
    /// It waits for what it lacks.
    Suspended(Reason),
    /// It repeats a revision that is there already.
    Duplicate,
    /// A higher revision of it holds, or it was taken back.
    Superseded,
    /// It could not be decoded.
    Rejected,
}

/// What a suspended record lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It began more than ten minutes after stream time.
    Future,
    /// No subscription of the number was valid.
    UnknownSubscriber,
    /// The subscription's account was not valid.
    UnknownAccount,
    /// No prefix covers the called number.
    UnknownDestination,
    /// The tariff has no price for the service and zone.
    NoRate,
    /// The price is in another currency than the account.
    CurrencyMismatch,
}

impl State {
    /// The state's name in `ops.usage_accounting`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rated => "rated",
            Self::Suspended(_) => "suspended",
            Self::Duplicate => "duplicate",
            Self::Superseded => "superseded",
            Self::Rejected => "rejected",
        }
    }

    /// The reason's name; empty where the state says all.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Suspended(reason) => reason.as_str(),
            _ => "",
        }
    }
}

impl Reason {
    /// The reason's name in `bill.suspended_usage`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Future => "future",
            Self::UnknownSubscriber => "unknown_subscriber",
            Self::UnknownAccount => "unknown_account",
            Self::UnknownDestination => "unknown_destination",
            Self::NoRate => "no_rate",
            Self::CurrencyMismatch => "currency_mismatch",
        }
    }
}
