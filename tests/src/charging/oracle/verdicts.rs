//! Which of equal records counts: told from all records of a cut at once.

use std::collections::BTreeMap;

use datasets::provenance::Provenance;
use operators::dedup::verdicts::Duplicate;

/// A revision, and whether it cancels; the greatest counts.
type Rank = (u16, bool);

/// What decides about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Judged {
    pub(super) identity: u64,
    pub(super) rank: Rank,
    pub(super) place: Provenance,
    pub(super) at: i64,
}

/// What became of the records of all cuts.
pub(super) struct Verdicts<D> {
    open: Vec<(Judged, D)>,
    /// The record that counts, by identity, as far as it is remembered.
    remembered: BTreeMap<u64, Judged>,
    winners: BTreeMap<Provenance, D>,
    pub(super) duplicates: Vec<Duplicate>,
    pub(super) superseded: usize,
}

impl<D> Default for Verdicts<D> {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            remembered: BTreeMap::new(),
            winners: BTreeMap::new(),
            duplicates: Vec::new(),
            superseded: 0,
        }
    }
}

impl<D> Verdicts<D> {
    /// Takes in a record of the open cut.
    pub(super) fn take(&mut self, judged: Judged, record: D) {
        self.open.push((judged, record));
    }

    /// The records that count.
    pub(super) fn winners(&self) -> impl Iterator<Item = &D> {
        self.winners.values()
    }

    /// Forgets which records counted that began before an instant.
    pub(super) fn forget(&mut self, first: i64) {
        self.remembered.retain(|_, judged| judged.at >= first);
    }

    /// Judges the open cut, and returns the records that would correct what was folded for good before `since`.
    pub(super) fn end_cut(&mut self, since: i64) -> Vec<D> {
        let mut groups: BTreeMap<u64, Vec<(Judged, D)>> = BTreeMap::new();
        let mut outside = Vec::new();
        for (judged, record) in self.open.drain(..) {
            let known = self.remembered.get(&judged.identity);
            match known.filter(|known| known.at < since && judged.rank > known.rank) {
                Some(_) => outside.push(record),
                None => groups.entry(judged.identity).or_default().push((judged, record)),
            }
        }
        for (identity, mut group) in groups {
            group.sort_by_key(|(judged, _)| (std::cmp::Reverse(judged.rank), judged.place));
            self.judge(identity, group);
        }
        outside
    }

    /// Judges the records of one identity, the greatest rank and then the first place in front.
    fn judge(&mut self, identity: u64, group: Vec<(Judged, D)>) {
        let before = self.remembered.get(&identity).copied();
        let first = group[0].0;
        let winner = match before {
            Some(before) if before.rank >= first.rank => before,
            Some(before) => {
                self.winners.remove(&before.place);
                self.superseded += 1;
                first
            }
            None => first,
        };
        self.remembered.insert(identity, winner);
        for (judged, record) in group {
            match () {
                () if judged.rank < winner.rank => self.superseded += 1,
                () if judged.place == winner.place => {
                    self.winners.insert(judged.place, record);
                }
                () => {
                    let (provenance, of) = (judged.place.packed(), winner.place.packed());
                    self.duplicates.push(Duplicate { provenance, of });
                }
            }
        }
    }
}
