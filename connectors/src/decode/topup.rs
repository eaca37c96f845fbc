//! Top-ups in weir's own format (TMF654's topUpBalance, flattened): a JSON object, or the same names as columns.

use datasets::care::TopUp;
use datasets::units::{Currency, EventTime, Money};

use super::fields::Fields;
use super::reject::Reject;

/// One top-up, checked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TopUpDocument<'a> {
    pub(crate) topup_id: &'a str,
    pub(crate) account_id: &'a str,
    pub(crate) amount: Money,
    pub(crate) currency: Currency,
    pub(crate) topped_up_at: EventTime,
}

impl<'a> TopUpDocument<'a> {
    /// Checks every field.
    pub(crate) fn check(fields: &'a Fields<'_>) -> Result<Self, Reject> {
        Ok(Self {
            topup_id: fields.get("topup_id").text("topup_id")?,
            account_id: fields.get("account_id").text("account_id")?,
            amount: amount(fields)?,
            currency: currency(fields)?,
            topped_up_at: fields.get("topped_up_at").instant("topped_up_at")?,
        })
    }
}

fn amount(fields: &Fields<'_>) -> Result<Money, Reject> {
    let amount = fields.get("amount").money("amount")?;
    if amount > Money::ZERO && amount < TopUp::AMOUNT_LIMIT {
        Ok(amount)
    } else {
        Err(Reject::bad("amount", "greater than 0 and less than 1000000000"))
    }
}

/// The currency, an ISO 4217 code.
pub(crate) fn currency(fields: &Fields<'_>) -> Result<Currency, Reject> {
    let code = fields.get("currency").text("currency")?;
    code.parse().map_err(|_| Reject::bad("currency", "a code of three capital letters"))
}
