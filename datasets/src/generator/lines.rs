//! Items as lines of text, one file per topic.

use std::collections::BTreeMap;

use super::Item;

/// The item as one line without its line feed.
///
/// Usage and top-ups are their payload. A reference document carries its key, as a file has none:
/// `{"key":"acc-000001@2026-10-03","document":{…}}`, where a tombstone's document is `null`.
#[must_use]
pub fn line(item: &Item) -> Vec<u8> {
    let payload = item.payload.as_deref().unwrap_or(b"null");
    match item.key.as_ref().filter(|_| item.topic.starts_with("ref.")) {
        None => payload.to_vec(),
        // Keys are made of letters, digits, dashes and "@": nothing that JSON escapes.
        Some(key) => [b"{\"key\":\"", key.as_bytes(), b"\",\"document\":", payload, b"}"].concat(),
    }
}

/// The lines of each topic in order of arrival, each ended by a line feed.
///
/// ```
/// use weir_datasets::generator::{Config, Operator, lines_by_topic};
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
        let document = item("ref.accounts", "acc-1@2026-11-01", Some(b"{}"));
        assert_eq!(line(&document), br#"{"key":"acc-1@2026-11-01","document":{}}"#);
        let tombstone = item("ref.accounts", "acc-1@2026-11-01", None);
        assert_eq!(line(&tombstone), br#"{"key":"acc-1@2026-11-01","document":null}"#);
    }
}
