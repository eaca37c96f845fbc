//! Small numbers for words that come again and again.

use hashbrown::HashTable;

/// Words, each with the number of its first appearance; they are never forgotten.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    words: Vec<u64>,
    numbers: HashTable<u32>,
}

impl Dictionary {
    /// The number of a word; none for a new word where there are `limit` words already.
    pub(super) fn number_of(&mut self, word: u64, limit: u32) -> Option<u32> {
        let Self { words, numbers } = self;
        if let Some(number) = numbers.find(stir(word), |number| at(words, *number) == word) {
            return Some(*number);
        }
        let number = u32::try_from(words.len()).ok().filter(|number| *number < limit)?;
        words.push(word);
        numbers.insert_unique(stir(word), number, |number| stir(at(words, *number)));
        Some(number)
    }

    /// The word of a number that was given.
    pub(super) fn word(&self, number: u32) -> u64 {
        at(&self.words, number)
    }
}

fn at(words: &[u64], number: u32) -> u64 {
    words[usize::try_from(number).expect("a number counts words in memory")]
}

fn stir(word: u64) -> u64 {
    let stirred = word.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    stirred ^ (stirred >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_keeps_its_number() {
        let mut dictionary = Dictionary::default();
        let words: Vec<u64> = (0..3_000).map(|word| (word % 1_000) << (word % 50)).collect();
        let numbers: Vec<_> =
            words.iter().map(|word| dictionary.number_of(*word, 10_000).unwrap()).collect();
        for (word, number) in words.iter().zip(numbers) {
            assert_eq!(dictionary.word(number), *word);
            assert_eq!(dictionary.number_of(*word, 0), Some(number));
        }
        assert_eq!(dictionary.number_of(u64::MAX, 10), None);
    }
}
