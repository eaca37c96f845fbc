//! Decoders of what the network tells on trial, for the seeded noise and for the fuzz targets.

use crate::decode::pm::{Lost, PmFile};
use crate::decode::ves;

/// A decoder on trial.
#[derive(Clone, Copy, Debug)]
pub struct NetworkTrial {
    /// What it reads, for failures.
    pub name: &'static str,
    /// Reads arbitrary bytes, and returns how many records came of them.
    pub run: fn(&[u8]) -> usize,
    /// Bytes that it takes.
    pub good: &'static str,
}

/// Files of 3GPP.
pub const PM_XML: NetworkTrial = NetworkTrial {
    name: "a PM file",
    run: pm_xml,
    good: r#"<measCollecFile><fileHeader dnPrefix="DC=a"/><measData><managedElement localDn="ME=1"/><measInfo measInfoId="i">
<granPeriod duration="PT900S" endTime="2026-11-24T10:15:00Z"/><measType p="1">a</measType><measType p="2">b</measType>
<measValue measObjLdn="C=1"><r p="1">1.5</r><r p="2">NIL</r></measValue><measValue measObjLdn="C=&#50;"><r p="2">7</r>
<suspect>true</suspect></measValue></measInfo></measData><fileFooter/></measCollecFile>"#,
};

/// Events of ONAP.
pub const VES_JSON: NetworkTrial = NetworkTrial {
    name: "VES events",
    run: ves_json,
    good: r#"{"eventList":[{"commonEventHeader":{"domain":"fault","eventId":"e","eventName":"n","sourceName":"s","sequence":1,
"vesEventListenerVersion":"7.2","startEpochMicrosec":1413378172000000,"lastEpochMicrosec":1413378172000000},"faultFields":
{"alarmCondition":"c","eventSourceType":"other","specificProblem":"p","eventSeverity":"MINOR","alarmAdditionalInformation":{"a":"b"}}},
{"commonEventHeader":{"domain":"measurement","eventId":"e","eventName":"n","sourceName":"s","vesEventListenerVersion":"7.2",
"startEpochMicrosec":1413378172000000,"lastEpochMicrosec":1413378472000000},"measurementFields":{"requestRate":1.5,
"cpuUsageArray":[{"cpuIdentifier":"cpu0","percentUsage":1e1}],"additionalMeasurements":[{"name":"x","hashMap":{"y":"2"}}]}}]}"#,
};

/// All of them.
pub const ALL: [NetworkTrial; 2] = [PM_XML, VES_JSON];

/// Reads arbitrary bytes as VES events.
///
/// # Panics
/// If nothing comes of them, or a reject says nothing.
fn ves_json(bytes: &[u8]) -> usize {
    let items = ves::events(bytes);
    assert!(!items.is_empty(), "bytes leave events or rejects");
    for reject in items.iter().filter_map(|item| item.as_ref().err()) {
        assert!(!reject.detail.is_empty(), "{}", reject.reason);
    }
    items.iter().filter(|item| item.is_ok()).count()
}

/// Reads arbitrary bytes as a PM file.
///
/// # Panics
/// If a reject says nothing or stands outside the file, or anything is read after the rest was lost.
fn pm_xml(bytes: &[u8]) -> usize {
    let (mut reports, mut is_lost) = (0, false);
    for item in PmFile::new(bytes) {
        assert!(!is_lost, "something follows what was lost");
        match item {
            Ok(report) => {
                assert!(report.period.from < report.period.to, "a period has a length");
                reports += 1;
            }
            Err(reject) => {
                assert!(!reject.reject.detail.is_empty(), "{}", reject.reject.reason);
                assert!(reject.byte <= u64::try_from(bytes.len()).expect("it is small"));
                is_lost = reject.lost == Lost::Rest;
            }
        }
    }
    reports
}
