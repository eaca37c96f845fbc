//! A dead letter's payload as one line of a file that weir reads again.

use serde::de::IgnoredAny;

/// The line, without its end; nothing where the payload does not fit one.
///
/// A reference document goes by a key, which stands beside the payload in a topic and inside the line in a file.
pub(super) fn line(payload: &[u8], key: Option<&[u8]>, is_reference: bool) -> Option<Vec<u8>> {
    let payload = on_one_line(payload)?;
    let Some(key) = key.filter(|_| is_reference) else { return Some(payload) };
    let key = serde_json::to_string(std::str::from_utf8(key).ok()?).expect("a text is JSON");
    let document = match payload.trim_ascii() {
        b"" => b"null",
        document => document,
    };
    Some([b"{\"key\":", key.as_bytes(), b",\"document\":", document, b"}"].concat())
}

/// JSON may be written over several lines, and between its words a line's end is a space.
fn on_one_line(payload: &[u8]) -> Option<Vec<u8>> {
    let breaks = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let payload = payload.trim_ascii();
    if !payload.iter().any(breaks) {
        return Some(payload.to_vec());
    }
    serde_json::from_slice::<IgnoredAny>(payload).ok()?;
    Some(payload.iter().map(|byte| if breaks(byte) { b' ' } else { *byte }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_a_line_and_a_document_has_its_key_in_it() {
        let check = |payload: &str, key: Option<&str>, is_reference, expected: Option<&str>| {
            let found = line(payload.as_bytes(), key.map(str::as_bytes), is_reference);
            let found = found.map(|line| String::from_utf8(line).unwrap());
            assert_eq!(found.as_deref(), expected, "{payload}");
        };
        check("{\"a\":1}\n", Some("k"), false, Some("{\"a\":1}"));
        check("{\"a\": 1", Some("k"), false, Some("{\"a\": 1"));
        check("{\n  \"a\":\r\n 0.10\n}", None, false, Some("{   \"a\":   0.10 }"));
        check("{\n\"a\":", None, false, None);
        check("\"u1\",\"two\nlines\"", None, false, None);
        check("{\"a\":1}", Some("a \"b\""), true, Some(r#"{"key":"a \"b\"","document":{"a":1}}"#));
        check("", Some("k"), true, Some(r#"{"key":"k","document":null}"#));
        check("{\"key\":\"k\"}", None, true, Some("{\"key\":\"k\"}"));
        assert_eq!(line(b"{}", Some(&[0xFF]), true), None);
    }
}
