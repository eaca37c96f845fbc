//! Downtime against a program that asks every minute.

use super::super::downtime::{Downtime, downtimes, time_to_repair};
use super::*;

#[test]
fn time_counts_once() {
    for seed in 0..300 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut random = |events: u64| {
            let from = rng.i64(-20..120);
            let event = rng.u64(0..events);
            outage(event, from, from + rng.i64(0..60))
        };
        let mut outages: Vec<Outage> = (0..8).map(|_| random(4)).collect();
        let excluded: Vec<Validity> = (0..3).map(|_| random(1).span).collect();
        let found = downtimes(&outages, &excluded, span(0, 100));
        let is_down = |at: &i64| {
            let holds = |span: &Validity| span.covers(minute(*at));
            outages.iter().any(|outage| holds(&outage.span)) && !excluded.iter().any(holds)
        };
        let expected = (0..100).filter(is_down).count();
        let total: i128 = found.iter().map(|downtime| downtime.counted).sum();
        assert_eq!(total / 60_000_000, i128::try_from(expected).unwrap(), "seed {seed}");
        rng.shuffle(&mut outages);
        assert_eq!(downtimes(&outages, &excluded, span(0, 100)), found, "seed {seed}");
    }
    let one = Downtime { event: 1, counted: 60_000_000 };
    assert_eq!(downtimes(&[outage(1, 99, 300)], &[], span(0, 100)), [one]);
}

#[test]
fn repairs_take_their_mean_time() {
    let found =
        downtimes(&[outage(1, 0, 10), outage(2, 20, 25), outage(2, 30, 35)], &[], span(0, 99));
    assert_eq!(time_to_repair(&found), Some(Fraction::whole(10 * 60_000_000)));
    assert_eq!(time_to_repair(&[]), None);
}
