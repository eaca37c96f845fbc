//! What can be read, and as what.

use datasets::units::{EventTime, Fraction};

use super::*;

/// The counters of the one object, as text: numbers, then what is missing and what is no number.
fn counted(text: &str) -> String {
    let (reports, rejects) = read(text);
    assert_eq!(rejects, [], "{text}");
    let [report] = reports.as_slice() else { panic!("{} reports of {text}", reports.len()) };
    let numbers = report.counters.iter().map(|(name, value)| format!("{name}={value}"));
    let missing = report.missing.iter().map(|name| format!("{name} missing"));
    let unread = report.unread.iter().map(|name| format!("{name} unread"));
    let suspect = report.suspect.then(|| "suspect".to_owned());
    numbers.chain(missing).chain(unread).chain(suspect).collect::<Vec<_>>().join(", ")
}

#[test]
fn values_in_every_form() {
    for (content, expected) in [
        ("<r p='1'>1</r><r p='2'>2</r>", "a=1, b=2"),
        ("<r p='2'> 2\n</r><r p='1'>-1.50</r>", "a=-3/2, b=2"),
        ("<r p='1'>1.215192543E9</r><r p='2'>4e-3</r>", "a=1215192543, b=1/250"),
        ("<r p='1'>NIL</r><r p='2'/>", "a missing, b missing"),
        ("<r p='2'>2</r>", "b=2, a missing"),
        ("", "a missing, b missing"),
        ("<r p='1'>86,87,2</r><r p='2'>2/3</r>", "a unread, b unread"),
        ("<r p='1'>NaN</r><r p='2'>1e99</r>", "a unread, b unread"),
        ("<r p='1'>1</r><r p='2'>2</r><suspect>true</suspect>", "a=1, b=2, suspect"),
        ("<r p='1'>1</r><r p='2'>2</r><suspect>0</suspect>", "a=1, b=2"),
        ("<measResults>1 NIL</measResults>", "a=1, b missing"),
        ("<measResults>\n 1\t2 </measResults><suspect> 1 </suspect>", "a=1, b=2, suspect"),
        ("<r p='1'>1<!-- of --><![CDATA[2]]>&#51;</r>", "a=123, b missing"),
        ("<x:r xmlns:x='y' p='1'>1</x:r><vendor><r p='9'>?</r></vendor>", "a=1, b missing"),
    ] {
        assert_eq!(counted(&value(content)), expected, "{content}");
    }
    let list = "<measTypes>z1 a1\nb1</measTypes>";
    let values = "<measValue measObjLdn='o'><measResults>1 2 3</measResults></measValue>";
    assert_eq!(counted(&group(&format!("{PERIOD}{list}{values}"))), "a1=2, b1=3, z1=1");
}

#[test]
fn a_report_says_whose_it_is_and_when() {
    let content = format!("<job jobId='j'/>{PERIOD}{TYPES}<measValue measObjLdn='C=&lt;1'/>");
    let text = group(&content).replace("<measInfo>", "<measInfo measInfoId='i'>");
    let (reports, rejects) = read(&text);
    assert_eq!(rejects, []);
    let report = &reports[0];
    assert_eq!(report.distinguished_name(), "DC=a,ME=1,C=<1");
    assert_eq!((report.info.as_deref(), report.job.as_deref()), (Some("i"), Some("j")));
    let until = EventTime::parse_rfc3339("2026-11-24T10:15:00Z").unwrap();
    assert_eq!((report.period.from, report.period.to), (until.plus_seconds(-900), until));
    assert_eq!(report.counters.get("a"), None::<&Fraction>);
}

#[test]
fn files_without_values_are_files() {
    for text in [
        file(""),
        group(""),
        group(PERIOD),
        format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><?style x?>\n{}\n", file("")),
        file("").replace("measCollecFile", "measDataFile"),
        file("").replace("measCollecFile", "md:measDataFile"),
    ] {
        assert_eq!(read(&text), (Vec::new(), Vec::new()), "{text}");
    }
}
