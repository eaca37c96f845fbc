//! How an account stands towards its limit, and how that changes.

use datasets::ids::AccountId;
use datasets::units::{Currency, EventTime};
use operators::rows::Diff;
use serde::{Deserialize, Serialize};

use crate::charging::fold::{Credit, CreditState};

/// How an account stands towards its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// How near it is.
    pub state: CreditState,
    /// What it owes, in 10⁻⁹.
    pub exposure: i128,
    /// Its limit, in 10⁻⁹.
    pub limit: i128,
    /// The currency of both.
    pub currency: Currency,
    /// The event time at which the state was entered.
    pub changed_at: Option<EventTime>,
}

impl Standing {
    /// Whether the account has reached its limit.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        self.state == CreditState::Exceeded
    }
}

impl From<Credit> for Standing {
    fn from(credit: Credit) -> Self {
        let Credit { state, exposure, limit, currency, changed_at, .. } = credit;
        Self { state, exposure, limit, currency, changed_at }
    }
}

/// From what to what an account's standing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The account.
    pub account: AccountId,
    /// How it stood, if it had a row.
    pub before: Option<Standing>,
    /// How it stands, if it has one.
    pub after: Option<Standing>,
}

/// The turns in consolidated changes of `bill.credit`, one per account.
pub fn turns(changes: &[(Credit, Diff)]) -> impl Iterator<Item = Turn> + '_ {
    let by_account = changes.chunk_by(|(one, _), (other, _)| one.account == other.account);
    by_account.map(|changes| {
        let of_sign = |sign: Diff| {
            let found = changes.iter().find(|(_, diff)| diff.signum() == sign);
            found.map(|(credit, _)| Standing::from(*credit))
        };
        Turn { account: changes[0].0.account, before: of_sign(-1), after: of_sign(1) }
    })
}

#[cfg(test)]
mod tests {
    use datasets::ids::account_id;

    use super::*;

    fn credit(account: &str, exposure: i128) -> Credit {
        Credit {
            account: account_id(account),
            currency: Currency::EUR,
            exposure,
            limit: 100,
            state: CreditState::of(exposure, 100),
            changed_at: None,
        }
    }

    #[test]
    fn each_account_turns_once() {
        let mut changes = vec![
            (credit("moves", 100), 1),
            (credit("moves", 5), -1),
            (credit("comes", 80), 1),
            (credit("goes", 7), -1),
        ];
        differential_dataflow::consolidation::consolidate(&mut changes);
        let mut found: Vec<_> = turns(&changes)
            .map(|turn| {
                let exposure = |standing: Option<Standing>| standing.map(|row| row.exposure);
                (turn.account, exposure(turn.before), exposure(turn.after))
            })
            .collect();
        found.sort_by_key(|(_, before, after)| (*before, *after));
        let expected = [
            (account_id("comes"), None, Some(80)),
            (account_id("moves"), Some(5), Some(100)),
            (account_id("goes"), Some(7), None),
        ];
        assert_eq!(found, expected);
    }
}
