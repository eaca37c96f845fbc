//! What is on each account, added up from its sorted entries.

use std::collections::BTreeMap;

use datasets::ids::AccountId;
use datasets::provenance::Provenance;
use datasets::units::EventTime;
use pipelines::charging::Output;
use pipelines::charging::fold::{Balance, Charge, Credit, CreditState, Credited, Suspended};
use pipelines::charging::wallet::Wallet;

/// The order of entries: by their own time, money first, then by where they came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) at: i64,
    pub(super) rank: u8,
    pub(super) id: Provenance,
}

/// What becomes of one record, and the limit of its account at its own time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry {
    Charge(Charge, i128),
    TopUp(Credited, Option<i128>),
    Suspended(Suspended),
}

/// The rows of all entries, and how every account stands after them.
pub(super) fn fold<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<Output> {
    let mut rows = Vec::new();
    let mut accounts: BTreeMap<AccountId, Standing> = BTreeMap::new();
    for entry in entries {
        match entry {
            Entry::Suspended(suspended) => rows.push(Output::Suspended(*suspended)),
            Entry::Charge(charge, limit) => {
                rows.push(Output::Charge(*charge));
                let standing = accounts.entry(charge.account).or_default();
                let wallet = standing.wallet(charge.currency);
                wallet.charged += i128::from(charge.amount);
                wallet.charge_count += 1;
                standing.assess(charge.started_at, Some(*limit));
            }
            Entry::TopUp(topup, limit) => {
                rows.push(Output::TopUp(*topup));
                let standing = accounts.entry(topup.account).or_default();
                let wallet = standing.wallet(topup.currency);
                wallet.topped_up += i128::from(topup.amount);
                wallet.topup_count += 1;
                standing.assess(topup.topped_up_at, *limit);
            }
        }
    }
    rows.extend(accounts.into_iter().flat_map(|(account, standing)| standing.rows(account)));
    rows
}

/// How an account stands; its own currency is that of its first entry.
#[derive(Default)]
struct Standing {
    wallets: Vec<Wallet>,
    limit: i128,
    state: CreditState,
    changed_at: Option<EventTime>,
}

impl Standing {
    fn wallet(&mut self, currency: datasets::units::Currency) -> &mut Wallet {
        if self.wallets.iter().all(|wallet| wallet.currency != currency) {
            let (charged, topped_up, charge_count, topup_count) = (0, 0, 0, 0);
            let wallet = Wallet { currency, charged, topped_up, charge_count, topup_count };
            self.wallets.push(wallet);
        }
        let mut wallets = self.wallets.iter_mut();
        wallets.find(|wallet| wallet.currency == currency).expect("it was put there")
    }

    /// Normal below 80 % of the limit, exceeded from the limit itself; who owes nothing is normal.
    fn assess(&mut self, at: EventTime, limit: Option<i128>) {
        self.limit = limit.unwrap_or(self.limit);
        let owed = self.owed();
        let state = match () {
            () if owed == 0 => CreditState::Normal,
            () if owed >= self.limit => CreditState::Exceeded,
            () if owed * 10 >= self.limit * 8 => CreditState::Warning,
            () => CreditState::Normal,
        };
        if state != self.state {
            self.state = state;
            self.changed_at = Some(at);
        }
    }

    fn owed(&self) -> i128 {
        (self.wallets[0].charged - self.wallets[0].topped_up).max(0)
    }

    fn rows(self, account: AccountId) -> Vec<Output> {
        let credit = Credit {
            account,
            currency: self.wallets[0].currency,
            exposure: self.owed(),
            limit: self.limit,
            state: self.state,
            changed_at: self.changed_at,
        };
        let balance = |wallet| Output::Balance(Balance { account, wallet });
        self.wallets.into_iter().map(balance).chain([Output::Credit(credit)]).collect()
    }
}
