//! Runs of rows of words in few bytes: what repeats costs half a byte, what moves by little costs little.

/// Codes up to here say how many bytes the difference to the row before takes.
const WIDEST: u8 = 8;
/// How many rows back a word is looked for: the other codes.
const REACH: u8 = 15 - WIDEST + 1;
/// Bytes that a few rows fit into.
const ROOM: usize = 1_024;

/// Packs rows behind those that are packed already; [`unpack`] gives them all back.
///
/// Of each word there is a code of four bits: by how many bytes it differs from the word above it, or how many rows
/// further above (up to eight) the same word stands.
///
/// ```
/// use operators::timeline::packing::{pack, unpack};
///
/// let hash = 0x9E37_79B9_7F4A_7C15;
/// let rows = [[1_000, hash], [1_007, hash], [1_009, 12], [1_020, hash]];
/// let packed = pack(&pack(&[], rows[..2].iter().copied()), rows[2..].iter().copied());
/// assert_eq!(packed.len(), 25);
/// let mut again = Vec::new();
/// unpack(&packed, |row: [u64; 2]| again.push(row));
/// assert_eq!(again, rows);
/// ```
#[must_use]
pub fn pack<const N: usize>(before: &[u8], rows: impl Iterator<Item = [u64; N]>) -> Box<[u8]> {
    let mut recent = Recent::<N>::default();
    read_rows(before, &mut recent, |_row| {});
    let mut packed = Vec::with_capacity(before.len() + ROOM);
    packed.extend_from_slice(before);
    for row in rows {
        let codes_at = packed.len();
        packed.resize(codes_at + N.div_ceil(2), 0);
        for (place, word) in row.into_iter().enumerate() {
            let moved = zigzag(word.wrapping_sub(recent.above(1)[place]));
            let width = width(moved);
            let code = match recent.find(place, word).filter(|_| width > 1) {
                Some(rows_above) => WIDEST + rows_above - 1,
                None => {
                    packed.extend_from_slice(&moved.to_le_bytes()[..usize::from(width)]);
                    width
                }
            };
            packed[codes_at + place / 2] |= code << (place % 2 * 4);
        }
        recent.push(row);
    }
    Box::from(packed.as_slice())
}

/// Gives the rows of [`pack`] one by one.
///
/// # Panics
/// If the bytes are not those of rows of so many words.
pub fn unpack<const N: usize>(packed: &[u8], take: impl FnMut([u64; N])) {
    read_rows(packed, &mut Recent::default(), take);
}

fn read_rows<const N: usize>(
    packed: &[u8],
    recent: &mut Recent<N>,
    mut take: impl FnMut([u64; N]),
) {
    let mut rest = packed;
    while !rest.is_empty() {
        let (codes, mut words) = rest.split_at(N.div_ceil(2));
        let mut row = [0; N];
        for (place, word) in row.iter_mut().enumerate() {
            let code = codes[place / 2] >> (place % 2 * 4) & 0xF;
            *word = if code > WIDEST {
                recent.above(code - WIDEST + 1)[place]
            } else {
                let (moved, behind) = read(words, usize::from(code));
                words = behind;
                recent.above(1)[place].wrapping_add(unzigzag(moved))
            };
        }
        take(row);
        recent.push(row);
        rest = words;
    }
}

/// The rows above; before the first one there are rows of zeros.
struct Recent<const N: usize> {
    rows: [[u64; N]; 8],
    next: u8,
}

impl<const N: usize> Default for Recent<N> {
    fn default() -> Self {
        const { assert!(REACH == 8) };
        Self { rows: [[0; N]; 8], next: 0 }
    }
}

impl<const N: usize> Recent<N> {
    fn above(&self, rows: u8) -> &[u64; N] {
        &self.rows[usize::from(self.next.wrapping_sub(rows) % REACH)]
    }

    /// How many rows above, but not in the one right above, the word stands.
    fn find(&self, place: usize, word: u64) -> Option<u8> {
        (2..=REACH).find(|rows| self.above(*rows)[place] == word)
    }

    fn push(&mut self, row: [u64; N]) {
        self.rows[usize::from(self.next)] = row;
        self.next = (self.next + 1) % REACH;
    }
}

/// Small numbers of both signs as small ones.
fn zigzag(moved: u64) -> u64 {
    moved << 1 ^ 0_u64.wrapping_sub(moved >> 63)
}

fn unzigzag(word: u64) -> u64 {
    word >> 1 ^ 0_u64.wrapping_sub(word & 1)
}

/// How many bytes a word takes.
fn width(word: u64) -> u8 {
    let bytes = (u64::BITS - word.leading_zeros()).div_ceil(8);
    u8::try_from(bytes).expect("a word has eight bytes")
}

/// Reads a word of some bytes, and what is behind it.
fn read(bytes: &[u8], width: usize) -> (u64, &[u8]) {
    let behind = &bytes[width..];
    let word = match bytes.first_chunk::<8>() {
        Some(_) if width == 0 => 0,
        Some(word) => u64::from_le_bytes(*word) & u64::MAX >> (64 - 8 * width),
        None => {
            let mut word = [0; 8];
            word[..width].copy_from_slice(&bytes[..width]);
            u64::from_le_bytes(word)
        }
    };
    (word, behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const N: usize>(rows: &[[u64; N]]) -> usize {
        let packed = pack(&[], rows.iter().copied());
        let (some, others) = rows.split_at(rows.len() / 3);
        let in_parts = pack(&pack(&[], some.iter().copied()), others.iter().copied());
        assert_eq!(in_parts, packed);
        let mut again = Vec::new();
        unpack(&packed, |row: [u64; N]| again.push(row));
        assert_eq!(again, rows);
        packed.len()
    }

    #[test]
    fn rows_come_back() {
        assert_eq!(check::<3>(&[]), 0);
        assert_eq!(check(&[[0, 0, 0]; 5]), 10);
        let mut word = 1_u64;
        let mut rows = Vec::new();
        for step in 0..2_000_u32 {
            word = word.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ word >> 31;
            let narrow = word >> (word % 64);
            rows.push([narrow, u64::MAX - narrow, word % 5, u64::from(step), word | 1 << 63]);
        }
        check(&rows);
        for count in 0..20 {
            check(&rows[..count]);
        }
    }

    #[test]
    fn a_word_that_returns_costs_its_code() {
        let hashes = [u64::MAX / 3, u64::MAX / 5, u64::MAX / 7];
        let rows: Vec<_> = (0..32).map(|row| [hashes[row % 3]]).collect();
        assert_eq!(check(&rows), 32 + 3 * 8);
    }
}
