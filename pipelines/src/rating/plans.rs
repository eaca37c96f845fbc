//! All tariffs with their bands and zones, kept ready for rating as documents come and go.

use std::iter::once;
use std::sync::Arc;

use datasets::reference::{Entity, NumberKind, Rate, TimeZone, Validity};
use datasets::units::EventTime;
use datasets::usage::Service;
use hashbrown::HashMap;

use super::band::Bands;
use super::call::{Call, Unrated};
use super::clock::Clock;
use super::plan::{Header, Plan};
use super::row::Row;
use super::trace::{Looked, RowNames, Witness};
use super::zones::{Zone, Zones};
use crate::names::Names;

/// The most tariffs that are asked one after the other.
const CHAIN_MAX: usize = 16;

/// Everything that rating looks up.
#[derive(Debug)]
pub struct Plans {
    pub(super) names: Names,
    pub(super) plans: HashMap<u64, Plan>,
    pub(super) bands: Bands,
    zones: Zones,
    clocks: HashMap<TimeZone, Arc<Clock>>,
    utc: Arc<Clock>,
}

/// A row that holds at an instant.
#[derive(Clone, Copy, Debug)]
pub struct Found<'p> {
    /// The tariff it belongs to.
    pub tariff: u64,
    /// The zone; 0 where the row holds for all.
    pub zone: u64,
    /// The row.
    pub row: &'p Row,
    /// Its band.
    band: Option<u64>,
    /// The instant at which another row may hold.
    pub until: i64,
}

impl Found<'_> {
    pub(super) fn names(&self) -> RowNames {
        let Self { tariff, zone, row, band, .. } = *self;
        RowNames { tariff, row: row.key, zone, band }
    }
}

impl Default for Plans {
    fn default() -> Self {
        Self::new(Names::default())
    }
}

impl Plans {
    /// Nothing yet; texts are registered with `names`.
    #[must_use]
    pub fn new(names: Names) -> Self {
        Self {
            names,
            plans: HashMap::new(),
            bands: Bands::default(),
            zones: Zones::default(),
            clocks: HashMap::new(),
            utc: Arc::new(Clock::of(TimeZone::UTC)),
        }
    }

    /// The zone and kind of a called number that costs its caller nothing.
    pub(super) fn free_number<W: Witness>(
        &self,
        call: &Call,
        witness: &mut W,
    ) -> Option<(u64, NumberKind)> {
        if call.called.is_none() {
            return None;
        }
        witness.looked(Looked::Called(call.called));
        let Zone { zone, kind } = self.zones.of(call.called, call.started_at).next()?;
        (kind.is_free() && call.is_outgoing()).then_some((zone, kind))
    }

    /// The row that holds for a record at an instant.
    ///
    /// Tariff by tariff down the chain of fallbacks, and in each from the longest prefix's zone to the rows of all zones.
    pub(super) fn find<W: Witness>(
        &self,
        call: &Call,
        at: i64,
        witness: &mut W,
    ) -> Result<Found<'_>, Unrated> {
        let mut until = i64::MAX;
        let mut tariff = call.tariff;
        for _ in 0..CHAIN_MAX {
            let plan = self.plans.get(&tariff);
            let header = plan.and_then(|plan| plan.headers.at(call.started_at));
            let clock = header.map_or(&*self.utc, |header| &header.clock);
            let zones = self.zones.of(call.called, call.started_at).map(|zone| zone.zone);
            for zone in zones.chain(once(0)) {
                witness.looked(Looked::Rows(tariff, call.service, zone));
                let rows = plan.map_or(&[][..], |plan| plan.rows(call.service, zone));
                if let Some(row) = self.first(rows, call, (at, clock, &mut until)) {
                    let band = row.band.map(|band| self.bands.name(band));
                    return Ok(Found { tariff, zone, row, band, until });
                }
            }
            match header.and_then(|header| header.fallback) {
                Some(fallback) => tariff = fallback,
                None => return Err(self.missing(call)),
            }
        }
        Err(Unrated::FallbackCycle)
    }

    /// The first of some rows that holds, and when that may change.
    fn first<'p>(
        &self,
        rows: &'p [Row],
        call: &Call,
        (at, clock, until): (i64, &Clock, &mut i64),
    ) -> Option<&'p Row> {
        let mut shown = None;
        rows.iter().filter(|row| row.is_for(call)).find(|row| {
            let Some(band) = row.band else { return true };
            let local = shown.get_or_insert_with(|| clock.shows(at));
            *until = self.bands.changes(band, local).min(*until);
            self.bands.covers(band, local, call.started_at)
        })
    }

    /// Why there is no row.
    fn missing(&self, call: &Call) -> Unrated {
        let is_zoned = call.service != Service::Data && call.is_outgoing();
        let is_known = self.zones.of(call.called, call.started_at).next().is_some();
        if is_zoned && !is_known { Unrated::UnknownDestination } else { Unrated::NoRate }
    }

    /// Takes a version of a document in.
    pub fn hold(&mut self, key: u64, validity: Validity, entity: &Entity) {
        match entity {
            Entity::Rate(rate) => {
                let band = rate.band.as_deref().map(|band| self.names.intern(band));
                let band = band.map(|band| self.bands.place(band));
                let (tariff, service, zone) = self.address(rate);
                let plan = self.plans.entry(tariff).or_default();
                plan.hold((service, zone), Row::of(key, validity, rate, band));
            }
            Entity::Plan(plan) => {
                let clock = self.clock(plan.time_zone);
                let fallback = plan.fallback.as_deref().map(|tariff| self.names.intern(tariff));
                let tariff = self.names.intern(&plan.tariff_id);
                let held = self.plans.entry(tariff).or_default();
                held.headers.insert(validity, key, Header { clock, fallback });
            }
            Entity::Destination(destination) => {
                let zone = self.names.intern(&destination.zone);
                let zone = Zone { zone, kind: destination.kind };
                self.zones.hold(destination.prefix, (validity, key), zone);
            }
            Entity::TimeBand(band) => self.bands.hold((validity, key), band, &self.names),
            Entity::Holiday(holiday) => {
                self.bands.celebrate((validity, key), holiday, &self.names);
            }
            Entity::Account(_) | Entity::Subscription(_) => {}
        }
    }

    /// Takes a version of a document out.
    pub fn withdraw(&mut self, key: u64, entity: &Entity) {
        match entity {
            Entity::Rate(rate) => {
                let (tariff, service, zone) = self.address(rate);
                self.change(tariff, |plan| plan.withdraw((service, zone), key));
            }
            Entity::Plan(plan) => {
                let tariff = self.names.intern(&plan.tariff_id);
                self.change(tariff, |plan| plan.headers.remove(key));
            }
            Entity::Destination(destination) => self.zones.withdraw(destination.prefix, key),
            Entity::TimeBand(band) => self.bands.withdraw(key, band, &self.names),
            Entity::Holiday(holiday) => self.bands.abolish(key, holiday, &self.names),
            Entity::Account(_) | Entity::Subscription(_) => {}
        }
    }

    /// The clock by which a tariff's bands are told.
    pub(super) fn clock_of(&self, tariff: u64, at: EventTime) -> &Clock {
        let header = self.plans.get(&tariff).and_then(|plan| plan.headers.at(at));
        header.map_or(&*self.utc, |header| &header.clock)
    }

    /// Where the rows of a document's kind are looked up.
    #[must_use]
    pub fn address(&self, rate: &Rate) -> (u64, Service, u64) {
        let zone = rate.zone.as_deref().map_or(0, |zone| self.names.intern(zone));
        (self.names.intern(&rate.tariff_id), rate.service, zone)
    }

    fn change(&mut self, tariff: u64, change: impl FnOnce(&mut Plan)) {
        let Some(plan) = self.plans.get_mut(&tariff) else { return };
        change(plan);
        if plan.is_empty() {
            self.plans.remove(&tariff);
        }
    }

    fn clock(&mut self, zone: TimeZone) -> Arc<Clock> {
        self.clocks.entry(zone).or_insert_with(|| Arc::new(Clock::of(zone))).clone()
    }
}
