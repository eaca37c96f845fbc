//! Objectives with hours, tolerance and grace.

use datasets::assurance::objective::Objective;

use super::super::objective::{Graces, Verdict};
use super::*;
use crate::rating::clock::Clock;

#[test]
fn objectives_with_tolerance_and_grace() {
    let json = r#"{"objective_id":"speed","measure":"throughput","comparator":"GREATER","conformance_target":32,
        "threshold_target":28,"tolerance_target":5,"grace_times":3,"window":{"from":"06:00","to":"20:00"}}"#;
    let (_, objective) = read::<Objective>(json).unwrap();
    let clock = Clock::of(objective.time_zone);
    let verdicts = |values: &[(i64, i128)]| {
        let mut graces = Graces::default();
        let step = |(hour, value): &(i64, i128)| {
            graces.step(&objective, &clock, (minute(60 * hour), Fraction::whole(*value)))
        };
        values.iter().map(step).collect::<Vec<_>>()
    };
    use Verdict::{Breach, Conforms, Ignored, Tolerated, Warning};
    assert_eq!(verdicts(&[(21, 31)]), [Ignored], "V09");
    assert_eq!(verdicts(&[(10, 31)]), [Warning], "V09");
    assert_eq!(verdicts(&[(10, 27); 4]), [Tolerated, Tolerated, Tolerated, Breach], "V09");
    assert_eq!(verdicts(&[(10, 33), (10, 32), (10, 28)]), [Conforms, Warning, Warning]);
    assert_eq!(verdicts(&[(10, 23), (10, 22)]), [Tolerated, Breach], "beyond the tolerance");
    assert_eq!(verdicts(&[(6, 1), (20, 1), (5, 1)]), [Breach, Ignored, Ignored]);
    let next_day =
        verdicts(&[(10, 27), (10, 27), (10, 27), (34, 27), (34, 27), (34, 27), (34, 27)]);
    assert_eq!(next_day[3..], [Tolerated, Tolerated, Tolerated, Breach]);
}

#[test]
fn a_window_may_go_past_midnight() {
    let json = r#"{"objective_id":"delay","measure":"ms","comparator":"LESS_OR_EQUAL","conformance_target":20,
        "threshold_target":50,"window":{"from":"22:00","to":"06:00"},"time_zone":"Europe/Berlin"}"#;
    let (_, objective) = read::<Objective>(json).unwrap();
    let clock = Clock::of(objective.time_zone);
    let verdict = |at: &str, value: i128| {
        let at = EventTime::parse_rfc3339(at).unwrap();
        Graces::default().step(&objective, &clock, (at, Fraction::whole(value)))
    };
    assert_eq!(verdict("2026-07-01T22:00:00+02:00", 51), Verdict::Breach);
    assert_eq!(verdict("2026-01-01T05:59:59+01:00", 21), Verdict::Warning);
    assert_eq!(verdict("2026-01-01T06:00:00+01:00", 51), Verdict::Ignored);
    assert_eq!(verdict("2026-07-01T00:00:00+02:00", 20), Verdict::Conforms);
}
