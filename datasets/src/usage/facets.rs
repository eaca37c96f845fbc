//! What plan rows may ask of a record beside its service and its called number.

use std::fmt;

use serde::{Deserialize, Serialize};

/// In which direction, seen from the party that is charged.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It called, or sent.
    #[default]
    Originating,
    /// It was called, or received.
    Terminating,
    /// It was called, and passed the call on.
    Forwarded,
    /// It called from a foreign network.
    RoamingOut,
    /// It was called in a foreign network.
    RoamingIn,
}

impl Direction {
    /// All directions.
    pub const ALL: [Self; 5] =
        [Self::Originating, Self::Terminating, Self::Forwarded, Self::RoamingOut, Self::RoamingIn];

    /// The name in documents and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Originating => "originating",
            Self::Terminating => "terminating",
            Self::Forwarded => "forwarded",
            Self::RoamingOut => "roaming_out",
            Self::RoamingIn => "roaming_in",
        }
    }

    /// The direction of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.as_str() == name)
    }
}

/// What plan rows may ask of a record beside its service and its called number.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Facets {
    /// In which direction.
    pub direction: Direction,
    /// Whether the other end is a customer of the same network, number portability considered.
    pub on_net: bool,
    /// Whether the other end is one of the numbers that the subscriber named.
    pub friend: bool,
    /// Whether an earlier record of the same session came before: no fee is asked again.
    pub continuation: bool,
}

impl Facets {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_usual(self) -> bool {
        self == Self::default()
    }

    /// Reads the words that `Display` writes; words that say nothing here are passed over.
    #[must_use]
    pub fn of_words(text: &str) -> Self {
        let mut facets = Self::default();
        for word in text.split_ascii_whitespace() {
            match word {
                "on_net" => facets.on_net = true,
                "friend" => facets.friend = true,
                "continuation" => facets.continuation = true,
                _ => facets.direction = Direction::named(word).unwrap_or(facets.direction),
            }
        }
        facets
    }
}

impl fmt::Display for Facets {
    /// Words with spaces between: the direction where it is not originating, and what is true.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = (self.direction != Direction::default()).then(|| self.direction.as_str());
        let flags =
            [(self.on_net, "on_net"), (self.friend, "friend"), (self.continuation, "continuation")];
        let flags = flags.into_iter().filter_map(|(holds, word)| holds.then_some(word));
        for (place, word) in direction.into_iter().chain(flags).enumerate() {
            let space = if place == 0 { "" } else { " " };
            write!(f, "{space}{word}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facets_are_read_as_they_are_written() {
        for direction in Direction::ALL {
            for bits in 0..8_u8 {
                let bit = |place: u8| bits & (1 << place) != 0;
                let facets =
                    Facets { direction, on_net: bit(0), friend: bit(1), continuation: bit(2) };
                assert_eq!(Facets::of_words(&facets.to_string()), facets);
                assert_eq!(facets.is_usual(), facets.to_string().is_empty());
            }
        }
    }
}
