//! All tariffs with their bands and zones, kept ready for rating as documents come and go.

use std::sync::Arc;

use datasets::ids::id64;
use datasets::reference::{Entity, Rate, TimeZone, Validity};
use datasets::units::EventTime;
use datasets::usage::Service;
use hashbrown::HashMap;

use super::band::Bands;
use super::clock::Clock;
use super::plan::{Header, Plan};
use super::row::Row;
use super::trace::Looked;
use super::zones::{Zone, Zones};
use crate::names::Names;

/// Everything that rating looks up.
#[derive(Debug)]
pub struct Plans {
    pub(super) names: Names,
    pub(super) plans: HashMap<u64, Plan>,
    pub(super) bands: Bands,
    pub(super) zones: Zones,
    clocks: HashMap<TimeZone, Arc<Clock>>,
    pub(super) utc: Arc<Clock>,
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
            Entity::Account(_) | Entity::Subscription(_) | Entity::Allowance(_) => {}
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
            Entity::Account(_) | Entity::Subscription(_) | Entity::Allowance(_) => {}
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

    /// What a record may have looked up whose charge depends on a document.
    #[must_use]
    pub fn looked_up_for(&self, entity: &Entity) -> Vec<Looked> {
        let rows = |tariff: u64, service, zone| Looked::Rows(tariff, service, zone);
        match entity {
            Entity::Rate(rate) => {
                let (tariff, service, zone) = self.address(rate);
                vec![rows(tariff, service, zone)]
            }
            Entity::Destination(destination) => vec![Looked::Called(destination.prefix)],
            Entity::Plan(plan) => {
                let tariff = id64(&plan.tariff_id);
                // What found no row before the fallback has asked for those of all zones at last.
                let last = Service::ALL.map(|service| rows(tariff, service, 0));
                let groups = self.plans.get(&tariff).into_iter().flat_map(Plan::groups);
                groups.map(|(service, zone, _)| rows(tariff, service, zone)).chain(last).collect()
            }
            Entity::TimeBand(band) => {
                let name = id64(&band.band);
                self.groups_of(|place| self.bands.name(place) == name)
            }
            Entity::Holiday(holiday) => {
                let calendar = id64(&holiday.calendar);
                self.groups_of(|place| self.bands.is_by(place, calendar))
            }
            Entity::Account(_) | Entity::Subscription(_) | Entity::Allowance(_) => Vec::new(),
        }
    }

    /// Where rows of some bands are looked up.
    fn groups_of(&self, concerned: impl Fn(usize) -> bool) -> Vec<Looked> {
        let of_plan = |(tariff, plan): (&u64, &Plan)| {
            let groups = plan
                .groups()
                .filter(|(_, _, rows)| rows.iter().any(|row| row.band.is_some_and(&concerned)));
            let looked = |(service, zone, _)| Looked::Rows(*tariff, service, zone);
            groups.map(looked).collect::<Vec<_>>()
        };
        self.plans.iter().flat_map(of_plan).collect()
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
