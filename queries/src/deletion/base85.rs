//! Base 85 as Delta logs use it (Z85, ZeroMQ RFC 32): five characters carry four bytes.

const ALPHABET: &[u8; 85] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/// Decodes a text whose length is a multiple of five.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, String> {
    let (groups, []) = text.as_bytes().as_chunks::<5>() else {
        return Err("a base 85 text is cut off".to_owned());
    };
    let mut bytes = Vec::with_capacity(groups.len() * 4);
    for group in groups {
        bytes.extend(word(group)?.to_be_bytes());
    }
    Ok(bytes)
}

fn word(group: &[u8; 5]) -> Result<u32, String> {
    let value = group.iter().try_fold(0_u64, |value, character| {
        let digit = ALPHABET.iter().position(|known| known == character)?;
        Some(value * 85 + u64::try_from(digit).ok()?)
    });
    let word = value.and_then(|value| u32::try_from(value).ok());
    word.ok_or_else(|| "a text is not base 85".to_owned())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_rfcs_own_example_decodes() {
        let bytes = [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B];
        assert_eq!(decode("HelloWorld").unwrap(), bytes);
        assert!(decode("").unwrap().is_empty());
    }

    #[test]
    fn what_is_not_base_85_is_refused() {
        for text in ["Hell", "Hell ", "#####", "Hellö"] {
            assert!(decode(text).is_err(), "{text}");
        }
    }
}
