//! A fold of the shape of a charging fold, over usage that is a function of its number: it need not be kept to be known.

use hashbrown::HashMap;
use operators::timeline::{Emit, Fold, Input, Position, Touched, packing};
use serde::{Deserialize, Serialize};

/// How many accounts there are.
pub(crate) const ACCOUNTS: u64 = 200_000;
/// How many tariffs: a thousandth of the accounts is on each.
pub(crate) const TARIFFS: u64 = 1_000;
/// How many zones; half of the usage calls none, so that a thousandth of it goes to each.
pub(crate) const ZONES: u64 = 500;
/// When usage begins.
pub(crate) const START: i64 = 1_793_577_600_000_000;
/// Microseconds between one usage record and the next: 50 million of them spread over 29 days.
pub(crate) const GAP: i64 = 50_000;

/// Spreads a number over all words.
pub(crate) fn mix(number: u64) -> u64 {
    let mixed = (number ^ (number >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^ (mixed >> 32)
}

/// A number below a limit.
fn below(limit: u64, number: u64) -> u64 {
    mix(number) % limit
}

/// One usage record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Usage {
    pub(crate) started_at: i64,
    pub(crate) provenance: u64,
    pub(crate) subscriber: [u64; 2],
    pub(crate) called: u64,
    pub(crate) quantity: u64,
    pub(crate) service: u8,
}

/// The account of a usage record: every fiftieth belongs to one of twenty hot accounts.
pub(crate) fn account_of(number: u64) -> u64 {
    match below(50, number ^ 1 << 60) {
        0 => below(20, number ^ 2 << 60),
        _ => below(ACCOUNTS, number ^ 2 << 60),
    }
}

/// The id of an account.
pub(crate) fn account_id(account: u64) -> [u64; 2] {
    [mix(account ^ 5 << 60), mix(account ^ 6 << 60)]
}

/// The tariff of an account.
pub(crate) fn tariff_of(account: u64) -> u64 {
    account % TARIFFS
}

/// The zone of a called number; 0 where none was called.
pub(crate) fn zone_of(called: u64) -> u64 {
    if called == 0 { 0 } else { 1 + (called >> 52) % ZONES }
}

/// The number of an account's subscription: it has up to three.
fn subscriber(account: u64, number: u64) -> [u64; 2] {
    let seat = account * 4 + below(1 + account % 3, number ^ 7 << 60);
    [mix(seat ^ 8 << 60), mix(seat ^ 9 << 60)]
}

impl Usage {
    /// The usage record of a number: half data, and calls and messages with eleven digits.
    pub(crate) fn of(number: u64, account: u64) -> Self {
        let service = u8::try_from(below(4, number ^ 3 << 60)).expect("it fits").min(2);
        let digits = (0..11).fold(0, |called, digit| {
            called << 4 | below(10, number.wrapping_mul(16) ^ digit ^ 4 << 60)
        });
        let (called, quantity) = match service {
            0 => (digits << 20 | 11, 1_000 * below(3_600, number ^ 10 << 60)),
            1 => (digits << 20 | 11, 1),
            _ => (0, below(1 << 30, number ^ 11 << 60)),
        };
        Self {
            started_at: START + i64::try_from(number).expect("it fits") * GAP,
            provenance: ((number % 8) << 42) | (number / 8),
            subscriber: subscriber(account, number),
            called,
            quantity,
            service,
        }
    }
}

impl Usage {
    /// The digits stand at the low end, so that numbers of one length differ little.
    fn words(&self) -> [u64; 7] {
        let Self { started_at, provenance, subscriber, called, quantity, service } = *self;
        let kind = u64::from(service) << 4 | called & 0xF;
        let [high, low] = subscriber;
        [started_at.cast_unsigned(), provenance, high, low, called >> 20, quantity, kind]
    }

    fn of_words([started_at, provenance, high, low, digits, quantity, kind]: [u64; 7]) -> Self {
        Self {
            started_at: started_at.cast_signed(),
            provenance,
            subscriber: [high, low],
            called: digits << 20 | kind & 0xF,
            quantity,
            service: u8::try_from(kind >> 4).expect("it fits"),
        }
    }
}

/// What prices usage, and who owns which number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    owners: HashMap<u64, ([u64; 2], u64)>,
    tariffs: HashMap<u64, i64>,
    zones: HashMap<u64, i64>,
}

impl Book {
    /// The book of all accounts.
    pub(crate) fn new() -> Self {
        let mut book = Self::default();
        for account in 0..ACCOUNTS {
            for seat in account * 4..account * 4 + 1 + account % 3 {
                let owner = (account_id(account), tariff_of(account));
                book.owners.insert(mix(seat ^ 8 << 60), owner);
            }
        }
        book.tariffs.extend((0..TARIFFS).map(|tariff| (tariff, price(tariff))));
        book.zones.extend((0..=ZONES).map(|zone| (zone, price(zone))));
        book
    }

    /// What usage costs.
    pub(crate) fn charge(&self, usage: &Usage) -> i64 {
        let (_, tariff) = self.owners[&usage.subscriber[0]];
        let quantity = i64::try_from(usage.quantity).expect("it fits");
        quantity * (self.tariffs[&tariff] + self.zones[&zone_of(usage.called)])
    }
}

/// What a tariff or a zone costs at first.
pub(crate) fn price(of: u64) -> i64 {
    i64::try_from(1 + of % 97).expect("it fits")
}

/// A new price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Reprice {
    Tariff(u64, i64),
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
        tariff: u64,
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
        usage.subscriber[0]
    }

    fn key(book: &Book, usage: &Usage) -> [u64; 2] {
        book.owners[&usage.subscriber[0]].0
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
        let (_, tariff) = book.owners[&usage.subscriber[0]];
        let zone = zone_of(usage.called);
        emit.used(part(&Reprice::Tariff(tariff, 0)) | part(&Reprice::Zone(zone, 0)));
        let amount = book.charge(usage);
        state.debit(amount, usage.started_at);
        emit.give(Row::Charge {
            provenance: usage.provenance,
            account: *key,
            tariff,
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
                Reprice::Tariff(tariff, price) => book.tariffs.insert(tariff, price),
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
        Reprice::Tariff(tariff, _) => 1 << (mix(tariff ^ 12 << 60) % 32),
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
