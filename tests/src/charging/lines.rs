//! Rows as the harness shows those of tables, written by hand: column by column as the data dictionary has them.

mod units;

use std::collections::BTreeMap;

use datasets::ids::{AccountId, account_id, id64};
use datasets::provenance::Provenance;
use datasets::reference::Entity;
use datasets::units::{Currency, EventTime};
use operators::dedup::verdicts::Duplicate;
use pipelines::charging::fold::{Balance, Charge, Credit, Credited, Suspended};

use super::given::Given;

/// Writes rows: knows the texts behind ids, and the sources by their numbers.
pub struct Lines {
    texts: BTreeMap<u64, String>,
    sources: Vec<String>,
}

impl Lines {
    /// Knows what documents name, and the accounts of top-ups.
    #[must_use]
    pub fn of<'a>(
        sources: &[String],
        given: impl Iterator<Item = &'a Given>,
        accounts: impl Iterator<Item = String>,
    ) -> Self {
        let mut texts = BTreeMap::from([(0, String::new())]);
        let account = |text: &str| (account_id(text).spread(), text.to_owned());
        texts.extend(accounts.map(|text| account(&text)));
        for given in given {
            let Given::Change(change) = given else { continue };
            let named: Vec<&str> = match change.version.as_ref().map(|(_, entity)| entity) {
                Some(Entity::Subscription(one)) => {
                    texts.extend([account(&one.account_id)]);
                    vec![&one.subscription_id, &one.tariff_id]
                }
                Some(Entity::Destination(one)) => vec![&one.zone],
                Some(Entity::Allowance(one)) => vec![&one.allowance_id],
                _ => Vec::new(),
            };
            texts.extend(named.into_iter().map(|text| (id64(text), text.to_owned())));
        }
        Self { texts, sources: sources.to_vec() }
    }

    /// Of `bill.charges`.
    #[must_use]
    pub fn charge(&self, row: &Charge) -> String {
        let cells = [
            self.place(row.provenance),
            self.text(row.account.spread()),
            self.text(row.subscription),
            row.service.as_str().to_owned(),
            self.text(row.zone),
            self.text(row.tariff),
            instant(row.started_at),
            row.quantity.to_string(),
            decimal(i128::from(row.amount)),
            row.currency.to_string(),
            row.included.to_string(),
        ];
        cells.join("|")
    }

    /// Of `bill.suspended_usage`.
    #[must_use]
    pub fn suspended(&self, row: &Suspended) -> String {
        let usage = &row.usage;
        let called = Some(usage.called).filter(|called| !called.is_none());
        let cells = [
            self.place(usage.provenance),
            row.reason.as_str().to_owned(),
            usage.subscriber.to_string(),
            usage.service.as_str().to_owned(),
            called.map_or_else(String::new, |called| called.to_string()),
            instant(usage.started_at),
            usage.quantity.to_string(),
        ];
        cells.join("|")
    }

    /// Of `bill.balances`: what was put on the account without what was taken from it.
    #[must_use]
    pub fn balance(&self, row: &Balance) -> String {
        let wallet = &row.wallet;
        let cells = [
            self.text(row.account.spread()),
            wallet.currency.to_string(),
            decimal(wallet.topped_up - wallet.charged),
            decimal(wallet.charged),
            decimal(wallet.topped_up),
            wallet.charge_count.to_string(),
            wallet.topup_count.to_string(),
        ];
        cells.join("|")
    }

    /// Of `bill.credit`.
    #[must_use]
    pub fn credit(&self, row: &Credit) -> String {
        let cells = [
            self.text(row.account.spread()),
            row.state.as_str().to_owned(),
            decimal(row.exposure),
            decimal(row.limit),
            row.currency.to_string(),
            row.changed_at.map_or_else(String::new, instant),
        ];
        cells.join("|")
    }

    /// Of `bill.balance_movements`, for a charge that a cut brings, or takes back.
    #[must_use]
    pub fn charge_moves(&self, cut: u64, row: &Charge, comes: bool) -> String {
        let amount = if comes { -i128::from(row.amount) } else { i128::from(row.amount) };
        let of = (row.account, row.provenance, row.started_at);
        self.moves((cut, "charge", !comes), of, (amount, row.currency))
    }

    /// Of `bill.balance_movements`, for a top-up that a cut brings, or takes back.
    #[must_use]
    pub fn topup_moves(&self, cut: u64, row: &Credited, comes: bool) -> String {
        let amount = if comes { i128::from(row.amount) } else { -i128::from(row.amount) };
        let of = (row.account, row.provenance, row.topped_up_at);
        self.moves((cut, "topup", !comes), of, (amount, row.currency))
    }

    /// Of `ops.duplicates`, found by a cut.
    #[must_use]
    pub fn duplicate(&self, cut: u64, row: &Duplicate) -> String {
        let place = |packed| self.place(Provenance::from_packed(packed));
        format!("{cut}|{}|{}", place(row.provenance), place(row.of))
    }
    fn moves(
        &self,
        (cut, movement, reversal): (u64, &str, bool),
        (account, provenance, happened_at): (AccountId, Provenance, EventTime),
        (amount, currency): (i128, Currency),
    ) -> String {
        let (account, place) = (self.text(account.spread()), self.place(provenance));
        let (at, amount) = (instant(happened_at), decimal(amount));
        format!("{cut}|{account}|{movement}|{reversal}|{place}|{at}|{amount}|{currency}")
    }

    fn place(&self, provenance: Provenance) -> String {
        let source = &self.sources[usize::from(provenance.source())];
        format!("{source}|{}|{}", provenance.partition(), provenance.offset())
    }

    fn text(&self, id: u64) -> String {
        self.texts[&id].clone()
    }
}

/// A number of 10⁻⁹ with all its decimals.
fn decimal(nanos: i128) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let (whole, rest) =
        (nanos.unsigned_abs() / 1_000_000_000, nanos.unsigned_abs() % 1_000_000_000);
    format!("{sign}{whole}.{rest:09}")
}

fn instant(at: EventTime) -> String {
    at.to_string()
}
