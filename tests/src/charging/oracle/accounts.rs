//! What is on each account, added up from its sorted entries.

use std::collections::BTreeMap;

use datasets::ids::AccountId;
use datasets::provenance::Provenance;
use datasets::units::{Currency, EventTime};
use pipelines::charging::Output;
use pipelines::charging::fold::{Balance, Charge, Credit, CreditState, Credited, Suspended, Usage};
use pipelines::charging::wallet::Wallet;

/// The order of entries: by their own time, money first, then by where they came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) at: i64,
    pub(super) rank: u8,
    pub(super) id: Provenance,
}

/// An account's own currency and its credit limit in it, in 10⁻⁹.
pub(super) type Terms = (Currency, i128);

/// What becomes of one record, and the terms of its account at its own time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry {
    Charge(Charge, Terms, Usage),
    TopUp(Credited, Option<Terms>),
    Suspended(Suspended),
}

/// The rows of all entries, and how every account stands after them.
pub(super) fn fold<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<Output> {
    let mut rows = Vec::new();
    let mut accounts: BTreeMap<AccountId, Standing> = BTreeMap::new();
    for entry in entries {
        match entry {
            Entry::Suspended(suspended) => rows.push(Output::Suspended(*suspended)),
            Entry::Charge(charge, terms, _) => {
                rows.push(Output::Charge(*charge));
                let standing = accounts.entry(charge.account).or_default();
                let wallet = standing.wallet(charge.currency);
                wallet.charged += i128::from(charge.amount);
                wallet.charge_count += 1;
                standing.assess(charge.started_at, Some(*terms));
            }
            Entry::TopUp(topup, terms) => {
                rows.push(Output::TopUp(*topup));
                let standing = accounts.entry(topup.account).or_default();
                let wallet = standing.wallet(topup.currency);
                wallet.topped_up += i128::from(topup.amount);
                wallet.topup_count += 1;
                standing.assess(topup.topped_up_at, *terms);
            }
        }
    }
    rows.extend(accounts.into_iter().flat_map(|(account, standing)| standing.rows(account)));
    rows
}

/// How an account stands. Its credit is a matter of its own currency alone, and is not told of before it is known.
#[derive(Default)]
struct Standing {
    wallets: Vec<Wallet>,
    terms: Option<Terms>,
    state: CreditState,
    changed_at: Option<EventTime>,
}

impl Standing {
    fn wallet(&mut self, currency: Currency) -> &mut Wallet {
        if self.wallets.iter().all(|wallet| wallet.currency != currency) {
            let (charged, topped_up, charge_count, topup_count) = (0, 0, 0, 0);
            let wallet = Wallet { currency, charged, topped_up, charge_count, topup_count };
            self.wallets.push(wallet);
        }
        let mut wallets = self.wallets.iter_mut();
        wallets.find(|wallet| wallet.currency == currency).expect("it was put there")
    }

    /// Normal below 80 % of the limit, exceeded from the limit itself; who owes nothing is normal.
    fn assess(&mut self, at: EventTime, terms: Option<Terms>) {
        self.terms = terms.or(self.terms);
        let Some((currency, limit)) = self.terms else { return };
        let owed = self.owed(currency);
        let state = match () {
            () if owed == 0 => CreditState::Normal,
            () if owed >= limit => CreditState::Exceeded,
            () if owed * 10 >= limit * 8 => CreditState::Warning,
            () => CreditState::Normal,
        };
        if state != self.state {
            self.state = state;
            self.changed_at = Some(at);
        }
    }

    fn owed(&self, currency: Currency) -> i128 {
        let own = self.wallets.iter().filter(|wallet| wallet.currency == currency);
        own.map(|wallet| wallet.charged - wallet.topped_up).sum::<i128>().max(0)
    }

    fn rows(self, account: AccountId) -> Vec<Output> {
        let credit = self.terms.map(|(currency, limit)| {
            Output::Credit(Credit {
                account,
                currency,
                exposure: self.owed(currency),
                limit,
                state: self.state,
                changed_at: self.changed_at,
            })
        });
        let balance = |wallet| Output::Balance(Balance { account, wallet });
        self.wallets.into_iter().map(balance).chain(credit).collect()
    }
}
