//! What rules measure, counted over activities.

use std::collections::BTreeSet;

use datasets::assurance::fraud::Measure;
use datasets::units::{Fraction, Money};

use super::activity::{Activity, Call, What};

/// Milliseconds in a minute.
const MINUTE: i128 = 60_000;

/// The value of a measure over activities.
///
/// # Panics
/// Never: counts and sums of 64 bits fit 128.
#[must_use]
pub fn measure(measure: Measure, activities: &[Activity]) -> Fraction {
    let calls = || activities.iter().filter_map(call);
    let minutes = |counts: fn(&Call) -> bool| {
        let duration: i128 =
            calls().filter(|call| counts(call)).map(|call| i128::from(call.duration)).sum();
        ratio(duration, MINUTE)
    };
    let of_kind = |is: fn(&What) -> bool| count(activities.iter().filter(|one| is(&one.what)));
    match measure {
        Measure::Calls => count(calls()),
        Measure::CallsReceived => of_kind(|what| matches!(what, What::CallReceived)),
        Measure::CallsShorterThan(seconds) => {
            count(calls().filter(|call| call.duration < u64::from(seconds) * 1_000))
        }
        Measure::SmsSent => of_kind(|what| matches!(what, What::SmsSent)),
        Measure::SmsReceived => of_kind(|what| matches!(what, What::SmsReceived)),
        Measure::CalledNumbers => Fraction::whole(distinct(calls().map(|call| call.called))),
        Measure::CalledShare => {
            let numbers = distinct(calls().map(|call| call.called));
            ratio(numbers, i128::try_from(calls().count()).expect("a count fits").max(1))
        }
        Measure::Cells => Fraction::whole(distinct(activities.iter().filter_map(|one| one.cell))),
        Measure::Minutes => minutes(|_| true),
        Measure::InternationalMinutes => minutes(|call| call.international),
        Measure::RiskyMinutes => minutes(|call| call.risky),
        Measure::Bytes => {
            let bytes = activities.iter().map(|one| match one.what {
                What::Data(bytes) => i128::from(bytes),
                _ => 0,
            });
            Fraction::whole(bytes.sum())
        }
        Measure::Charged => {
            let charged = activities.iter().map(|one| i128::from(one.charged)).sum();
            ratio(charged, Money::ONE.0)
        }
    }
}

fn call(activity: &Activity) -> Option<&Call> {
    match &activity.what {
        What::CallMade(call) => Some(call),
        _ => None,
    }
}

fn ratio(numerator: i128, denominator: i128) -> Fraction {
    Fraction::of(numerator, denominator).expect("the denominator is positive")
}

fn count<T>(items: impl Iterator<Item = T>) -> Fraction {
    Fraction::whole(i128::try_from(items.count()).expect("a count fits"))
}

fn distinct(ids: impl Iterator<Item = u64>) -> i128 {
    i128::try_from(ids.collect::<BTreeSet<u64>>().len()).expect("a count fits")
}
