//! Which usage a grant or a bucket may pay for.

use datasets::usage::Service;
use serde::{Deserialize, Serialize};

/// Where usage happened, as prices and grants tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What was consumed.
    pub service: Service,
    /// The content id of the destination zone; 0 where nothing was called.
    pub zone: u64,
    /// The content id of the time band; 0 where there is none.
    pub band: u64,
}

/// The usage that is meant; what names nothing means everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// The service.
    pub service: Option<Service>,
    /// The zones.
    pub zones: Vec<u64>,
    /// The time bands.
    pub bands: Vec<u64>,
}

impl Scope {
    /// All usage of a service.
    #[must_use]
    pub const fn of(service: Service) -> Self {
        Self { service: Some(service), zones: Vec::new(), bands: Vec::new() }
    }

    /// Whether usage at a place is meant.
    #[must_use]
    pub fn covers(&self, place: Place) -> bool {
        let is_in = |ids: &[u64], id| ids.is_empty() || ids.contains(&id);
        self.service.is_none_or(|service| service == place.service)
            && is_in(&self.zones, place.zone)
            && is_in(&self.bands, place.band)
    }

    /// Whether all usage is meant.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.service.is_none() && self.zones.is_empty() && self.bands.is_empty()
    }
}
