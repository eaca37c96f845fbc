//! Rating against a program that knows no shortcut: it goes from step to step and asks every document at each.

mod given;

mod rows;

mod step_by_step;

mod unusual;

use datasets::ids::id64;
use datasets::units::EventTime;
use datasets::usage::{Direction, Facets, Service};

use super::{Call, rate};
use given::Set;
use step_by_step::expected;

/// Days on which clocks are set, months are short, years end, or nothing is special.
const DAYS: [&str; 8] = [
    "2026-03-29T00:00:00Z",
    "2026-10-25T00:00:00Z",
    "2028-02-29T00:00:00Z",
    "2026-12-31T00:00:00Z",
    "2026-06-06T00:00:00Z",
    "2026-11-01T00:00:00Z",
    "2026-03-08T00:00:00Z",
    "2026-07-14T00:00:00Z",
];

/// An instant a little before a band may begin or end, by one of the clocks.
fn started_at(rng: &mut fastrand::Rng) -> EventTime {
    let day = EventTime::parse_rfc3339(rng.choice(DAYS).unwrap()).unwrap();
    let bound =
        rng.choice(["00:00", "01:00", "02:00", "02:30", "03:00", "08:00", "18:00", "22:00"]);
    let (hours, minutes) = bound.unwrap().split_once(':').unwrap();
    let seconds = hours.parse::<i64>().unwrap() * 3_600 + minutes.parse::<i64>().unwrap() * 60;
    let ahead = rng.choice([0, 3_600, 7_200, -18_000, -14_400]).unwrap();
    let begun = rng.i64(0..400_000_000);
    EventTime(day.plus_seconds(seconds - ahead).0 - begun)
}

fn call(rng: &mut fastrand::Rng, tariff: &str) -> Call {
    let service = if rng.bool() { Service::Voice } else { rng.choice(Service::ALL).unwrap() };
    let called =
        rng.choice(["49301234", "49301234", "4917", "33", "112", "1"]).unwrap().parse_digits();
    Call {
        tariff: id64(tariff),
        service,
        facets: Facets {
            direction: if rng.u8(0..8) > 0 {
                Direction::Originating
            } else {
                Direction::Terminating
            },
            on_net: rng.bool(),
            friend: rng.u8(0..4) == 0,
            continuation: rng.u8(0..8) == 0,
        },
        called: if service == Service::Data { Default::default() } else { called },
        started_at: started_at(rng),
        quantity: quantity(rng),
        before: if rng.u8(0..8) == 0 { rng.u64(0..100_000) } else { 0 },
    }
}

fn quantity(rng: &mut fastrand::Rng) -> u64 {
    match rng.u8(0..8) {
        0 => 0,
        1 => rng.u64(1..1_000),
        2 => rng.u64(1..200) * 1_000,
        3..7 => rng.u64(0..600_000),
        _ => rng.u64(0..4_000_000),
    }
}

trait ParseDigits {
    fn parse_digits(&self) -> datasets::number::Digits;
}

impl ParseDigits for str {
    fn parse_digits(&self) -> datasets::number::Digits {
        datasets::number::Digits::parse(self).unwrap()
    }
}

#[test]
fn random_tariffs_rate_as_step_by_step() {
    let (mut rated, mut split) = (0, 0);
    for seed in 0..300 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let set = Set::random(&mut rng);
        let plans = set.plans();
        for number in 0..30 {
            let tariff = ["a", "b", "c"][number % 3];
            let call = call(&mut rng, tariff);
            let mut steps = Vec::new();
            let found = rate(&call, &plans, &mut steps);
            let expected = expected(&set, tariff, &call);
            assert_eq!(
                found.map(|rated| (rated.amount, rated.row, rated.cut_off_at)),
                expected,
                "seed {seed}, call {number}: {call:?}\n{steps:?}\n{set}"
            );
            rated += u32::from(found.is_ok());
            let rows = |step: &&super::Step| matches!(step, super::Step::Row { .. });
            split += u32::from(steps.iter().filter(rows).count() > 1);
        }
    }
    assert!(rated > 1_500 && split > 100, "too little was tried: {rated} rated, {split} split");
}

#[test]
fn documents_may_come_and_go_in_any_order() {
    for seed in 0..100 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let set = Set::random(&mut rng);
        let straight = set.plans();
        let roundabout = set.plans_by_detours(&mut rng);
        for _ in 0..50 {
            let call = call(&mut rng, "a");
            let by = |plans| rate(&call, plans, &mut ());
            assert_eq!(by(&straight), by(&roundabout), "seed {seed}: {call:?}\n{set}");
        }
    }
}
