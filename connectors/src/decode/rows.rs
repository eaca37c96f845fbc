//! The rows of a batch, by the role of their source.

use arrow::record_batch::RecordBatch;
use datasets::ids::{Pseudonyms, SubscriberId, id64};
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::reference::{RefChange, RefTopic};

use super::columns::reference::ReferenceRows;
use super::columns::topup::TopUpRows;
use super::columns::usage::UsageRows;
use super::document;
use super::fields::Fields;
use super::pseudonyms::CachedPseudonyms;
use super::reject::Reject;
use super::topup::TopUpDocument;
use super::usage::Usage;
use crate::source::{Batch, Role};

/// The rows of a batch.
pub(crate) struct Rows {
    kind: Kind,
    pseudonyms: CachedPseudonyms,
}

enum Kind {
    Usage(Box<UsageRows>),
    TopUps(Box<TopUpRows>),
    Reference(RefTopic, Box<ReferenceRows>),
}

impl Rows {
    pub(crate) fn new(role: Role, pseudonyms: Pseudonyms) -> Self {
        let kind = match role {
            Role::Usage => Kind::Usage(Box::new(UsageRows::new())),
            Role::TopUps => Kind::TopUps(Box::new(TopUpRows::new())),
            Role::Reference(topic) => Kind::Reference(topic, Box::default()),
        };
        Self { kind, pseudonyms: CachedPseudonyms::new(pseudonyms) }
    }

    pub(crate) fn role(&self) -> Role {
        match self.kind {
            Kind::Usage(_) => Role::Usage,
            Kind::TopUps(_) => Role::TopUps,
            Kind::Reference(topic, _) => Role::Reference(topic),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match &self.kind {
            Kind::Usage(rows) => rows.len(),
            Kind::TopUps(rows) => rows.len(),
            Kind::Reference(_, rows) => rows.len(),
        }
    }

    /// Takes a usage record; other roles never see one.
    pub(crate) fn push_usage(&mut self, place: Provenance, usage: &Usage<'_>) {
        if let Kind::Usage(rows) = &mut self.kind {
            rows.push(place, self.pseudonyms.of(usage.msisdn), usage);
        }
    }

    /// Takes a top-up; other roles never see one.
    pub(crate) fn push_topup(
        &mut self,
        place: Provenance,
        fields: &Fields<'_>,
    ) -> Result<(), Reject> {
        let topup = TopUpDocument::check(fields)?;
        if let Kind::TopUps(rows) = &mut self.kind {
            rows.push(place, &topup);
        }
        Ok(())
    }

    /// Takes a version of a document, or a tombstone; other roles never see one.
    pub(crate) fn push_document(
        &mut self,
        place: Provenance,
        key: &str,
        fields: Option<&Fields<'_>>,
    ) -> Result<(), Reject> {
        let Kind::Reference(topic, rows) = &mut self.kind else { return Ok(()) };
        let hidden = number_in(*topic, key).map(|number| self.pseudonyms.of(number).to_string());
        let key = hidden.as_deref().unwrap_or(key);
        let mut pseudonym = |number: Digits| -> SubscriberId { self.pseudonyms.of(number) };
        let version =
            fields.map(|fields| document::check(*topic, fields, &mut pseudonym)).transpose()?;
        let change =
            RefChange { topic: *topic, key: id64(key), arrived_in: 0, provenance: place, version };
        rows.push(key, change);
        Ok(())
    }

    /// Hands the rows over; who sent them is filled in by the caller.
    pub(crate) fn finish(&mut self, source_id: &str) -> Batch {
        match &mut self.kind {
            Kind::Usage(rows) => {
                let (usage, raw) = rows.finish(source_id);
                Batch { usage, ..empty(raw) }
            }
            Kind::TopUps(rows) => {
                let (topups, raw) = rows.finish(source_id);
                Batch { topups, ..empty(raw) }
            }
            Kind::Reference(_, rows) => {
                let (changes, raw) = rows.finish(source_id);
                Batch { changes, ..empty(raw) }
            }
        }
    }
}

/// The number that a key may be: parties go by their numbers in some systems, and none may stand in clear.
fn number_in(topic: RefTopic, key: &str) -> Option<Digits> {
    let is_party = matches!(topic, RefTopic::Accounts | RefTopic::Subscriptions);
    if is_party { Digits::parse(key).ok() } else { None }
}

fn empty(raw: RecordBatch) -> Batch {
    Batch {
        source: 0,
        usage: Vec::new(),
        topups: Vec::new(),
        changes: Vec::new(),
        raw,
        dead: Vec::new(),
        positions: Vec::new(),
    }
}
