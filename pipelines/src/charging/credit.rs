//! Credit control: how near an account is to its limit.

use serde::{Deserialize, Serialize};

/// How near an account is to its limit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum CreditState {
    /// Below 80 % of the limit.
    #[default]
    Normal,
    /// From 80 % of the limit.
    Warning,
    /// From the limit itself.
    Exceeded,
}

impl CreditState {
    /// The name in tables and topics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Warning => "warning",
            Self::Exceeded => "exceeded",
        }
    }

    /// The state of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Normal, Self::Warning, Self::Exceeded]
            .into_iter()
            .find(|state| state.as_str() == name)
    }

    /// The state of an exposure under a limit, both in 10⁻⁹.
    #[must_use]
    pub fn of(exposure: i128, limit: i128) -> Self {
        if exposure <= 0 {
            Self::Normal
        } else if exposure >= limit {
            Self::Exceeded
        } else if exposure * 100 >= limit * 80 {
            Self::Warning
        } else {
            Self::Normal
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_states_begin_at_their_bounds() {
        let check = |exposure, limit, expected| {
            assert_eq!(CreditState::of(exposure, limit), expected, "{exposure} of {limit}");
        };
        check(0, 0, CreditState::Normal);
        check(1, 0, CreditState::Exceeded);
        check(-5, 100, CreditState::Normal);
        check(79, 100, CreditState::Normal);
        check(80, 100, CreditState::Warning);
        check(99, 100, CreditState::Warning);
        check(100, 100, CreditState::Exceeded);
    }
}
