//! One tariff: its clock, its fallback, and its rows by service and zone, in the order in which they are asked.

use std::sync::Arc;

use datasets::usage::Service;
use hashbrown::HashMap;

use super::clock::Clock;
use super::row::Row;
use super::versions::Versions;

/// What holds for all rows of a tariff.
#[derive(Clone, Debug)]
pub struct Header {
    /// By which its bands are told.
    pub clock: Arc<Clock>,
    /// The tariff that is asked where this one has no row.
    pub fallback: Option<u64>,
}

/// A tariff.
#[derive(Debug, Default)]
pub struct Plan {
    /// Its versions.
    pub headers: Versions<Header>,
    /// Its rows by service and zone, 0 for all zones.
    rows: HashMap<(Service, u64), Vec<Row>>,
}

impl Plan {
    /// The rows for a service and a zone, the first that holds counts.
    #[must_use]
    pub fn rows(&self, service: Service, zone: u64) -> &[Row] {
        self.rows.get(&(service, zone)).map_or(&[], Vec::as_slice)
    }

    /// Services and zones that have rows, with those rows.
    pub fn groups(&self) -> impl Iterator<Item = (Service, u64, &[Row])> {
        self.rows.iter().map(|((service, zone), rows)| (*service, *zone, rows.as_slice()))
    }

    /// Takes a row in; one of the same key is replaced.
    pub fn hold(&mut self, (service, zone): (Service, u64), row: Row) {
        let rows = self.rows.entry((service, zone)).or_default();
        rows.retain(|other| other.key != row.key);
        let place = rows.partition_point(|other| other.precedence() < row.precedence());
        rows.insert(place, row);
    }

    /// Takes a row out.
    pub fn withdraw(&mut self, (service, zone): (Service, u64), key: u64) {
        let Some(rows) = self.rows.get_mut(&(service, zone)) else { return };
        rows.retain(|other| other.key != key);
        if rows.is_empty() {
            self.rows.remove(&(service, zone));
        }
    }

    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.headers.is_empty()
    }
}
