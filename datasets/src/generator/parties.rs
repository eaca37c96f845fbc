//! Customers, their accounts and the numbers on them; some with a history that makes work.

use fastrand::Rng;

use super::config::Config;
use super::documents::{Account, Document, Subscription};
use super::registrar::{Registrar, from, msisdn};
use super::tariffs::TARIFFS;
use crate::reference::AccountKind;
use crate::units::{Currency, EventTime, Money};

/// A number in use, as far as top-ups need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Its first account.
    pub(super) account: u32,
    /// The account's currency.
    pub(super) currency: Currency,
    /// Whether money is put on that account: it pays before, and stays open.
    pub(super) prepaid: bool,
}

/// Everyone who has a contract.
#[derive(Debug)]
pub(super) struct Parties {
    /// By the number's place.
    pub(super) lines: Vec<Line>,
    /// In no order of arrival, except that the documents of one key are.
    pub(super) documents: Vec<Document>,
}

/// What happens to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Plain,
    /// Given to another account: the old subscription is closed by a second document.
    Reassigned,
    /// Given to another account, but nobody closed the old subscription.
    Overlapped,
    /// The subscription's document comes when usage has long begun.
    Late,
    /// Changes its tariff.
    Switched,
    /// Is given up.
    Ended,
    /// The subscription was an error, and its document is deleted.
    Erased,
    AccountClosed,
    AccountLate,
    AccountMissing,
    /// The account is kept in a currency that no tariff has.
    AccountForeign,
    LimitChanged,
}

/// All fates that are not plain; each comes up in turn.
const FATES: [Fate; 11] = [
    Fate::Reassigned,
    Fate::Overlapped,
    Fate::Late,
    Fate::Switched,
    Fate::Ended,
    Fate::Erased,
    Fate::AccountClosed,
    Fate::AccountLate,
    Fate::AccountMissing,
    Fate::AccountForeign,
    Fate::LimitChanged,
];

impl Parties {
    /// Signs up all subscribers.
    pub(super) fn sign_up(config: &Config, rng: &mut Rng) -> Self {
        let mut shop = Shop { registrar: Registrar::new(config, rng), fates: 0, shared: None };
        let lines = (0..config.subscribers).map(|place| shop.connect(place)).collect();
        Self { lines, documents: shop.registrar.documents }
    }
}

/// Where contracts are made.
struct Shop<'a> {
    registrar: Registrar<'a>,
    fates: usize,
    /// The newest account without a history, which other numbers may share.
    shared: Option<Line>,
}

impl Shop<'_> {
    /// Puts a number on an account and lets its fate take its course.
    fn connect(&mut self, place: u32) -> Line {
        let fate = self.fate();
        let line = self.account_for(fate);
        let first = self.registrar.new_subscription(msisdn(place), line.account);
        let change = self.moment();
        match fate {
            Fate::Reassigned | Fate::Overlapped => self.reassign(fate, first, change),
            Fate::Switched => self.switch(first, change),
            Fate::Erased => self.erase(first, change),
            Fate::Ended => self.registrar.subscribe(first, self.registrar.until(change)),
            Fate::Late => self.registrar.subscribe_at(first, self.registrar.always(), change),
            _ => self.registrar.subscribe(first, self.registrar.always()),
        }
        line
    }

    fn fate(&mut self) -> Fate {
        if self.registrar.rng.u32(..1_000_000) >= self.registrar.config.trouble.unsettled {
            return Fate::Plain;
        }
        self.fates += 1;
        FATES[self.fates % FATES.len()]
    }

    /// An instant well inside the watched days, on a whole second.
    fn moment(&mut self) -> EventTime {
        self.registrar.config.at_permille(self.registrar.rng.u32(200..800))
    }

    fn reassign(&mut self, fate: Fate, first: Subscription, change: EventTime) {
        let account = self.account_for(Fate::Plain).account;
        let books = &mut self.registrar;
        let second = books.new_subscription(first.msisdn, account);
        books.subscribe(first, books.always());
        if fate == Fate::Overlapped {
            return books.subscribe(second, from(change));
        }
        books.subscribe_at(first, books.until(change), change);
        let filed_at = change.plus_seconds(books.rng.i64(0..7_200));
        books.subscribe_at(second, from(change), filed_at);
    }

    fn switch(&mut self, first: Subscription, change: EventTime) {
        let second = Subscription { tariff: (first.tariff + 1) % TARIFFS.len(), ..first };
        self.registrar.subscribe(first, self.registrar.until(change));
        self.registrar.subscribe(second, from(change));
    }

    fn erase(&mut self, first: Subscription, change: EventTime) {
        self.registrar.subscribe(first, self.registrar.always());
        let documents = &mut self.registrar.documents;
        let erased = documents.last().map(|document| document.tombstone(change));
        documents.extend(erased);
    }

    /// The account that pays; a quarter of the numbers without a history share one.
    fn account_for(&mut self, fate: Fate) -> Line {
        let joins = fate == Fate::Plain && self.registrar.rng.u32(..4) == 0;
        if let Some(line) = self.shared.filter(|_| joins) {
            return line;
        }
        let currency = match fate {
            Fate::AccountForeign => "CHF".parse().expect("an ISO code"),
            _ => Currency::EUR,
        };
        let account = self.registrar.new_account(currency);
        self.open(fate, account);
        let stays = !matches!(fate, Fate::AccountMissing | Fate::AccountClosed);
        let prepaid = stays && account.kind == AccountKind::Prepaid;
        let line = Line { account: account.number, currency, prepaid };
        if fate == Fate::Plain {
            self.shared = Some(line);
        }
        line
    }

    /// Files the account as its fate wants it.
    fn open(&mut self, fate: Fate, account: Account) {
        let change = self.moment();
        let books = &mut self.registrar;
        match fate {
            Fate::AccountMissing => {}
            Fate::AccountClosed => books.open(account, books.until(change)),
            Fate::AccountLate => books.open_at(account, books.always(), change),
            Fate::LimitChanged => {
                let raised = Money(account.credit_limit.0 * 2 + Money::ONE.0 * 10);
                books.open(account, books.until(change));
                books.open(Account { credit_limit: raised, ..account }, from(change));
            }
            _ => books.open(account, books.always()),
        }
    }
}
