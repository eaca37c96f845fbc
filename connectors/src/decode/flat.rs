//! Reads the JSON that nearly all records are, a flat object without escapes, several times as fast as a general parser.
//!
//! **Law:** what it reads it reads as serde does; whatever is unusual it leaves to serde, before anything is decided.

use std::borrow::Cow;

use super::scalar::Scalar;

/// More digits may not fit 64 bits.
const DIGITS_MAX: usize = 18;

/// Gives each member of an object to `take`, in order; `None` where the text, or a member to `take`, is unusual.
pub(crate) fn members<'a>(
    text: &'a str,
    mut take: impl FnMut(&'a str, Scalar<'a>) -> Option<()>,
) -> Option<()> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.pass(b'{')?;
    loop {
        cursor.pass(b'"')?;
        let name = cursor.text()?;
        cursor.pass(b':')?;
        take(name, cursor.scalar()?)?;
        match cursor.mark()? {
            b',' => {}
            b'}' => return cursor.mark().is_none().then_some(()),
            _ => return None,
        }
    }
}

/// A place in a text.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Passes over the next byte that is no blank, and returns it; `None` at the end.
    fn mark(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            self.at += 1;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
        }
    }

    fn pass(&mut self, wanted: u8) -> Option<()> {
        (self.mark()? == wanted).then_some(())
    }

    fn pass_word(&mut self, rest_of_word: &str) -> Option<()> {
        self.rest().starts_with(rest_of_word.as_bytes()).then(|| self.at += rest_of_word.len())
    }

    /// A text without escapes whose opening quote is passed.
    fn text(&mut self) -> Option<&'a str> {
        let length = plain_length(self.rest())?;
        let text = self.text.get(self.at..self.at + length)?;
        self.at += length + 1;
        Some(text)
    }

    fn scalar(&mut self) -> Option<Scalar<'a>> {
        match self.mark()? {
            b'"' => self.text().map(|text| Scalar::Text(Cow::Borrowed(text))),
            b't' => self.pass_word("rue").map(|()| Scalar::Bool(true)),
            b'f' => self.pass_word("alse").map(|()| Scalar::Bool(false)),
            b'n' => self.pass_word("ull").map(|()| Scalar::Absent),
            digit @ b'0'..=b'9' => self.whole(digit),
            _ => None,
        }
    }

    /// A whole number whose first digit is passed.
    fn whole(&mut self, first: u8) -> Option<Scalar<'a>> {
        let mut number = i64::from(first - b'0');
        let mut digits = 1;
        for byte in self.rest() {
            match byte {
                b'0'..=b'9' if digits < DIGITS_MAX && first != b'0' => {
                    number = number * 10 + i64::from(byte - b'0');
                    digits += 1;
                }
                b'0'..=b'9' | b'.' | b'e' | b'E' => return None,
                _ => break,
            }
        }
        self.at += digits - 1;
        Some(Scalar::Whole(number))
    }
}

/// How many bytes stand before the closing quote; `None` where an escape or a control character stands before it.
fn plain_length(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let marks = marks(u64::from_le_bytes(*word));
        if marks != 0 {
            let length = place * 8 + usize::try_from(marks.trailing_zeros() / 8).ok()?;
            return (bytes[length] == b'"').then_some(length);
        }
    }
    let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
    (rest[length] == b'"').then_some(words.len() * 8 + length)
}

/// The top bit of each byte that is a quote, a backslash or a control character; bytes above the lowest one may err.
fn marks(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = ONES << 7;
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let quotes = below(word ^ (ONES * u64::from(b'"')), 1);
    let backslashes = below(word ^ (ONES * u64::from(b'\\')), 1);
    (quotes | backslashes | below(word, b' ')) & TOPS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<(&str, Scalar<'_>)>> {
        let mut read = Vec::new();
        members(text, |name, value| {
            read.push((name, value));
            Some(())
        })?;
        Some(read)
    }

    #[test]
    fn usual_objects_are_read() {
        let text = |text| Scalar::Text(Cow::Borrowed(text));
        assert_eq!(
            read(r#" {"a":"x","b" : 12,"c":true,"é":"ü sehr lang, länger","d":null} "#),
            Some(vec![
                ("a", text("x")),
                ("b", Scalar::Whole(12)),
                ("c", Scalar::Bool(true)),
                ("é", text("ü sehr lang, länger")),
                ("d", Scalar::Absent),
            ])
        );
        assert_eq!(read(r#"{"a":0}"#), Some(vec![("a", Scalar::Whole(0))]));
    }

    #[test]
    fn unusual_ones_are_left_alone() {
        for text in [
            "",
            "{}",
            "[1]",
            r#"{"a":1"#,
            r#"{"a":1}}"#,
            r#"{"a":1,}"#,
            r#"{"a":01}"#,
            r#"{"a":-1}"#,
            r#"{"a":1.5}"#,
            r#"{"a":1e3}"#,
            r#"{"a":1234567890123456789}"#,
            r#"{"a":{}}"#,
            r#"{"a":[]}"#,
            r#"{"a":"x\n"}"#,
            r#"{"a\u0062":1}"#,
            r#"{"a":truth}"#,
            "{\"a\":\"x\u{1}\"}",
            "{\"a\":\"long enough for a word\u{1f}\"}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
