//! Was a SIM changed lately? As CAMARA's SIM Swap asks: within so many hours.

use datasets::units::EventTime;

/// Why a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The age is none that may be asked for.
    #[error("OUT_OF_RANGE: field \"maxAge\" is {0}, and not a number of hours from 1 to 2400")]
    OutOfRange(i64),
}

impl Refusal {
    /// The status of HTTP.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::OutOfRange(_) => 400,
        }
    }
}

/// Hours that are meant where none are said.
pub const HOURS_USUAL: i64 = 240;

/// Whether a SIM was changed in the last hours before an instant.
///
/// # Errors
/// More or fewer hours than may be asked for.
pub fn was_swapped(
    swapped_at: Option<EventTime>,
    at: EventTime,
    max_age: Option<i64>,
) -> Result<bool, Refusal> {
    let hours = max_age.unwrap_or(HOURS_USUAL);
    if !(1..=2_400).contains(&hours) {
        return Err(Refusal::OutOfRange(hours));
    }
    let since = at.plus_seconds(-hours * 3_600);
    Ok(swapped_at.is_some_and(|swapped_at| since <= swapped_at && swapped_at <= at))
}
