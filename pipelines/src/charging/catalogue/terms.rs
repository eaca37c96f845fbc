//! Accounts and subscriptions as the fold uses them.

use datasets::ids::AccountId;
use datasets::reference::{AccountKind, Subscription};
use datasets::units::{Currency, Money};

use crate::names::Names;

/// An account as the fold uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountTerms {
    /// How it pays.
    pub kind: AccountKind,
    /// The currency of its balance.
    pub currency: Currency,
    /// How much it may owe.
    pub credit_limit: Money,
}

/// A subscription as the fold uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionTerms {
    /// The content id of its own id.
    pub subscription: u64,
    /// The account that is charged.
    pub account: AccountId,
    /// The tariff that prices it.
    pub tariff: u64,
    /// The offering whose allowances it has; 0 without one.
    pub offering: u64,
}

impl SubscriptionTerms {
    pub(super) fn of(subscription: &Subscription, names: &Names) -> Self {
        let offering = subscription.offering_id.as_deref();
        Self {
            subscription: names.intern(&subscription.subscription_id),
            account: names.intern_account(&subscription.account_id),
            tariff: names.intern(&subscription.tariff_id),
            offering: offering.map_or(0, |offering| names.intern(offering)),
        }
    }
}
