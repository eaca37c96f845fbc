//! Portions of periods, what goes over, and the order in which grants are drawn.

use datasets::cycle::Cycle;
use datasets::reference::Validity;
use datasets::units::EventTime;
use datasets::usage::Service;

use super::allowance::{Allowance, Rollover};
use super::granting::Grants;
use super::scope::{Place, Scope};
use crate::balances::bucket::Unit;
use crate::balances::drawing::{Deed, Drawer, perform};
use crate::balances::movement::Ledger;

fn instant(text: &str) -> EventTime {
    EventTime::parse_rfc3339(&format!("2026-{text}T00:00:00Z")).unwrap()
}

fn monthly(id: u64, quantity: u64, from: &str) -> Allowance {
    Allowance {
        id,
        name: id,
        holder: 1,
        scope: Scope::of(Service::Data),
        unit: Unit::Octets,
        quantity,
        increment: 1,
        priority: 0,
        validity: Validity { from: instant(from), to: EventTime::MAX },
        cycle: Some(Cycle::Month(1, "UTC".parse().unwrap())),
        is_prorated: false,
        rollover: None,
        cap: None,
        is_blocker: false,
    }
}

/// Draws at an instant; gives what was covered, and then what is left in the order of drawing.
fn draw(
    (grants, allowances): (&mut Grants, &[Allowance]),
    at: &str,
    place: Place,
    units: u64,
) -> (u64, Vec<i128>) {
    let mut ledger = Ledger::default();
    let at = instant(at);
    grants.catch_up(allowances, at, &mut ledger);
    let drawer = Drawer { account: 1, member: 1, pools: &[], at, place: Some(place) };
    let covered = drawer.cover(&grants.buckets, Unit::Octets, units);
    perform(&mut grants.buckets, (1, Deed::Spend), &covered.parts, &mut ledger);
    let mut buckets: Vec<_> = grants.buckets.iter().collect();
    buckets.sort_by_key(|bucket| bucket.turn());
    (covered.quantity, buckets.iter().map(|bucket| bucket.amount).collect())
}

const DATA: Place = Place { service: Service::Data, zone: 0, band: 0 };

#[test]
fn a_first_period_that_has_begun_gets_its_share() {
    let portion =
        |allowance: &Allowance, at| allowance.portion(instant(at)).map(|part| part.quantity);
    let bolt_on = Allowance { is_prorated: true, ..monthly(5, 3_000, "04-11") };
    assert_eq!(portion(&bolt_on, "04-10"), None);
    assert_eq!(portion(&bolt_on, "04-20"), Some(2_000), "20 of 30 days");
    assert_eq!(portion(&bolt_on, "05-01"), Some(3_000));
    assert_eq!(portion(&monthly(5, 3_000, "04-11"), "04-20"), Some(3_000), "not prorated");
}

#[test]
fn a_rest_goes_over_once_and_is_drawn_first() {
    let allowances = [Allowance {
        rollover: Some(Rollover { most: 40, periods: 1 }),
        ..monthly(5, 100, "01-01")
    }];
    let mut grants = Grants::default();
    let mut step = |at, units| draw((&mut grants, &allowances), at, DATA, units);
    assert_eq!(step("01-10", 50), (50, vec![50]));
    assert_eq!(step("02-10", 50), (50, vec![0, 90]), "40 went over and were drawn first");
    assert_eq!(step("03-10", 0), (0, vec![40, 100]), "of 90 at most 40");
    assert_eq!(step("06-10", 0), (0, vec![40, 100]), "periods without usage go by one by one");
}

#[test]
fn without_rollover_a_rest_is_lost() {
    let mut grants = Grants::default();
    let allowances = [monthly(5, 100, "01-01")];
    assert_eq!(draw((&mut grants, &allowances), "01-10", DATA, 30), (30, vec![70]));
    assert_eq!(draw((&mut grants, &allowances), "09-10", DATA, 30), (30, vec![70]));
}

#[test]
fn priority_goes_before_expiry_and_scope_before_both() {
    let ending = |id, to: &str, priority| Allowance {
        validity: Validity { from: instant("01-01"), to: instant(to) },
        cycle: None,
        priority,
        ..monthly(id, 10, "01-01")
    };
    let only = |allowance, zones: &[u64], bands: &[u64]| Allowance {
        scope: Scope { service: Some(Service::Data), zones: zones.into(), bands: bands.into() },
        ..allowance
    };
    let late = ending(5, "12-01", 1);
    let early = ending(6, "06-01", 1);
    let first = ending(7, "12-31", 0);
    let elsewhere = only(ending(8, "03-01", 0), &[44], &[]);
    let at_night = only(ending(9, "03-02", 0), &[], &[22]);
    let allowances = [late, early, first, elsewhere, at_night];
    let drawn = |place, units| draw((&mut Grants::default(), &allowances), "02-01", place, units);
    // In the order of drawing: elsewhere, at night, first, early, late.
    assert_eq!(drawn(DATA, 15), (15, vec![10, 10, 0, 5, 10]));
    assert_eq!(drawn(Place { zone: 44, ..DATA }, 15), (15, vec![0, 10, 5, 10, 10]));
    assert_eq!(drawn(Place { band: 22, ..DATA }, 15), (15, vec![10, 0, 5, 10, 10]));
    assert_eq!(drawn(Place { service: Service::Voice, ..DATA }, 15).0, 0);
    assert_eq!(drawn(DATA, 99).0, 30, "the rest is charged");
}
