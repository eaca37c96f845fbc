//! An action as the message that leaves for whoever carries it out.

use datasets::units::{AsDecimal, Currency, Money};
use serde::Serialize;

use super::{CreditAction, POLICY};
use crate::decisions::standing::Standing;

/// The action as a message.
#[derive(Serialize)]
struct Message<'a> {
    action_id: String,
    policy: &'static str,
    action: &'static str,
    account_id: &'a str,
    cut: u64,
    decided_at: String,
    state: &'static str,
    amount: AsDecimal,
    limit_amount: AsDecimal,
    currency: Currency,
    changed_at: Option<String>,
    withdraws_action_id: Option<String>,
}

impl CreditAction {
    /// The action as JSON; it depends on the row of the ledger alone.
    #[must_use]
    pub fn message(&self) -> String {
        let Standing { state, exposure, limit, currency, changed_at } = self.evidence;
        let message = Message {
            action_id: self.action_id.to_string(),
            policy: POLICY,
            action: self.deed.as_str(),
            account_id: &self.account_id,
            cut: self.cut,
            decided_at: self.decided_at.to_string(),
            state: state.as_str(),
            amount: AsDecimal(Money(exposure)),
            limit_amount: AsDecimal(Money(limit)),
            currency,
            changed_at: changed_at.map(|at| at.to_string()),
            withdraws_action_id: self.withdraws.map(|bar| bar.to_string()),
        };
        serde_json::to_string(&message).expect("plain structs become JSON")
    }
}
