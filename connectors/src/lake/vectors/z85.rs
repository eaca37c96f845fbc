//! Z85: four bytes as five printable characters, as the Delta protocol writes vectors and their file names.

const DIGITS: &[u8; 85] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/// The text of bytes whose number is a multiple of four.
pub(super) fn encode(bytes: &[u8]) -> String {
    let (groups, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty(), "Z85 takes groups of four bytes");
    let digit = |word: u32, weight: u32| {
        let place = usize::try_from(word / weight % 85).expect("a digit is below 85");
        char::from(DIGITS[place])
    };
    let weights = [85_u32.pow(4), 85_u32.pow(3), 85_u32.pow(2), 85, 1];
    let words = groups.iter().map(|group| u32::from_be_bytes(*group));
    words.flat_map(|word| weights.map(|weight| digit(word, weight))).collect()
}

/// The bytes of a text, unless it is no Z85.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let (groups, rest) = text.as_bytes().as_chunks::<5>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(groups.len() * 4);
    for group in groups {
        let mut word = 0_u32;
        for character in group {
            let digit = DIGITS.iter().position(|digit| digit == character)?;
            word = word.checked_mul(85)?.checked_add(u32::try_from(digit).ok()?)?;
        }
        bytes.extend(word.to_be_bytes());
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_s_example_holds() {
        let bytes = [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B];
        assert_eq!(encode(&bytes), "HelloWorld");
        assert_eq!(decode("HelloWorld").unwrap(), bytes);
        assert_eq!(decode("HelloWorl"), None);
        assert_eq!(decode("#####"), None);
    }
}
