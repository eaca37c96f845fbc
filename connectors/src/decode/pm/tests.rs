//! PM files that are good, malformed, real and very large.

mod good;

mod large;

mod malformed;

mod recorded;

use datasets::assurance::counter_report::CounterReport;

use super::{Lost, PmFile, PmReject};

const HEADER: &str = r#"<fileHeader dnPrefix="DC=a"/>"#;
const PERIOD: &str = r#"<granPeriod duration="PT900S" endTime="2026-11-24T10:15:00Z"/>"#;
const TYPES: &str = r#"<measType p="1">a</measType><measType p="2">b</measType>"#;

/// A file around elements' data.
fn file(data: &str) -> String {
    format!("<measCollecFile>{HEADER}\n{data}</measCollecFile>")
}

/// A file around one group.
fn group(content: &str) -> String {
    file(&format!(
        "<measData><managedElement localDn=\"ME=1\"/>\n<measInfo>{content}</measInfo></measData>"
    ))
}

/// A file around what is in one object's values.
fn value(content: &str) -> String {
    group(&format!("{PERIOD}{TYPES}\n<measValue measObjLdn=\"C=1\">{content}</measValue>"))
}

fn read(text: &str) -> (Vec<CounterReport>, Vec<PmReject>) {
    let (mut reports, mut rejects) = (Vec::new(), Vec::new());
    for item in PmFile::new(text.as_bytes()) {
        match item {
            Ok(report) => reports.push(report),
            Err(reject) => rejects.push(reject),
        }
    }
    (reports, rejects)
}
