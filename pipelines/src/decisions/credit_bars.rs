//! Which accounts are barred because they reached their limit, and which are let go again?
//!
//! One episode per account: a `bar` opens it when the account is exceeded at the end of a cut, an `unbar` that names the
//! bar closes it when the account is below the band under its limit. While it is open nothing fires, however the evidence
//! is corrected. The open episodes follow from the ledger alone, so a restart decides nothing twice.

mod band;

mod message;

use std::collections::{BTreeMap, BTreeSet};

use datasets::ids::{AccountId, Id128, id128};
use datasets::units::{Currency, EventTime};
use serde::{Deserialize, Serialize};

use super::standing::{Standing, Turn};
use crate::charging::fold::CreditState;
pub use band::Band;
use band::Place;

/// The policy's name in the ledger and in messages.
pub const POLICY: &str = "credit_limit";

/// How an account stands at the end of a cut; without a standing it has nothing to its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// The account.
    pub account_id: String,
    /// How it stands.
    pub standing: Option<Standing>,
}

/// The accounts that came into their band within a cut, or left it.
pub fn assessed(
    (turns, band): (impl Iterator<Item = Turn>, Band),
    name: impl Fn(AccountId) -> String,
) -> Vec<Assessed> {
    let crossing = turns.filter(|turn| band.place(turn.before) != band.place(turn.after));
    let assessed = |turn: Turn| Assessed { account_id: name(turn.account), standing: turn.after };
    crossing.map(assessed).collect()
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Serve the account no more.
    Bar,
    /// Serve it again.
    Unbar,
}

impl Deed {
    /// The name in the ledger and in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::Unbar => "unbar",
        }
    }
}

/// One decided action: a row of `ops.actions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditAction {
    /// The idempotence key.
    pub action_id: Id128,
    /// The cut that decided it.
    pub cut: u64,
    /// Stream time of the cut.
    pub decided_at: EventTime,
    /// What is asked for.
    pub deed: Deed,
    /// The account.
    pub account_id: String,
    /// How the account stood.
    pub evidence: Standing,
    /// The bar that an unbar withdraws.
    pub withdraws: Option<Id128>,
}

/// A bar that no unbar has withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    bar: Id128,
    limit: i128,
    currency: Currency,
}

/// The open episodes, one per barred account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Episodes {
    band: Band,
    open: BTreeMap<String, Open>,
}

impl Episodes {
    /// The episodes that a ledger leaves open, in whatever order its rows come.
    #[must_use]
    pub fn of_ledger(band: Band, actions: impl IntoIterator<Item = CreditAction>) -> Self {
        let (mut bars, mut withdrawn) = (Vec::new(), BTreeSet::new());
        for action in actions {
            match action.deed {
                Deed::Bar => bars.push(action),
                Deed::Unbar => withdrawn.extend(action.withdraws),
            }
        }
        bars.retain(|bar| !withdrawn.contains(&bar.action_id));
        let open = bars.into_iter().map(|bar| (bar.account_id.clone(), open(&bar))).collect();
        Self { band, open }
    }

    /// Whether an account is barred.
    #[must_use]
    pub fn is_open(&self, account_id: &str) -> bool {
        self.open.contains_key(account_id)
    }

    /// The accounts that a ledger has not decided about, though they stand as they do: none, unless policy or band is new.
    ///
    /// `standings` has every account that is exceeded, and every one that is barred if it has a row.
    #[must_use]
    pub fn undecided(&self, standings: &BTreeMap<String, Standing>) -> Vec<Assessed> {
        let place = |account: &String| self.band.place(standings.get(account).copied());
        let exceeded = standings.keys().filter(|account| place(account) == Place::Exceeded);
        let to_open = exceeded.filter(|account| !self.is_open(account));
        let to_close = self.open.keys().filter(|account| place(account) == Place::Clear);
        let assessed = |account_id: &String| Assessed {
            account_id: account_id.clone(),
            standing: standings.get(account_id).copied(),
        };
        to_open.chain(to_close).map(assessed).collect()
    }

    /// Decides at the end of a cut, from the accounts that crossed their band in it; of two assessments of an account
    /// the later counts. The same cut decides the same.
    pub fn decide(
        &mut self,
        (cut, now): (u64, EventTime),
        assessed: impl IntoIterator<Item = Assessed>,
    ) -> Vec<CreditAction> {
        let by_account: BTreeMap<String, Option<Standing>> =
            assessed.into_iter().map(|row| (row.account_id, row.standing)).collect();
        let mut actions = Vec::new();
        for (account_id, standing) in by_account {
            let place = self.band.place(standing);
            let action = match (self.open.get(&account_id), standing) {
                (None, Some(row)) if place == Place::Exceeded => bar((cut, now), account_id, row),
                (Some(open), _) if place == Place::Clear => {
                    unbar((cut, now), account_id, standing, *open)
                }
                _ => continue,
            };
            match action.deed {
                Deed::Bar => self.open.insert(action.account_id.clone(), open(&action)),
                Deed::Unbar => self.open.remove(&action.account_id),
            };
            actions.push(action);
        }
        actions
    }
}

fn open(bar: &CreditAction) -> Open {
    Open { bar: bar.action_id, limit: bar.evidence.limit, currency: bar.evidence.currency }
}

fn bar((cut, now): (u64, EventTime), account_id: String, evidence: Standing) -> CreditAction {
    let action_id = action_id((cut, now), Deed::Bar, &account_id);
    let deed = Deed::Bar;
    CreditAction { action_id, cut, decided_at: now, deed, account_id, evidence, withdraws: None }
}

fn unbar(
    (cut, now): (u64, EventTime),
    account_id: String,
    standing: Option<Standing>,
    open: Open,
) -> CreditAction {
    let nothing = Standing {
        state: CreditState::Normal,
        exposure: 0,
        limit: open.limit,
        currency: open.currency,
        changed_at: None,
    };
    CreditAction {
        action_id: action_id((cut, now), Deed::Unbar, &account_id),
        cut,
        decided_at: now,
        deed: Deed::Unbar,
        account_id,
        evidence: standing.unwrap_or(nothing),
        withdraws: Some(open.bar),
    }
}

/// The content hash that names an action. Stream time is part of it, so that two lakes with the same consumer, whose
/// cuts have the same numbers, do not share ids.
fn action_id((cut, now): (u64, EventTime), deed: Deed, account_id: &str) -> Id128 {
    Id128::from(id128(&format!("{POLICY}|{}|{cut}|{}|{account_id}", deed.as_str(), now.0)))
}

#[cfg(test)]
mod tests;
