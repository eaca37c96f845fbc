//! Why a record is a dead letter, told without personal data.

pub(crate) mod json;

/// What is wrong with a record: a code for counting and a sentence for reading.
///
/// The detail names fields and never repeats a value, which could be a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The code, such as `missing_field`.
    pub reason: &'static str,
    /// What is wrong and where.
    pub detail: String,
}

impl Reject {
    /// A field that must be there is not.
    pub(crate) fn missing(field: &str) -> Self {
        Self { reason: "missing_field", detail: format!("field \"{field}\" is missing") }
    }

    /// A field does not have the form that it must have.
    pub(crate) fn bad(field: &str, wanted: &str) -> Self {
        Self { reason: "bad_value", detail: format!("field \"{field}\" is not {wanted}") }
    }

    /// The service is none that weir knows.
    pub(crate) fn unknown_service() -> Self {
        let detail = "field \"service\" is not voice, data, sms or event".to_owned();
        Self { reason: "unknown_service", detail }
    }

    /// A text or a record is longer than it may be.
    pub(crate) fn too_long(field: &str, limit: usize) -> Self {
        let detail = format!("field \"{field}\" has more than {limit} bytes");
        Self { reason: "too_long", detail }
    }

    /// The bytes are not text.
    pub(crate) fn not_utf8(at: usize) -> Self {
        Self { reason: "not_utf8", detail: format!("byte {at} is not UTF-8") }
    }

    /// The line is not one row of the table.
    pub(crate) fn bad_csv(problem: String) -> Self {
        Self { reason: "bad_csv", detail: problem }
    }

    /// The mapping's filters leave the line out.
    pub(crate) fn filtered() -> Self {
        let detail = "the mapping's \"only\" leaves it out".to_owned();
        Self { reason: "filtered", detail }
    }

    /// One Kafka record stands for more than one usage record, which one offset cannot name.
    pub(crate) fn several_records() -> Self {
        let detail = "more than one of the mapping's records applies".to_owned();
        Self { reason: "several_records", detail }
    }
}

/// Bytes of a payload that its masked form shows.
const SHOWN_BYTES: usize = 200;

/// The start of a payload, each digit replaced by `#` and what is not text by `\u{fffd}`.
///
/// Bytes are not printed as hexadecimal: binary records carry numbers in exactly that form.
#[must_use]
pub fn masked(payload: &[u8]) -> String {
    let shown = &payload[..payload.len().min(SHOWN_BYTES)];
    let mask = |letter: char| if letter.is_numeric() { '#' } else { letter };
    String::from_utf8_lossy(shown).chars().map(mask).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_show_no_digit() {
        assert_eq!(masked(b"{\"msisdn\":\"+4917\"}"), "{\"msisdn\":\"+####\"}");
        assert_eq!(masked("٣²\u{fe}".as_bytes()), "##\u{fe}");
        assert_eq!(masked(&[b'a', 0xFF, 0x19, b'7']), "a\u{fffd}\u{19}#");
        assert_eq!(masked(&[b'x'; 500]).len(), 200);
    }
}
