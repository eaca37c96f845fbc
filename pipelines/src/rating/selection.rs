//! Which row holds for a record at an instant.

use std::iter::once;

use datasets::usage::Service;

use super::call::{Call, Unrated};
use super::clock::Clock;
use super::plans::Plans;
use super::row::Row;
use super::trace::{Looked, RowNames, Witness};
use super::zones::Zone;

/// The most tariffs that are asked one after the other.
const CHAIN_MAX: usize = 16;

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

/// A record, and the zone of the longest prefix of its called number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'c> {
    pub(super) call: &'c Call,
    nearest: Option<Zone>,
}

impl Asked<'_> {
    /// The zone of a number that costs its caller nothing.
    pub(super) fn free_number(&self) -> Option<Zone> {
        self.nearest.filter(|zone| zone.kind.is_free() && self.call.is_outgoing())
    }

    /// The content id of the zone that was called; 0 where nothing was, or none is known.
    pub(super) fn zone(&self) -> u64 {
        self.nearest.map_or(0, |zone| zone.zone)
    }

    /// Why there is no row.
    fn missing(&self) -> Unrated {
        let is_zoned = self.call.service != Service::Data && self.call.is_outgoing();
        match self.nearest {
            None if is_zoned => Unrated::UnknownDestination,
            _ => Unrated::NoRate,
        }
    }
}

impl Plans {
    /// Looks up the zone of a record's called number, once for all of it.
    pub(super) fn ask<'c, W: Witness>(&self, call: &'c Call, witness: &mut W) -> Asked<'c> {
        if call.called.is_none() {
            return Asked { call, nearest: None };
        }
        witness.looked(Looked::Called(call.called));
        Asked { call, nearest: self.zones.of(call.called, call.started_at) }
    }

    /// The row that holds for a record at an instant.
    ///
    /// Tariff by tariff down the chain of fallbacks, and in each the rows of the zone before those of all zones. A shorter
    /// prefix never stands in: a premium range without a row would be charged as the numbers around it.
    pub(super) fn find<W: Witness>(
        &self,
        asked: &Asked<'_>,
        at: i64,
        witness: &mut W,
    ) -> Result<Found<'_>, Unrated> {
        let call = asked.call;
        let mut until = i64::MAX;
        let mut tariff = call.tariff;
        for _ in 0..CHAIN_MAX {
            let plan = self.plans.get(&tariff);
            let header = plan.and_then(|plan| plan.headers.at(call.started_at));
            let clock = header.map_or(&*self.utc, |header| &header.clock);
            let zones = asked.nearest.into_iter().map(|zone| zone.zone);
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
                None => return Err(asked.missing()),
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
}
