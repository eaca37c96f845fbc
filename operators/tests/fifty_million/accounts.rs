//! A fold of the shape of a billing fold.

use hashbrown::HashMap;
use operators::timeline::{Emit, Fold, Input, Position, Touched, packing};
use serde::{Deserialize, Serialize};

use crate::usage::{ACCOUNTS, PLANS, Usage, ZONES, account_id, mix, plan_of, zone_of};

/// What prices usage, and who owns which number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    owners: HashMap<u64, ([u64; 2], u64)>,
    plans: HashMap<u64, i64>,
    zones: HashMap<u64, i64>,
}

impl Book {
    /// The book of all accounts.
    pub(crate) fn new() -> Self {
        let mut book = Self::default();
        for account in 0..ACCOUNTS {
            for seat in account * 4..account * 4 + 1 + account % 3 {
                let owner = (account_id(account), plan_of(account));
                book.owners.insert(mix(seat ^ 8 << 60), owner);
            }
        }
        book.plans.extend((0..PLANS).map(|plan| (plan, price(plan))));
        book.zones.extend((0..=ZONES).map(|zone| (zone, price(zone))));
        book
    }

    /// What usage costs.
    pub(crate) fn charge(&self, usage: &Usage) -> i64 {
        let (_, plan) = self.owners[&usage.party[0]];
        let quantity = i64::try_from(usage.quantity).expect("it fits");
        quantity * (self.plans[&plan] + self.zones[&zone_of(usage.called)])
    }
}

/// What a plan or a zone costs at first.
pub(crate) fn price(of: u64) -> i64 {
    i64::try_from(1 + of % 97).expect("it fits")
}

/// A new price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Reprice {
    Plan(u64, i64),
    Zone(u64, i64),
}

/// What an account owes, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Wallet {
    pub(crate) currency: [u8; 3],
    pub(crate) charged: i128,
    pub(crate) topped_up: i128,
    pub(crate) charge_count: u64,
    pub(crate) topup_count: u64,
}

/// What the fold of an account remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Account {
    wallets: Wallets,
    exceeded: bool,
    changed_at: Option<i64>,
    limit: i128,
}

/// Nearly always one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Wallets {
    #[default]
    None,
    One(Wallet),
    Several(Vec<Wallet>),
}

/// What is emitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Row {
    Charge {
        provenance: u64,
        account: [u64; 2],
        plan: u64,
        zone: u64,
        started_at: i64,
        quantity: u64,
        amount: i64,
        service: u8,
    },
    Balance {
        account: [u64; 2],
        wallet: Wallet,
    },
    Credit {
        account: [u64; 2],
        exposure: i128,
        limit: i128,
        exceeded: bool,
        changed_at: Option<i64>,
    },
    Late(u64),
    Early(u64),
}

/// The fold.
pub(crate) struct Accounts;

impl Fold for Accounts {
    type Key = [u64; 2];
    type Event = Usage;
    type State = Account;
    type Context = Book;
    type Change = Reprice;
    type Output = Row;

    fn position(usage: &Usage) -> Position {
        Position { at: usage.started_at, rank: 1, id: usage.provenance }
    }

    fn home(usage: &Usage) -> u64 {
        usage.party[0]
    }

    fn key(book: &Book, usage: &Usage) -> [u64; 2] {
        book.owners[&usage.party[0]].0
    }

    fn spread(key: &[u64; 2]) -> u64 {
        key[0]
    }

    fn step(
        (book, key): (&Book, &[u64; 2]),
        state: &mut Account,
        input: Input<'_, Usage>,
        emit: &mut Emit<'_, Row>,
    ) {
        let Input::Event(usage) = input else { unreachable!("no account asks for a timer") };
        let (_, plan) = book.owners[&usage.party[0]];
        let zone = zone_of(usage.called);
        emit.used(part(&Reprice::Plan(plan, 0)) | part(&Reprice::Zone(zone, 0)));
        let amount = book.charge(usage);
        state.debit(amount, usage.started_at);
        emit.give(Row::Charge {
            provenance: usage.provenance,
            account: *key,
            plan,
            zone,
            started_at: usage.started_at,
            quantity: usage.quantity,
            amount,
            service: usage.service,
        });
    }

    fn alarm(_: &Account) -> Option<i64> {
        None
    }

    fn standing(_: &Book, key: &[u64; 2], state: &Account, emit: &mut Emit<'_, Row>) {
        if let Wallets::One(wallet) = &state.wallets {
            emit.give(Row::Balance { account: *key, wallet: *wallet });
            emit.give(Row::Credit {
                account: *key,
                exposure: wallet.charged,
                limit: state.limit,
                exceeded: state.exceeded,
                changed_at: state.changed_at,
            });
        }
    }

    fn late(usage: &Usage, emit: &mut Emit<'_, Row>) {
        emit.give(Row::Late(usage.provenance));
    }

    fn early(usage: &Usage, emit: &mut Emit<'_, Row>) {
        emit.give(Row::Early(usage.provenance));
    }

    fn touched(_: &Book, change: &Reprice) -> Touched<[u64; 2]> {
        Touched::Footprint(part(change))
    }

    fn refresh(book: &mut Book, change: Reprice, diff: isize) {
        if diff > 0 {
            match change {
                Reprice::Plan(plan, price) => book.plans.insert(plan, price),
                Reprice::Zone(zone, price) => book.zones.insert(zone, price),
            };
        }
    }

    fn pack(before: &[u8], run: &[Usage]) -> Option<Box<[u8]>> {
        Some(packing::pack(before, run.iter().map(Usage::words)))
    }

    fn unpack(packed: &[u8], run: &mut Vec<Usage>) {
        packing::unpack(packed, |words| run.push(Usage::of_words(words)));
    }
}

/// The bit of what a change alters.
fn part(change: &Reprice) -> u64 {
    match change {
        Reprice::Plan(plan, _) => 1 << (mix(plan ^ 12 << 60) % 32),
        Reprice::Zone(zone, _) => 1 << (32 + mix(zone ^ 13 << 60) % 32),
    }
}

impl Account {
    fn debit(&mut self, amount: i64, at: i64) {
        if let Wallets::None = self.wallets {
            let currency = *b"EUR";
            let (charged, topped_up, charge_count, topup_count) = (0, 0, 0, 0);
            self.wallets =
                Wallets::One(Wallet { currency, charged, topped_up, charge_count, topup_count });
        }
        let Wallets::One(wallet) = &mut self.wallets else { unreachable!("all is in euro") };
        wallet.charged += i128::from(amount);
        wallet.charge_count += 1;
        self.limit = 1_000_000_000_000;
        let exceeded = wallet.charged >= self.limit;
        if exceeded != self.exceeded {
            self.exceeded = exceeded;
            self.changed_at = Some(at);
        }
    }
}
