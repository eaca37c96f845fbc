//! The longest prefix of a called number, by walking a trie of digits.

/// A prefix is none of these.
const NONE: u32 = u32::MAX;

/// A trie of digits.
#[derive(Default)]
pub(crate) struct Prefixes {
    /// The children of each node by digit, and what stands at it.
    nodes: Vec<([u32; 10], u32)>,
}

impl Prefixes {
    /// Lets a value stand at a prefix, packed as nibbles from the left.
    pub(crate) fn insert(&mut self, prefix: u64, value: u32) {
        if self.nodes.is_empty() {
            self.nodes.push(([NONE; 10], NONE));
        }
        let mut node = 0;
        for digit in digits(prefix) {
            let next = self.nodes[node].0[digit];
            node = match next {
                NONE => {
                    let place = self.nodes.len();
                    self.nodes[node].0[digit] = u32::try_from(place).expect("prefixes are few");
                    self.nodes.push(([NONE; 10], NONE));
                    place
                }
                next => index(next),
            };
        }
        self.nodes[node].1 = value;
    }

    /// Tries the values of a number's prefixes, the longest first.
    pub(crate) fn find<V>(&self, number: u64, accept: impl Fn(u32) -> Option<V>) -> Option<V> {
        let mut found = [NONE; 16];
        let mut count = 0;
        let mut node = 0;
        for digit in digits(number) {
            match self.nodes[node].0[digit] {
                NONE => break,
                next => node = index(next),
            }
            if self.nodes[node].1 != NONE {
                found[count] = self.nodes[node].1;
                count += 1;
            }
        }
        found[..count].iter().rev().find_map(|value| accept(*value))
    }
}

fn index(place: u32) -> usize {
    usize::try_from(place).expect("an address has at least 32 bits")
}

fn digits(packed: u64) -> impl Iterator<Item = usize> {
    let length = packed & 0xF;
    (0..length).map(move |place| {
        usize::try_from((packed >> (60 - 4 * place)) & 0xF).expect("a nibble fits")
    })
}
