//! The charge of one record, by the reference data of its own time: in the fold, and in `weir rate`.

use operators::timeline::Fold;

use super::catalogue::{AccountTerms, Catalogue};
use super::fold::{Charge, Charging, ChargingEvent, ChargingKey, Suspension, Usage};
use crate::rating::{Call, Rated, Unrated, Witness, rate};

/// A charge, and what it was made by.
#[derive(Clone, Copy, Debug)]
pub struct Priced {
    /// The charge.
    pub charge: Charge,
    /// The account's terms.
    pub terms: AccountTerms,
    /// The amount, and the row it came from.
    pub rated: Rated,
    /// The record as rating sees it.
    pub call: Call,
}

/// Prices one record by itself, as the fold of its account would if the account had no allowances.
///
/// # Errors
/// What the record lacks.
pub fn price<W: Witness>(
    catalogue: &Catalogue,
    usage: &Usage,
    witness: &mut W,
) -> Result<Priced, Suspension> {
    let key = Charging::key(catalogue, &ChargingEvent::Usage(*usage));
    price_for(catalogue, &key, usage, witness)
}

/// Prices usage of an account.
pub(super) fn price_for<W: Witness>(
    catalogue: &Catalogue,
    key: &ChargingKey,
    usage: &Usage,
    witness: &mut W,
) -> Result<Priced, Suspension> {
    let ChargingKey::Account(account) = *key else { return Err(Suspension::UnknownSubscriber) };
    let at = usage.started_at;
    let subscription =
        catalogue.subscription(usage.subscriber, at).ok_or(Suspension::UnknownSubscriber)?;
    let terms = *catalogue.account(account, at).ok_or(Suspension::UnknownAccount)?;
    let Usage { provenance, started_at, called, quantity, service, facets, .. } = *usage;
    let tariff = subscription.tariff;
    let call = Call { tariff, service, facets, called, started_at, quantity, before: 0 };
    let rated = rate(&call, catalogue.plans(), witness)?;
    let currency = rated.currency.unwrap_or(terms.currency);
    if currency != terms.currency {
        return Err(Suspension::CurrencyMismatch);
    }
    let charge = Charge {
        provenance,
        account,
        subscription: subscription.subscription,
        // A number that is free in every plan has no row.
        tariff: if rated.free.is_some() { tariff } else { rated.tariff },
        zone: rated.zone,
        started_at,
        quantity,
        included: 0,
        amount: rated.amount,
        service,
        currency,
    };
    Ok(Priced { charge, terms, rated, call })
}

impl From<Unrated> for Suspension {
    fn from(lack: Unrated) -> Self {
        match lack {
            Unrated::UnknownDestination => Self::UnknownDestination,
            Unrated::NoRate => Self::NoRate,
            Unrated::FallbackCycle => Self::FallbackCycle,
            Unrated::MixedCurrencies => Self::MixedCurrencies,
            Unrated::TooLong => Self::TooLong,
            Unrated::AmountTooLarge => Self::AmountTooLarge,
        }
    }
}
