//! Whether the labels of an alert match.

use datasets::assurance::muting::{Labels, Matcher, Operator};

/// Whether all conditions hold.
#[must_use]
pub fn all(matchers: &[Matcher], labels: &Labels) -> bool {
    matchers.iter().all(|matcher| matches(matcher, labels))
}

/// Whether one condition holds.
#[must_use]
pub fn matches(matcher: &Matcher, labels: &Labels) -> bool {
    let (value, wanted) = (labels.get(&matcher.label), matcher.value.as_str());
    match matcher.operator {
        Operator::Is => value == wanted,
        Operator::IsNot => value != wanted,
        Operator::Fits => fits(value, wanted),
        Operator::FitsNot => !fits(value, wanted),
    }
}

/// Whether a text fits one of the patterns, as a whole.
fn fits(text: &str, patterns: &str) -> bool {
    patterns.split('|').any(|pattern| {
        let mut pieces = pattern.split('*');
        let first = pieces.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(first) else { return false };
        let mut pieces: Vec<&str> = pieces.collect();
        let Some(last) = pieces.pop() else { return rest.is_empty() };
        for piece in pieces {
            match rest.find(piece) {
                Some(place) => rest = &rest[place + piece.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    })
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_as_a_whole() {
        for (text, pattern, expected) in [
            ("cell-7", "cell-*", true),
            ("xcell-7", "cell-*", false),
            ("cell-7", "cell-", false),
            ("cell-7", "*-7|du", true),
            ("du", "*-7|du", true),
            ("a-b-a", "a*b*a", true),
            ("aba", "ab*ba", false),
            ("", "*", true),
            ("", "x|", true),
            ("site-1-cell-22-port", "site-*-cell-*-port", true),
        ] {
            assert_eq!(fits(text, pattern), expected, "{text} {pattern}");
        }
    }
}
