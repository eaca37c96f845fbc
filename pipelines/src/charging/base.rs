//! What the fold of an account came to before the events that are still held one by one: a row of `state.accounts`.

use datasets::ids::AccountId;

use super::fold::{AccountState, ChargingKey};

/// The name of the fold in what a cut records.
pub const FOLD: &str = "charging";
/// Version of the fold: a state that another version has written cannot be gone on from.
pub const STEP_VERSION: u32 = 3;

/// The base of an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Base {
    /// The account.
    pub account: AccountId,
    /// What its fold came to.
    pub state: AccountState,
}

impl Base {
    /// The base of a key.
    ///
    /// # Panics
    /// If the key is no account: usage without one changes no state.
    #[must_use]
    pub fn of((key, state): (ChargingKey, AccountState)) -> Self {
        match key {
            ChargingKey::Account(account) => Self { account, state },
            ChargingKey::Suspense(_) => unreachable!("suspended usage changes no state"),
        }
    }

    /// The state as text.
    ///
    /// # Panics
    /// Never: a state is made of numbers and names.
    #[must_use]
    pub fn state_text(&self) -> String {
        serde_json::to_string(&self.state).expect("a state can be written as JSON")
    }

    /// A base from its row.
    ///
    /// # Errors
    /// When the text is not one that this version writes.
    pub fn read(account: AccountId, state: &str) -> Result<Self, serde_json::Error> {
        Ok(Self { account, state: serde_json::from_str(state)? })
    }
}

#[cfg(test)]
mod tests {
    use datasets::reference::Validity;
    use datasets::units::EventTime;
    use datasets::usage::Service;

    use super::*;
    use crate::allowances::granting::Grants;
    use crate::allowances::scope::Scope;
    use crate::balances::bucket::{Bucket, Unit};
    use crate::balances::movement::{Ledger, Reason};

    #[test]
    fn a_base_reads_back_whatever_its_amounts() {
        let text = r#"{"wallets":[{"currency":"EUR","charged":170141183460469231731687303715884105727,"topped_up":-1,"charge_count":18446744073709551615,"topup_count":0}],"credit":"Exceeded","changed_at":-5,"terms":{"currency":"EUR","limit":9007199254740993},"included":null}"#;
        let base = Base::read(AccountId::default(), text).unwrap();
        assert_eq!(base.state.wallets()[0].charged, i128::MAX);
        assert_eq!(base.state_text(), text);
        assert!(Base::read(AccountId::default(), r#"{"purses":[]}"#).is_err());
    }

    #[test]
    fn a_base_reads_back_whatever_it_has_of_units() {
        let mut grants = Grants::default();
        let scope =
            Scope { service: Some(Service::Data), zones: vec![u64::MAX], bands: vec![1, 2] };
        let valid = Validity { from: EventTime(-7), to: EventTime::MAX };
        let full = Bucket {
            id: u64::MAX,
            unit: Unit::Octets,
            scope,
            valid,
            amount: 1 << 60,
            cap: Some(9),
            drawn: vec![(u64::MAX, 8)],
            ..Bucket::default()
        };
        for bucket in [full, Bucket::default()] {
            grants.put(bucket, Reason::Grant, &mut Ledger::default());
        }
        let mut state = AccountState::default();
        state.included = Some(Box::new(grants));
        let base = Base { account: AccountId::default(), state };
        assert_eq!(Base::read(AccountId::default(), &base.state_text()).unwrap(), base);
    }
}
