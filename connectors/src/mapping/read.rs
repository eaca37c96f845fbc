//! Applies a mapping to a row.

use std::borrow::Cow;

use super::Mapping;
use super::field::{RecordMap, all_hold};
use super::row::Row;
use crate::decode::reject::Reject;
use crate::decode::scalar::{Scalar, TEXT_BYTES};
use crate::decode::usage::{Called, Usage, digits, revision, service};

impl Mapping {
    /// The records that a row stands for, each with its number; at least one.
    pub(crate) fn applying(&self, row: &Row<'_>) -> Result<Vec<(u64, &RecordMap)>, Reject> {
        if !all_hold(&self.only, row)? {
            return Err(Reject::filtered());
        }
        let mut applying = Vec::with_capacity(self.records.len());
        for (number, record) in (0..).zip(&self.records) {
            if all_hold(&record.only, row)? {
                applying.push((number, record));
            }
        }
        if applying.is_empty() { Err(Reject::filtered()) } else { Ok(applying) }
    }
}

impl RecordMap {
    /// Makes the record of a row and hands it on.
    pub(crate) fn read(&self, row: &Row<'_>, take: impl FnOnce(&Usage<'_>)) -> Result<(), Reject> {
        let texts = Texts::of(self, row)?;
        take(&self.usage(row, &texts)?);
        Ok(())
    }

    fn usage<'t>(&self, row: &Row<'_>, texts: &'t Texts<'_>) -> Result<Usage<'t>, Reject> {
        let service = service(&self.service.required(row)?)?;
        let called = match &texts.called_number {
            Some(number) => Called::of(number, "called_number")?,
            None => Called::default(),
        };
        let started_at = self.time.read(&self.started_at.required(row)?);
        Ok(Usage {
            usage_id: &texts.usage_id,
            revision: self.revision(row)?,
            cancelled: self.cancelled(row)?,
            service,
            msisdn: digits(&self.msisdn.required(row)?, "msisdn")?,
            called,
            started_at: started_at
                .ok_or_else(|| Reject::bad("started_at", "an instant of the declared format"))?,
            quantity: self.quantity.of(row, service)?,
            facets: self.facets.of(row)?,
        })
    }

    fn revision(&self, row: &Row<'_>) -> Result<u16, Reject> {
        let Some(text) = self.revision.as_ref().map(|revision| revision.of(row)).transpose()?
        else {
            return Ok(0);
        };
        revision(&text.map_or(Scalar::Absent, Scalar::Text))
    }

    fn cancelled(&self, row: &Row<'_>) -> Result<bool, Reject> {
        match self.cancelled.as_ref().map(|cancelled| cancelled.of(row)).transpose()? {
            Some(Some(text)) => Scalar::Text(text).flag("cancelled"),
            _ => Ok(false),
        }
    }
}

/// The texts that a record borrows.
struct Texts<'r> {
    usage_id: Cow<'r, str>,
    called_number: Option<Cow<'r, str>>,
}

impl<'r> Texts<'r> {
    fn of(record: &'r RecordMap, row: &'r Row<'_>) -> Result<Self, Reject> {
        let usage_id = record.usage_id.required(row)?;
        if usage_id.len() > TEXT_BYTES {
            return Err(Reject::too_long("usage_id", TEXT_BYTES));
        }
        let called = record.called_number.as_ref();
        Ok(Self { usage_id, called_number: called.map(|text| text.of(row)).transpose()?.flatten() })
    }
}
