//! Fields as they are written, each with the place that an error names.

use std::ops::Range;

use toml::Spanned;

use crate::mapping::error::Origin;
use crate::mapping::spec::{FieldSpec, FieldSpecs};

/// Where an error is reported.
pub(super) struct At {
    pub(super) key: String,
    pub(super) span: Range<usize>,
}

impl At {
    /// The fields of the mapping as a whole.
    pub(super) fn whole(origin: Origin<'_>) -> Self {
        let start = origin.text.find("[fields]").unwrap_or_default();
        Self { key: "fields".to_owned(), span: start..start }
    }
}

/// A field as it is written, with where.
pub(super) struct Written<'s> {
    pub(super) field: &'static str,
    pub(super) at: At,
    pub(super) spec: &'s FieldSpec,
}

impl Written<'_> {
    /// Whether it is a telephone number.
    pub(super) fn is_number(&self) -> bool {
        matches!(self.field, "msisdn" | "called_number")
    }
}

/// A record's own fields over the common ones.
pub(super) struct Merged<'s> {
    pub(super) common: &'s FieldSpecs,
    pub(super) own: &'s FieldSpecs,
    pub(super) at: &'s At,
}

impl<'s> Merged<'s> {
    /// A field, if it is given.
    pub(super) fn get(&self, name: &'static str) -> Option<Written<'s>> {
        let own =
            named(self.own, name).map(|spec| (spec, format!("{}.fields.{name}", self.at.key)));
        let common = || named(self.common, name).map(|spec| (spec, format!("fields.{name}")));
        own.or_else(common).map(|(spec, key)| Written {
            field: name,
            at: At { key, span: spec.span() },
            spec: spec.get_ref(),
        })
    }
}

fn named<'s>(fields: &'s FieldSpecs, name: &str) -> Option<&'s Spanned<FieldSpec>> {
    match name {
        "usage_id" => fields.usage_id.as_ref(),
        "revision" => fields.revision.as_ref(),
        "cancelled" => fields.cancelled.as_ref(),
        "service" => fields.service.as_ref(),
        "msisdn" => fields.msisdn.as_ref(),
        "called_number" => fields.called_number.as_ref(),
        "started_at" => fields.started_at.as_ref(),
        "quantity" => fields.quantity.as_ref(),
        "direction" => fields.direction.as_ref(),
        "on_net" => fields.on_net.as_ref(),
        "friend" => fields.friend.as_ref(),
        "continuation" => fields.continuation.as_ref(),
        _ => None,
    }
}
