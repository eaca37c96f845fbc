//! Items as lines of text, one file per topic.

use std::collections::BTreeMap;

use super::Item;

/// The item as one line without its line feed.
///
/// Usage and top-ups are their payload. A reference document is its key, a tabulator and the payload,
/// of which nothing is left in a tombstone.
#[must_use]
pub fn line(item: &Item) -> Vec<u8> {
    let mut line = Vec::new();
    if let Some(key) = item.key.as_ref().filter(|_| item.topic.starts_with("ref.")) {
        line.extend_from_slice(key.as_bytes());
        line.push(b'\t');
    }
    line.extend_from_slice(item.payload.as_deref().unwrap_or_default());
    line
}

/// The lines of each topic in order of arrival, each ended by a line feed.
///
/// ```
/// use datasets::generator::{Config, Operator, lines_by_topic};
///
/// let topics = lines_by_topic(Operator::new(Config::small(1)));
/// let usage = topics["usage.cdr"].iter().filter(|byte| **byte == b'\n').count();
/// assert_eq!(usage, 4_000);
/// ```
#[must_use]
pub fn lines_by_topic(items: impl IntoIterator<Item = Item>) -> BTreeMap<&'static str, Vec<u8>> {
    let mut topics: BTreeMap<_, Vec<u8>> = BTreeMap::new();
    for item in items {
        let lines = topics.entry(item.topic).or_default();
        lines.extend(line(&item));
        lines.push(b'\n');
    }
    topics
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::EventTime;

    #[test]
    fn only_reference_documents_carry_their_key() {
        let item = |topic, key: &str, payload: Option<&[u8]>| Item {
            topic,
            key: Some(key.to_owned()),
            payload: payload.map(<[u8]>::to_vec),
            arrived_at: EventTime(0),
            partition_hint: 0,
        };
        assert_eq!(line(&item("cust.topups", "acc-1", Some(b"{}"))), b"{}");
        assert_eq!(
            line(&item("ref.accounts", "acc-1@2026-11-01", Some(b"{}"))),
            b"acc-1@2026-11-01\t{}"
        );
        assert_eq!(line(&item("ref.accounts", "acc-1@2026-11-01", None)), b"acc-1@2026-11-01\t");
    }
}
