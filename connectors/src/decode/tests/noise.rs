//! Noise: mutilated and random payloads, the same in every run.

use crate::decode::trial::{ALL, MAPPINGS, mapping, network};
use crate::decode::usage::Document;

/// Mutilates payloads of every kind and feeds pure noise: something always comes out, never a panic.
#[test]
fn noise_is_decoded_or_dead() {
    for (seed, trial) in (0x5EED..).zip(ALL) {
        assert!(trial.run([trial.good.as_bytes()].into_iter()) > 0, "{}", trial.name);
        let mut random = Noise(seed);
        let noise: Vec<_> = (0..4_000).map(|_| random.mutilated(trial.good.as_bytes())).collect();
        let taken = trial.run(noise.iter().map(Vec::as_slice));
        assert!(taken > 400, "{}: {taken} of 4000 were still read", trial.name);
    }
}

#[test]
fn noise_is_a_mapping_or_told_to_be_none() {
    for (seed, text) in (0xF00D..).zip(MAPPINGS) {
        let mut random = Noise(seed);
        let noise = (0..2_000).map(|_| random.mutilated(text.as_bytes()));
        let sound = noise.filter(|bytes| mapping(&String::from_utf8_lossy(bytes))).count();
        assert!((1..2_000).contains(&sound), "{sound} of 2000 were sound");
    }
}

#[test]
fn noise_from_the_network_is_read_or_told() {
    for (seed, trial) in (0xCAFE..).zip(network::ALL) {
        let whole = (trial.run)(trial.good.as_bytes());
        assert!(whole > 0, "{}", trial.name);
        let mut random = Noise(seed);
        let noise = (0..4_000).map(|_| random.mutilated(trial.good.as_bytes()));
        let taken: usize = noise.map(|bytes| (trial.run)(&bytes)).sum();
        assert!(taken > 400, "{}: {taken} were still read", trial.name);
        assert!(taken < 4_000 * whole, "{}: nothing was refused", trial.name);
    }
}

/// What is read quickly is what serde reads.
#[test]
fn quick_reading_agrees_with_serde() {
    let seed_text = r#"{"usage_id":"u-1","revision":2,"cancelled":false,"service":"voice","msisdn":"+49170",
        "called_number":"4930123456","started_at":"2026-11-24T10:00:00Z","duration_s":61,"cell_id":"x"}"#;
    let mut random = Noise(0xF1A7);
    let mut quick = 0;
    for _ in 0..20_000 {
        let payload = random.mutilated(seed_text.as_bytes());
        let Ok(text) = std::str::from_utf8(&payload) else { continue };
        if let Some(document) = Document::of_flat(text) {
            assert_eq!(Ok(document), Document::of_any_json(text), "{text}");
            quick += 1;
        }
    }
    assert!(quick > 5_000, "only {quick} were read quickly");
}

/// A small generator of bytes, the same in every run.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        let limit = u64::try_from(limit).unwrap();
        usize::try_from((self.0 >> 33) % limit).unwrap()
    }

    /// Some bytes changed, removed, doubled or cut; now and then all of them random.
    fn mutilated(&mut self, text: &[u8]) -> Vec<u8> {
        if self.below(16) == 0 {
            return (0..self.below(400)).map(|_| u8::try_from(self.below(256)).unwrap()).collect();
        }
        let mut bytes = text.to_vec();
        for _ in 0..self.below(4) {
            let place = self.below(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match self.below(5) {
                _ if bytes.is_empty() => bytes.push(b'{'),
                0 => bytes[place] = u8::try_from(self.below(256)).unwrap(),
                1 => bytes[place] = b"{}[]\",:0-e.\\"[self.below(12)],
                2 => drop(bytes.remove(place)),
                3 => bytes.insert(place, bytes[place]),
                _ => bytes.truncate(place),
            }
        }
        bytes
    }
}
