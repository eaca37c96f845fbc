//! Measured numbers, exactly as they are written.

use datasets::units::Fraction;

/// A decimal number with an exponent or without; none where it is no number, or does not fit.
pub(crate) fn exact(text: &str) -> Option<Fraction> {
    let is_written = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    if text.bytes().all(is_written) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(exact("1.215192543E9"), Some(Fraction::whole(1_215_192_543)));
        assert_eq!(exact("0.39"), Fraction::of(39, 100));
        assert_eq!(exact("-4e-1"), Fraction::of(-2, 5));
        for text in ["", "NIL", "1/2", "1,5", " 1", "1e99", "1e99999999999999999999", ".", "--1"] {
            assert_eq!(exact(text), None, "{text}");
        }
    }
}
