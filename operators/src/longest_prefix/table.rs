//! A table of prefixes that is asked for the longest one.

use hashbrown::HashMap;

use crate::longest_prefix::nibbles::Nibbles;

/// How many lengths a prefix may have, the empty prefix included.
const LENGTHS: usize = 16;

/// Values by prefix; insertion and removal cost one probe, a match at most one per length in use.
#[derive(Clone, Debug)]
pub struct PrefixTable<V> {
    values: HashMap<Nibbles, V>,
    /// How many prefixes there are of each length.
    counts: [usize; LENGTHS],
}

impl<V> Default for PrefixTable<V> {
    fn default() -> Self {
        Self { values: HashMap::new(), counts: [0; LENGTHS] }
    }
}

impl<V> PrefixTable<V> {
    /// Gives a prefix its value, and returns the one that it had.
    pub fn insert(&mut self, prefix: Nibbles, value: V) -> Option<V> {
        let replaced = self.values.insert(prefix, value);
        if replaced.is_none() {
            self.counts[place(prefix.length())] += 1;
        }
        replaced
    }

    /// Takes a prefix out, and returns its value.
    pub fn remove(&mut self, prefix: Nibbles) -> Option<V> {
        let removed = self.values.remove(&prefix);
        if removed.is_some() {
            self.counts[place(prefix.length())] -= 1;
        }
        removed
    }

    /// The value of the longest prefix that `digits` begins with.
    ///
    /// ```
    /// use operators::longest_prefix::{nibbles::Nibbles, table::PrefixTable};
    ///
    /// let digits = |text: &str| text.parse::<Nibbles>().unwrap();
    /// let mut zones = PrefixTable::default();
    /// zones.insert(digits("49"), "land");
    /// zones.insert(digits("4917"), "mobile");
    /// assert_eq!(zones.longest(digits("49171234")), Some(&"mobile"));
    /// assert_eq!(zones.longest(digits("491")), Some(&"land"));
    /// assert_eq!(zones.longest(digits("33")), None);
    /// ```
    #[must_use]
    pub fn longest(&self, digits: Nibbles) -> Option<&V> {
        self.longest_that(digits, |_value| true)
    }

    /// The value of the longest prefix that `digits` begins with and whose value fits.
    ///
    /// ```
    /// use operators::longest_prefix::{nibbles::Nibbles, table::PrefixTable};
    ///
    /// let digits = |text: &str| text.parse::<Nibbles>().unwrap();
    /// let mut opened_in = PrefixTable::default();
    /// opened_in.insert(digits("49"), 1990);
    /// opened_in.insert(digits("4917"), 2010);
    /// assert_eq!(opened_in.longest_that(digits("4917"), |year| *year < 2000), Some(&1990));
    /// ```
    #[must_use]
    pub fn longest_that(&self, digits: Nibbles, fits: impl Fn(&V) -> bool) -> Option<&V> {
        (0..=digits.length())
            .rev()
            .filter(|length| self.counts[place(*length)] > 0)
            .filter_map(|length| self.values.get(&digits.prefix(length)))
            .find(|value| fits(value))
    }

    /// How many prefixes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no prefix.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

fn place(length: u32) -> usize {
    usize::try_from(length).expect("a length is at most 15")
}
