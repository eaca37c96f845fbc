//! What one object counted, put beside the names of its group.

use std::collections::BTreeMap;
use std::sync::Arc;

use datasets::assurance::counter_report::CounterReport;
use datasets::units::Fraction;

use super::group::Group;
use super::{Fault, Lost};
use crate::decode::decimal;
use crate::decode::reject::Reject;

/// A `measValue` that is being read.
#[derive(Default)]
pub(super) struct Values {
    pub(super) object: String,
    pub(super) suspect: bool,
    /// The values by the numbers of their counters.
    values: BTreeMap<u32, Value>,
    /// Whether it is lost: what is in it is passed over.
    pub(super) is_lost: bool,
}

/// What stands for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Number(Fraction),
    Missing,
    Unread,
}

impl Value {
    fn of(text: &str) -> Self {
        if text.is_empty() || text.eq_ignore_ascii_case("NIL") {
            return Self::Missing;
        }
        decimal::exact(text).map_or(Self::Unread, Self::Number)
    }
}

impl Values {
    /// Takes one value with the number of its counter.
    pub(super) fn take(&mut self, (number, text): (u32, &str), group: &Group) -> Result<(), Fault> {
        if !group.names.contains_key(&number) {
            let detail = format!("\"r\" has p={number}, and no \"measType\" has");
            return Err((Lost::Value, Reject { reason: "unknown_counter", detail }));
        }
        match self.values.insert(number, Value::of(text)) {
            None => Ok(()),
            Some(_) => Err((Lost::Value, Reject::repeated(&format!("r p={number}")))),
        }
    }

    /// Takes a list of values, one for each name in the order of their numbers.
    pub(super) fn take_list(&mut self, text: &str, group: &Group) -> Result<(), Fault> {
        if !self.values.is_empty() {
            return Err((Lost::Value, Reject::repeated("measResults")));
        }
        let (found, wanted) = (text.split_ascii_whitespace().count(), group.names.len());
        if found != wanted {
            let detail = format!("\"measResults\" has {found} values for {wanted} counters");
            return Err((Lost::Value, Reject { reason: "unknown_counter", detail }));
        }
        let numbered = group.names.keys().copied().zip(text.split_ascii_whitespace());
        self.values = numbered.map(|(number, text)| (number, Value::of(text))).collect();
        Ok(())
    }

    /// Takes whether the values are not to be trusted.
    pub(super) fn take_suspect(&mut self, text: &str) -> Result<(), Fault> {
        self.suspect = match text {
            "true" | "1" => true,
            "false" | "0" => false,
            _ => return Err((Lost::Value, Reject::bad("suspect", "true or false"))),
        };
        Ok(())
    }

    /// The report; a counter of the group that has no value is missing.
    pub(super) fn report(
        self,
        (dn_prefix, element): (Arc<str>, Arc<str>),
        group: &Group,
    ) -> Result<CounterReport, Fault> {
        let period = group.period.ok_or((Lost::Value, Reject::missing("granPeriod")))?;
        let mut report = CounterReport {
            dn_prefix,
            element,
            object: self.object,
            info: group.id.clone(),
            job: group.job.clone(),
            period,
            suspect: self.suspect,
            counters: BTreeMap::new(),
            missing: Vec::new(),
            unread: Vec::new(),
        };
        for (number, name) in &group.names {
            match self.values.get(number) {
                Some(Value::Number(value)) => {
                    if report.counters.insert(name.clone(), *value).is_some() {
                        return Err((Lost::Value, Reject::repeated("measType")));
                    }
                }
                Some(Value::Unread) => report.unread.push(name.clone()),
                Some(Value::Missing) | None => report.missing.push(name.clone()),
            }
        }
        Ok(report)
    }

    /// How many bytes the values take, at least.
    pub(super) fn held_bytes(&self) -> usize {
        self.object.capacity() + self.values.len() * size_of::<(u32, Value)>()
    }
}
