//! Usage records in weir's own format: a flat JSON object, or the same names as columns.

mod called;

mod facets;

use std::borrow::Cow;

use datasets::number::Digits;
use datasets::units::EventTime;
use datasets::usage::{Facets, MAX_REVISION, Service};
use serde::Deserialize;

use super::flat;
use super::reject::Reject;
use super::scalar::Scalar;

pub(crate) use called::{Called, digits};

/// The greatest quantity: what a table's column of 64 bits holds.
pub(crate) const QUANTITY_MAX: u64 = u64::MAX >> 1;

/// One usage record, checked, its texts still those of the payload.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Usage<'a> {
    pub(crate) usage_id: &'a str,
    pub(crate) revision: u16,
    pub(crate) cancelled: bool,
    pub(crate) service: Service,
    pub(crate) msisdn: Digits,
    pub(crate) called: Called<'a>,
    pub(crate) started_at: EventTime,
    pub(crate) quantity: u64,
    pub(crate) facets: Facets,
}

/// A usage document before it is checked. What it does not name is not looked at.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub(crate) struct Document<'a> {
    #[serde(borrow)]
    usage_id: Scalar<'a>,
    #[serde(borrow)]
    revision: Scalar<'a>,
    #[serde(borrow)]
    cancelled: Scalar<'a>,
    #[serde(borrow)]
    service: Scalar<'a>,
    #[serde(borrow)]
    msisdn: Scalar<'a>,
    #[serde(borrow)]
    called_number: Scalar<'a>,
    #[serde(borrow)]
    started_at: Scalar<'a>,
    #[serde(borrow)]
    duration_s: Scalar<'a>,
    #[serde(borrow)]
    duration_ms: Scalar<'a>,
    #[serde(borrow)]
    volume_bytes: Scalar<'a>,
    #[serde(borrow)]
    message_count: Scalar<'a>,
    #[serde(borrow)]
    event_count: Scalar<'a>,
    #[serde(borrow)]
    direction: Scalar<'a>,
    #[serde(borrow)]
    on_net: Scalar<'a>,
    #[serde(borrow)]
    friend: Scalar<'a>,
    #[serde(borrow)]
    continuation: Scalar<'a>,
}

impl<'a> Document<'a> {
    /// Reads a JSON object.
    pub(crate) fn of_json(text: &'a str) -> Result<Self, Reject> {
        Self::of_flat(text).map_or_else(|| Self::of_any_json(text), Ok)
    }

    /// Reads a flat object without anything unusual in it.
    pub(crate) fn of_flat(text: &'a str) -> Option<Self> {
        let mut document = Self::default();
        flat::members(text, |name, value| {
            let Some(known) = document.named(name) else { return Some(()) };
            // A name that comes twice is for serde to refuse.
            let first = known.is_absent() && !value.is_absent();
            *known = value;
            first.then_some(())
        })?;
        Some(document)
    }

    /// Reads a JSON object of any form.
    pub(crate) fn of_any_json(text: &'a str) -> Result<Self, Reject> {
        if !text.trim_ascii_start().starts_with('{') {
            return Err(Reject::of_no_object(text));
        }
        serde_json::from_str(text).map_err(|error| Reject::of_json(text, &error))
    }

    /// Reads a line by the names in its header.
    pub(crate) fn of_columns(columns: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut document = Self::default();
        for (name, text) in columns.filter(|(_, text)| !text.is_empty()) {
            if let Some(value) = document.named(name) {
                *value = Scalar::Text(Cow::Borrowed(text));
            }
        }
        document
    }

    fn named(&mut self, name: &str) -> Option<&mut Scalar<'a>> {
        Some(match name {
            "usage_id" => &mut self.usage_id,
            "revision" => &mut self.revision,
            "cancelled" => &mut self.cancelled,
            "service" => &mut self.service,
            "msisdn" => &mut self.msisdn,
            "called_number" => &mut self.called_number,
            "started_at" => &mut self.started_at,
            "duration_s" => &mut self.duration_s,
            "duration_ms" => &mut self.duration_ms,
            "volume_bytes" => &mut self.volume_bytes,
            "message_count" => &mut self.message_count,
            "event_count" => &mut self.event_count,
            "direction" => &mut self.direction,
            "on_net" => &mut self.on_net,
            "friend" => &mut self.friend,
            "continuation" => &mut self.continuation,
            _ => return None,
        })
    }

    /// Checks every field.
    pub(crate) fn check(&self) -> Result<Usage<'_>, Reject> {
        let usage_id = self.usage_id.text("usage_id")?;
        let service = service(self.service.text("service")?)?;
        Ok(Usage {
            usage_id,
            revision: revision(&self.revision)?,
            cancelled: self.cancelled.flag("cancelled")?,
            service,
            msisdn: digits(self.msisdn.text("msisdn")?, "msisdn")?,
            called: self.called(service)?,
            started_at: self.started_at.instant("started_at")?,
            quantity: self.quantity(service)?,
            facets: self.facets()?,
        })
    }

    /// The called number; a data session has none, whatever stands in the field.
    fn called(&self, service: Service) -> Result<Called<'_>, Reject> {
        match self.called_number.optional_text("called_number") {
            _ if service == Service::Data => Ok(Called::default()),
            Ok(Some(number)) => Called::of(number, "called_number"),
            Ok(None) => Ok(Called::default()),
            Err(reject) => Err(reject),
        }
    }

    /// The quantity in the service's base unit; fields of other services' units are beside the point.
    fn quantity(&self, service: Service) -> Result<u64, Reject> {
        match service {
            Service::Voice => self.duration_ms(),
            Service::Data => required(&self.volume_bytes, "volume_bytes"),
            Service::Sms => required(&self.message_count, "message_count"),
            Service::Event => required(&self.event_count, "event_count"),
        }
    }

    fn duration_ms(&self) -> Result<u64, Reject> {
        match (self.duration_s.is_absent(), self.duration_ms.is_absent()) {
            (true, true) => Err(Reject::missing("duration_s")),
            (true, false) => required(&self.duration_ms, "duration_ms"),
            (false, true) => {
                let seconds = self.duration_s.optional_whole("duration_s", QUANTITY_MAX / 1_000)?;
                Ok(seconds.unwrap_or(0) * 1_000)
            }
            (false, false) => Err(Reject::bad("duration_s", "alone: duration_ms is there too")),
        }
    }
}

fn required(value: &Scalar<'_>, field: &str) -> Result<u64, Reject> {
    value.optional_whole(field, QUANTITY_MAX)?.ok_or_else(|| Reject::missing(field))
}

/// The revision; 0 where there is none.
pub(crate) fn revision(value: &Scalar<'_>) -> Result<u16, Reject> {
    let revision = value.optional_whole("revision", u64::from(MAX_REVISION))?.unwrap_or(0);
    Ok(u16::try_from(revision).expect("it was checked to fit"))
}

/// The service of a name.
pub(crate) fn service(name: &str) -> Result<Service, Reject> {
    Service::named(name).ok_or_else(Reject::unknown_service)
}
