//! CRC-32 as in Ethernet and ZIP, which guards vectors in files.

const POLYNOMIAL: u32 = 0xEDB8_8320;

/// The checksum of bytes.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        let place = usize::from(sum.to_le_bytes()[0] ^ byte);
        TABLE[place] ^ (sum >> 8)
    };
    !bytes.iter().fold(u32::MAX, step)
}

static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut place = 0;
    let mut value = 0_u32;
    while place < 256 {
        table[place] = remainder(value);
        place += 1;
        value += 1;
    }
    table
}

const fn remainder(mut value: u32) -> u32 {
    let mut bit = 0;
    while bit < 8 {
        value = if value & 1 == 1 { (value >> 1) ^ POLYNOMIAL } else { value >> 1 };
        bit += 1;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_standard_holds() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
    }
}
