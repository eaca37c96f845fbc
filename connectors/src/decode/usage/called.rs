//! Called numbers.

use datasets::number::Digits;

use crate::decode::reject::Reject;

/// What of a called number may stand in clear, packed and as the text that the raw table keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Called<'a> {
    pub(crate) prefix: Digits,
    pub(crate) text: Option<&'a str>,
}

impl<'a> Called<'a> {
    /// Cuts a called number.
    pub(crate) fn of(number: &'a str, field: &str) -> Result<Self, Reject> {
        let prefix = digits(number, field)?.called_prefix();
        let length = usize::try_from(prefix.length()).expect("a number has at most 15 digits");
        let text = number.strip_prefix('+').unwrap_or(number);
        Ok(Self { prefix, text: Some(&text[..length]) })
    }
}

/// A number's digits.
pub(crate) fn digits(number: &str, field: &str) -> Result<Digits, Reject> {
    Digits::parse(number).map_err(|_| Reject::bad(field, "a number of 1 to 15 digits"))
}
