//! What the fold of an account remembers, and what a charge or a top-up makes of it.

use datasets::ids::AccountId;
use datasets::units::{Currency, EventTime};
use operators::timeline::Emit;
use serde::{Deserialize, Serialize};

use super::catalogue::{AccountTerms, Catalogue};
use super::credit::CreditState;
use super::event::Credited;
use super::rows::{Charge, Credit, Output};
use super::wallet::{Wallet, Wallets};
use crate::allowances::granting::Grants;

/// What the fold of an account remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AccountState {
    wallets: Wallets,
    credit: CreditState,
    changed_at: Option<EventTime>,
    /// The account's terms at its last event at which it was known.
    terms: Option<CreditTerms>,
    /// Included units, where the account has or had allowances.
    pub(super) included: Option<Box<Grants>>,
}

/// What credit is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct CreditTerms {
    /// The account's own currency: what it has in others does not count.
    currency: Currency,
    /// How much it may owe, in 10⁻⁹.
    limit: i128,
}

impl From<&AccountTerms> for CreditTerms {
    fn from(terms: &AccountTerms) -> Self {
        Self { currency: terms.currency, limit: terms.credit_limit.0 }
    }
}

impl AccountState {
    /// What the account has, by currency.
    #[must_use]
    pub fn wallets(&self) -> &[Wallet] {
        self.wallets.as_slice()
    }

    pub(super) fn debit(
        &mut self,
        charge: &Charge,
        terms: &AccountTerms,
        emit: &mut Emit<'_, Output>,
    ) {
        let wallet = self.wallets.of(charge.currency);
        wallet.charged += i128::from(charge.amount);
        wallet.charge_count += 1;
        self.assess(charge.started_at, Some(terms));
        emit.give(Output::Charge(*charge));
    }

    pub(super) fn credit(
        &mut self,
        catalogue: &Catalogue,
        topup: &Credited,
        emit: &mut Emit<'_, Output>,
    ) {
        let wallet = self.wallets.of(topup.currency);
        wallet.topped_up += i128::from(topup.amount);
        wallet.topup_count += 1;
        self.assess(topup.topped_up_at, catalogue.account(topup.account, topup.topped_up_at));
        self.catch_up((catalogue, topup.account), topup.topped_up_at, emit);
        emit.give(Output::TopUp(*topup));
    }

    /// How near the account is to its limit, once its terms are known.
    pub(super) fn credit_of(&self, account: AccountId) -> Option<Credit> {
        let CreditTerms { currency, limit } = self.terms?;
        let (state, changed_at) = (self.credit, self.changed_at);
        let exposure = self.exposure(currency).max(0);
        Some(Credit { account, currency, exposure, limit, state, changed_at })
    }

    /// What is owed in a currency, in 10⁻⁹; negative where there is money left.
    fn exposure(&self, currency: Currency) -> i128 {
        let wallet = self.wallets().iter().find(|wallet| wallet.currency == currency);
        wallet.map_or(0, Wallet::exposure)
    }

    /// Notes the terms that hold now, and when the credit state changes.
    fn assess(&mut self, at: EventTime, terms: Option<&AccountTerms>) {
        self.terms = terms.map(CreditTerms::from).or(self.terms);
        let Some(CreditTerms { currency, limit }) = self.terms else { return };
        let credit = CreditState::of(self.exposure(currency), limit);
        if credit != self.credit {
            self.credit = credit;
            self.changed_at = Some(at);
        }
    }
}
