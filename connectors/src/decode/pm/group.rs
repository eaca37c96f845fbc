//! A group of counters: their names, their numbers and the period in which they counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use datasets::reference::Validity;
use datasets::units::EventTime;

use super::element::Attributes;
use super::{Fault, Lost, duration};
use crate::decode::instant;
use crate::decode::reject::Reject;
use crate::decode::scalar::TEXT_BYTES;

/// The most counters that a group may have.
const COUNTERS: usize = 10_000;

/// A `measInfo` that is being read.
#[derive(Default)]
pub(super) struct Group {
    pub(super) id: Option<Arc<str>>,
    pub(super) job: Option<Arc<str>>,
    pub(super) period: Option<Validity>,
    /// The names by their numbers; those of a list are numbered from 1.
    pub(super) names: BTreeMap<u32, Arc<str>>,
    /// Whether it is lost: what is in it is passed over.
    pub(super) is_lost: bool,
}

impl Group {
    /// Takes the period.
    pub(super) fn take_period(&mut self, attributes: &Attributes<'_>) -> Result<(), Fault> {
        let lost = |reject| (Lost::Group, reject);
        let wanted = "whole days, hours, minutes and seconds, such as PT900S";
        let text = |name: &str| attributes.get(name)?.ok_or_else(|| lost(Reject::missing(name)));
        let length = duration::micros(text("duration")?.trim());
        let length = length.ok_or_else(|| lost(Reject::bad("duration", wanted)))?;
        let end = instant::parse(text("endTime")?.trim());
        let wanted = "an RFC 3339 instant with its offset";
        let end = end.ok_or_else(|| lost(Reject::bad("endTime", wanted)))?;
        let from =
            end.0.checked_sub(length).ok_or_else(|| lost(Reject::bad("duration", "short")))?;
        self.period = Some(Validity { from: EventTime(from), to: end });
        Ok(())
    }

    /// Takes one name with its number.
    pub(super) fn take_name(&mut self, number: u32, name: &str) -> Result<(), Fault> {
        let lost = |reject| Err((Lost::Group, reject));
        if name.is_empty() {
            return lost(Reject::missing("measType"));
        }
        if name.len() > TEXT_BYTES {
            return lost(Reject::too_long("measType", TEXT_BYTES));
        }
        if self.names.len() >= COUNTERS {
            return lost(Reject::bad("measType", "one of 10000 counters or fewer"));
        }
        if self.names.insert(number, name.into()).is_some() {
            return lost(Reject::repeated(&format!("measType p={number}")));
        }
        Ok(())
    }

    /// Takes a list of names.
    pub(super) fn take_names(&mut self, text: &str) -> Result<(), Fault> {
        if !self.names.is_empty() {
            return Err((Lost::Group, Reject::repeated("measTypes")));
        }
        for (number, name) in (1..).zip(text.split_ascii_whitespace()) {
            self.take_name(number, name)?;
        }
        Ok(())
    }

    /// How many bytes the names take, at least.
    pub(super) fn held_bytes(&self) -> usize {
        self.names.values().map(|name| name.len() + size_of::<(u32, Arc<str>)>()).sum()
    }
}
