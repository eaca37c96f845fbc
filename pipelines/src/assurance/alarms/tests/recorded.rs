//! A real log of alarms from a wireless network, folded device by device.
//!
//! The log is no part of the project; where it is not at hand, the test says so and passes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::*;

const LOG: &str = "shared/data/alarms-gcastle-pcic/18V_55N_Wireless/Alarm.csv";

/// Device, alarm, and the seconds of its raise and of its clear; an alarm without one ends when it begins.
fn log() -> Option<Vec<[i64; 4]>> {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let Some(path) = folders.map(|folder| folder.join(LOG)).find(|path| path.exists()) else {
        eprintln!("skipped: there is no \"{LOG}\" beside the project");
        return None;
    };
    let text = fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let numbers: Vec<i64> = line.split(',').map(|field| field.parse().unwrap()).collect();
        [numbers[1], numbers[0], numbers[2], numbers[3]]
    };
    Some(text.lines().skip(1).map(row).collect())
}

fn kind_of(alarm: i64) -> Kind {
    Kind { alarm_type: 0, cause: id64(&alarm.to_string()), problem: None }
}

#[test]
fn a_recorded_log_adds_up() {
    let Some(log) = log() else { return };
    let report =
        |alarm, severity| Input::Report(Report { kind: kind_of(alarm), severity, planned: false });
    let mut devices: BTreeMap<i64, Vec<(EventTime, Input)>> = BTreeMap::new();
    let mut last: BTreeMap<(i64, i64), [i64; 2]> = BTreeMap::new();
    for [device, alarm, begin, end] in log {
        let inputs = devices.entry(device).or_default();
        let last = last.entry((device, alarm)).or_insert([i64::MIN; 2]);
        inputs.push((second_at(begin), report(alarm, Severity::Major)));
        last[0] = last[0].max(begin);
        if end > begin {
            inputs.push((second_at(end), report(alarm, Severity::Cleared)));
            last[1] = last[1].max(end);
        }
    }
    let rules = Rules::of(&AlarmRules { cleared_s: None, ..AlarmRules::usual() });
    let (mut raises, mut clears, mut active) = (0, 0, 0);
    for inputs in devices.values_mut() {
        inputs.sort_by_key(|(at, input)| (*at, input.rank(), *input));
        let (mut state, mut changes) = (Alarms::default(), Vec::new());
        for (at, input) in inputs {
            step(&mut state, &rules, (*at, input), &mut changes);
        }
        raises += state.all().map(|alarm| alarm.reports).sum::<u32>();
        clears += state.all().map(|alarm| alarm.clears).sum::<u32>();
        active += state.active().count();
    }
    assert_eq!((raises, clears, devices.len()), (34_838, 33_861, 55));
    assert_eq!(active, last.values().filter(|[raised, cleared]| raised > cleared).count());
}
