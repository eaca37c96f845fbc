//! What an object counted in a granularity period, as a 3GPP PM file reports it (TS 32.435, TS 28.532).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::reference::Validity;
use crate::units::Fraction;

/// The counters of one object and period, with the names as they are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterReport {
    /// What every distinguished name of the file begins with; empty where none is given.
    pub dn_prefix: Arc<str>,
    /// The managed element; empty where it is named by the prefix alone.
    pub element: Arc<str>,
    /// The measured object, named from the element on.
    pub object: String,
    /// The group of counters, where it is named.
    pub info: Option<Arc<str>>,
    /// The measurement job, where it is named.
    pub job: Option<Arc<str>>,
    /// The granularity period.
    pub period: Validity,
    /// Whether the element itself does not trust the values.
    pub suspect: bool,
    /// The counters that have a number.
    pub counters: BTreeMap<Arc<str>, Fraction>,
    /// The counters that were not measured: empty, or `NIL`.
    pub missing: Vec<Arc<str>>,
    /// The counters whose value is no number, such as a list.
    pub unread: Vec<Arc<str>>,
}

impl CounterReport {
    /// The object's whole distinguished name.
    #[must_use]
    pub fn distinguished_name(&self) -> String {
        let parts = [&*self.dn_prefix, &*self.element, &*self.object];
        let named: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        named.join(",")
    }
}
