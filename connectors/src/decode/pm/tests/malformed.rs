//! What cannot be read: how much is lost by it, where it is, and what is said.

use super::*;

/// What is said of a file's one fault, and how many reports it still gives.
fn said(text: &str) -> (usize, Lost, u64, String) {
    let (reports, rejects) = read(text);
    let [reject] = rejects.as_slice() else { panic!("{} rejects of {text}", rejects.len()) };
    let detail = format!("{}: {}", reject.reject.reason, reject.reject.detail);
    (reports.len(), reject.lost, reject.line, detail)
}

fn check(text: &str, expected: (usize, Lost, u64, &str)) {
    let (reports, lost, line, detail) = said(text);
    assert_eq!((reports, lost, line), (expected.0, expected.1, expected.2), "{text}: {detail}");
    assert!(detail.contains(expected.3), "{text}: {detail}");
}

/// Values that are wrong beside an object of the same group that is not.
#[test]
fn one_object_is_lost() {
    for (content, expected) in [
        ("<r p='3'>1</r>", "unknown_counter: \"r\" has p=3, and no"),
        ("<r p='1'>1</r><r p='1'>1</r>", "repeated_field: field \"r p=#\" is there more than"),
        ("<r>1</r>", "missing_field: field \"p\" is missing"),
        ("<r p='one'>1</r>", "bad_value: field \"p\" is not a whole number from 1 on"),
        ("<r p='0'>1</r>", "bad_value: field \"p\""),
        ("<measResults>1</measResults>", "unknown_counter: \"measResults\" has 1 values for 2"),
        ("<measResults>1 2 3</measResults>", "has 3 values for 2 counters"),
        ("<r p='1'>1</r><measResults>1 2</measResults>", "repeated_field"),
        ("<suspect>perhaps</suspect>", "bad_value: field \"suspect\" is not true or false"),
    ] {
        let beside = "</measValue>\n<measValue measObjLdn='C=2'><r p='1'>1</r>";
        check(&value(&format!("{content}{beside}")), (1, Lost::Value, 4, expected));
    }
    let nameless = value("").replace("measObjLdn", "object");
    check(&nameless, (0, Lost::Value, 4, "missing_field: field \"measObjLdn\" is missing"));
    check(&value("").replace("<gran", "<grain"), (0, Lost::Value, 4, "field \"granPeriod\""));
    let long = value("").replace("C=1", &"C".repeat(1_025));
    check(&long, (0, Lost::Value, 4, "too_long: field \"measObjLdn\" has more than 1024 bytes"));
}

/// Groups that are wrong, with values that are passed over, before a group that is not.
#[test]
fn one_group_is_lost() {
    for (old, other, expected) in [
        ("PT900S", "900", "field \"duration\" is not whole days, hours, minutes and seconds"),
        ("duration=", "length=", "missing_field: field \"duration\" is missing"),
        ("10:15:00Z", "10:15:00", "field \"endTime\" is not an RFC 3339 instant"),
        ("endTime=", "end=", "missing_field: field \"endTime\" is missing"),
        ("p=\"2\"", "p=\"1\"", "repeated_field: field \"measType p=#\" is there more than once"),
        ("p=\"2\"", "", "missing_field: field \"p\" is missing"),
        ("p=\"2\"", "p=\"-2\"", "field \"p\" is not a whole number from 1 on"),
        (">b<", "><", "missing_field: field \"measType\" is missing"),
    ] {
        let good = value("<r p='1'>1</r>");
        let begin = good.find("<measData>").unwrap();
        let end = good.find("</measCollecFile>").unwrap();
        let text =
            file(&format!("{}\n{}", good[begin..end].replace(old, other), &good[begin..end]));
        check(&text, (1, Lost::Group, 3, expected));
    }
    let orphan = value("").replace("<managedElement localDn=\"ME=1\"/>", "");
    check(&orphan, (0, Lost::Group, 3, "missing_field: field \"managedElement\" is missing"));
    let twice = value("").replace("b</measType>", "b</measType><measTypes>c</measTypes>");
    check(&twice, (0, Lost::Group, 3, "repeated_field: field \"measTypes\""));
}

/// Files that end where they are wrong; what was read before remains.
#[test]
fn the_rest_is_lost() {
    let cut = |at: &str| {
        value("<r p='1'>1</r></measValue>\n<!---->").split_once(at).unwrap().0.to_owned()
    };
    for (text, reports, line, expected) in [
        (String::new(), 0, 1, "not_xml: there is no element"),
        ("1,2,3\n".to_owned(), 0, 2, "not_xml: there is no element"),
        ("{\"event\":{}}".to_owned(), 0, 1, "not_xml: there is no element"),
        ("<html/>".to_owned(), 0, 1, "not_pm: it is no \"measCollecFile\""),
        ("<measCollecFile/>".to_owned(), 0, 1, "missing_field: field \"fileHeader\""),
        (file("").replace("</", "<"), 0, 2, "not_xml: the file ends before its elements do"),
        (file("") + "<measCollecFile>", 0, 2, "not_pm"),
        (value("").replace(HEADER, ""), 0, 2, "missing_field: field \"fileHeader\""),
        (cut("<!--"), 1, 5, "not_xml: the file ends before its elements do"),
        (cut("--"), 1, 5, "not_xml: a tag, comment or declaration has no end"),
        (cut("/measValue"), 0, 4, "not_xml: a tag, comment or declaration has no end"),
        (value("</r>"), 0, 4, "not_xml: an end tag does not fit"),
        (value("<r p='1' p='1'>1</r>"), 0, 4, "not_xml: an attribute is malformed"),
        (value("<r p=1>1</r>"), 0, 4, "not_xml: an attribute is malformed"),
        (value("<r p='1'>&some;</r>"), 0, 4, "not_xml: an entity is not known"),
        (value("<r p='&some;'>1</r>"), 0, 4, "not_xml: an entity is not known"),
        (value("<r p='1'>&#x110000;</r>"), 0, 4, "not_xml: an entity is not known"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>".to_owned() + &file(""), 0, 1, "a document type"),
        ("<?xml version='1.0' encoding='UTF-16'?>".to_owned() + &file(""), 0, 1, "not_utf8"),
        (file(&"<x>".repeat(64)), 0, 2, "too_deep: more than 64 elements are open"),
        (file(&"x".repeat(1 << 21)), 0, 2, "too_long: field \"tag or text\""),
    ] {
        check(&text, (reports, Lost::Rest, line, expected));
    }
}

#[test]
fn bytes_that_are_no_text_are_told_with_their_place() {
    let text = value("<r p='1'>\u{1}</r>");
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0xFF } else { byte }).collect();
    let rejects: Vec<_> = PmFile::new(bytes.as_slice()).filter_map(Result::err).collect();
    let place = u64::try_from(text.find('\u{1}').unwrap()).unwrap() + 1;
    assert_eq!((rejects[0].reject.reason, rejects[0].byte), ("not_utf8", place));
}
