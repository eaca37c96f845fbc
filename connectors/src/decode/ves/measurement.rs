//! Measurements: every number by its group, its instance and its name.

use datasets::assurance::network_event::{Body, Reading};

use super::object::{Object, number};
use crate::decode::fields::scalar;
use crate::decode::reject::Reject;
use crate::decode::scalar::Scalar;

/// The lists that are read, their group, and the field that tells their entries apart.
const LISTS: [(&str, &str, &str); 8] = [
    ("cpuUsageArray", "cpuUsage", "cpuIdentifier"),
    ("memoryUsageArray", "memoryUsage", "vmIdentifier"),
    ("nicPerformanceArray", "nicPerformance", "nicIdentifier"),
    ("vNicPerformanceArray", "nicPerformance", "vNicIdentifier"),
    ("diskUsageArray", "diskUsage", "diskIdentifier"),
    ("filesystemUsageArray", "filesystemUsage", "filesystemName"),
    ("loadArray", "load", "loadIdentifier"),
    ("processStatsArray", "processStats", "processIdentifier"),
];

/// The numbers of the measurement itself.
const NUMBERS: [&str; 7] = [
    "measurementInterval",
    "concurrentSessions",
    "configuredEntities",
    "meanRequestLatency",
    "nfcScalingMetric",
    "numberOfMediaPortsInUse",
    "requestRate",
];

/// Reads the fields of a measurement.
pub(super) fn read(fields: &Object<'_>) -> Result<Body, Reject> {
    let mut readings = Vec::new();
    for name in NUMBERS {
        let value = fields.scalar(name);
        if !value.is_absent() {
            let read = number(&value).ok_or_else(|| fields.bad(name, "a number"))?;
            readings.push(reading(("", ""), name, (Some(read), false)));
        }
    }
    for (list, group, identifier) in LISTS {
        for entry in fields.objects(list)? {
            let instance = entry.required_word(identifier)?;
            take(&entry, (group, &instance, identifier), &mut readings)?;
        }
    }
    for entry in fields.objects("additionalMeasurements")? {
        let name = entry.required_word("name")?;
        take(&entry.required("hashMap")?, (&name, "", ""), &mut readings)?;
    }
    Ok(Body::Measurement(readings))
}

/// Takes the numbers of an object; a text that is no number is a reading without a value.
fn take(
    entry: &Object<'_>,
    (group, instance, identifier): (&str, &str, &str),
    readings: &mut Vec<Reading>,
) -> Result<(), Reject> {
    let suspect = entry.path("valuesAreSuspect");
    let suspect = entry.scalar("valuesAreSuspect").flag(&suspect)?;
    for (name, value) in entry.all() {
        let value = scalar(value);
        let is_value = matches!(value, Scalar::Number(_) | Scalar::Text(_) | Scalar::Absent);
        if is_value && name != identifier && name != "valuesAreSuspect" {
            readings.push(reading((group, instance), name, (number(&value), suspect)));
        }
    }
    Ok(())
}

fn reading(
    (group, instance): (&str, &str),
    name: &str,
    (value, suspect): (Option<datasets::units::Fraction>, bool),
) -> Reading {
    let (group, instance, name) = (group.to_owned(), instance.to_owned(), name.to_owned());
    Reading { group, instance, name, value, suspect }
}
