//! `[credit]`: when an account that is barred is let go.

use serde::Deserialize;

use super::{ConfigError, Reader};
use crate::decisions::credit_bars::Band;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedCredit {
    /// A barred account is let go when what it owes falls below this share of its limit.
    unbar_below_percent: u8,
}

impl Reader<'_> {
    /// The band under the limit in which barred accounts stay barred.
    pub(super) fn band(&self, typed: Option<&TypedCredit>) -> Result<Band, ConfigError> {
        let Some(TypedCredit { unbar_below_percent: percent }) = typed else {
            return Ok(Band::default());
        };
        Band::from_percent(*percent).ok_or_else(|| {
            let problem = format!("is {percent}; an account is barred at 100, so give 0 to 100");
            self.bad("credit.unbar_below_percent", problem)
        })
    }
}
