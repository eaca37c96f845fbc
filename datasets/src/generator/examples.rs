//! The record formats by example: one tiny operator, worked out by hand.

use super::Item;
use crate::units::EventTime;

/// One record of a topic as text.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The topic.
    pub topic: &'static str,
    /// The key; empty where the record has none.
    pub key: &'static str,
    /// The payload.
    pub payload: &'static str,
    /// What becomes of a usage record, with the amount if it is rated; empty for the others.
    pub outcome: &'static str,
}

const fn reference(topic: &'static str, key: &'static str, payload: &'static str) -> Example {
    Example { topic, key, payload, outcome: "" }
}

const fn usage(payload: &'static str, outcome: &'static str) -> Example {
    Example { topic: super::USAGE_TOPIC, key: "", payload, outcome }
}

/// All record formats, in an order in which they may arrive.
///
/// The account is charged 5.35 EUR in 5 charges and topped up by 20 EUR, so that 14.65 EUR are left.
pub static EXAMPLES: [Example; 24] = [
    reference(
        "ref.customers",
        "cust-1",
        r#"{"customer_id":"cust-1","name":"Synthetic Customer 1","segment":"consumer"}"#,
    ),
    reference(
        "ref.accounts",
        "acc-1@2026-11-01",
        r#"{"account_id":"acc-1","customer_id":"cust-1","kind":"prepaid","currency":"EUR","credit_limit":"0","valid_from":"2026-11-01T00:00:00Z"}"#,
    ),
    reference(
        "ref.subscriptions",
        "sub-1@2026-11-01",
        r#"{"subscription_id":"sub-1","account_id":"acc-1","msisdn":"+4915500000001","tariff_id":"basic","valid_from":"2026-11-01T00:00:00Z"}"#,
    ),
    reference(
        "ref.tariffs",
        "tar-basic-voice-national_mobile@2026-11-01",
        r#"{"tariff_id":"basic","service":"voice","zone":"national_mobile","price":"0.12","per":1,"unit":"min","currency":"EUR","decimals":4,"valid_from":"2026-11-01T00:00:00Z","valid_to":"2026-12-01T00:00:00Z"}"#,
    ),
    reference(
        "ref.tariffs",
        "tar-basic-voice-premium@2026-11-01",
        r#"{"tariff_id":"basic","service":"voice","zone":"premium","price":"1.99","per":60,"unit":"s","currency":"EUR","decimals":2,"rounding":"half_even","valid_from":"2026-11-01T00:00:00Z"}"#,
    ),
    reference(
        "ref.tariffs",
        "tar-basic-sms-france@2026-11-01",
        r#"{"tariff_id":"basic","service":"sms","zone":"france","price":"0.19","per":1,"unit":"event","currency":"EUR","decimals":4,"rounding":"down"}"#,
    ),
    reference(
        "ref.tariffs",
        "tar-basic-data@2026-11-01",
        r#"{"tariff_id":"basic","service":"data","price":"2.99","per":1,"unit":"GB","currency":"EUR","decimals":2,"rounding":"up"}"#,
    ),
    reference("ref.destinations", "dst-4915", r#"{"prefix":"4915","zone":"national_mobile"}"#),
    reference("ref.destinations", "dst-4915999", r#"{"prefix":"4915999","zone":"premium"}"#),
    reference("ref.destinations", "dst-33", r#"{"prefix":"33","zone":"france"}"#),
    usage(
        r#"{"usage_id":"ex-minute","revision":1,"service":"voice","msisdn":"+4915500000001","called_number":"+4915200000002","started_at":"2026-11-02T09:30:00.25Z","duration_s":61,"cell_id":"001-01-00001-001"}"#,
        "rated 0.122",
    ),
    usage(
        r#"{"usage_id":"ex-minute","revision":1,"service":"voice","msisdn":"+4915500000001","called_number":"+4915200000002","started_at":"2026-11-02T09:30:00.25Z","duration_s":61,"cell_id":"001-01-00001-001"}"#,
        "duplicate",
    ),
    usage(
        r#"{"usage_id":"ex-pocket","revision":1,"service":"voice","msisdn":"+4915500000001","called_number":"+4915999000003","started_at":"2026-11-02T09:35:00Z","duration_s":30,"cell_id":"001-01-00001-001"}"#,
        "rated 1",
    ),
    usage(
        r#"{"usage_id":"ex-session","revision":1,"service":"data","msisdn":"+4915500000001","started_at":"2026-11-02T09:40:00Z","volume_bytes":1234567890,"cell_id":"001-01-00001-001"}"#,
        "rated 3.7",
    ),
    usage(
        r#"{"usage_id":"ex-message","revision":1,"service":"sms","msisdn":"+4915500000001","called_number":"+33600000004","started_at":"2026-11-02T09:45:00Z","message_count":2,"cell_id":"001-01-00001-001"}"#,
        "rated 0.38",
    ),
    usage(
        r#"{"usage_id":"ex-corrected","revision":1,"service":"voice","msisdn":"+4915500000001","called_number":"+4915200000002","started_at":"2026-11-02T10:00:00Z","duration_s":600,"cell_id":"001-01-00001-001"}"#,
        "superseded",
    ),
    usage(
        r#"{"usage_id":"ex-corrected","revision":2,"service":"voice","msisdn":"+4915500000001","called_number":"+4915200000002","started_at":"2026-11-02T10:00:00Z","duration_s":74,"cell_id":"001-01-00001-001"}"#,
        "rated 0.148",
    ),
    usage(
        r#"{"usage_id":"ex-cancelled","revision":1,"service":"sms","msisdn":"+4915500000001","called_number":"+33600000004","started_at":"2026-11-02T10:05:00Z","message_count":1,"cell_id":"001-01-00001-001"}"#,
        "superseded",
    ),
    usage(
        r#"{"usage_id":"ex-cancelled","revision":2,"cancelled":true,"service":"sms","msisdn":"+4915500000001","called_number":"+33600000004","started_at":"2026-11-02T10:05:00Z","message_count":1,"cell_id":"001-01-00001-001"}"#,
        "superseded",
    ),
    usage(
        r#"{"usage_id":"ex-stranger","revision":1,"service":"sms","msisdn":"+4915900000009","called_number":"+33600000004","started_at":"2026-11-02T10:10:00Z","message_count":1,"cell_id":"001-01-00001-001"}"#,
        "suspended unknown_subscriber",
    ),
    usage(
        r#"{"usage_id":"ex-nowhere","revision":1,"service":"sms","msisdn":"+4915500000001","called_number":"+999600000004","started_at":"2026-11-02T10:15:00Z","message_count":1,"cell_id":"001-01-00001-001"}"#,
        "suspended unknown_destination",
    ),
    usage(
        r#"{"usage_id":"ex-unpriced","revision":1,"service":"voice","msisdn":"+4915500000001","called_number":"+33600000004","started_at":"2026-11-02T10:20:00Z","duration_s":60,"cell_id":"001-01-00001-001"}"#,
        "suspended no_rate",
    ),
    usage(r#"{"usage_id":"ex-broken","revision":1,"service":"vo"#, "rejected"),
    reference(
        super::TOPUP_TOPIC,
        "acc-1",
        r#"{"topup_id":"top-1","account_id":"acc-1","amount":"20.00","currency":"EUR","topped_up_at":"2026-11-02T09:00:00Z"}"#,
    ),
];

/// The examples as items, all of which arrive at one instant.
pub fn items(arrived_at: EventTime) -> impl Iterator<Item = Item> {
    EXAMPLES.iter().map(move |example| Item {
        topic: example.topic,
        key: Some(example.key.to_owned()).filter(|key| !key.is_empty()),
        payload: Some(example.payload.as_bytes().to_vec()),
        arrived_at,
        partition_hint: 0,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::Value;

    use super::super::{Config, Operator, Trouble};
    use super::*;
    use crate::units::Money;

    #[test]
    fn charges_are_as_announced() {
        let amount = |example: &Example| Some(example.outcome.strip_prefix("rated ")?.to_owned());
        let amounts: Vec<Money> =
            EXAMPLES.iter().filter_map(amount).map(|text| text.parse().unwrap()).collect();
        assert_eq!(amounts.len(), 5);
        assert_eq!(amounts.into_iter().sum::<Money>(), "5.35".parse().unwrap());
    }

    #[test]
    fn examples_and_generated_records_have_the_same_required_fields() {
        let mut examples: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for item in items(EventTime(0)) {
            examples.entry(item.topic).or_default().extend(fields(&item));
        }
        let sound = Config { trouble: Trouble::NONE, ..Config::small(1) };
        let generated: Vec<_> = Operator::new(sound).collect();
        for (topic, examples) in examples {
            let of_topic = generated.iter().filter(|item| item.topic == topic);
            let generated = shared(of_topic.filter_map(fields));
            let missing: Vec<_> = shared(examples).difference(&generated).cloned().collect();
            assert!(missing.is_empty(), "{topic}: {missing:?}");
        }
    }

    fn fields(item: &Item) -> Option<BTreeSet<String>> {
        let document: Value = serde_json::from_slice(item.payload.as_ref()?).ok()?;
        Some(document.as_object()?.keys().cloned().collect())
    }

    fn shared(records: impl IntoIterator<Item = BTreeSet<String>>) -> BTreeSet<String> {
        records.into_iter().reduce(|one, other| &one & &other).unwrap_or_default()
    }
}
