//! Which sealed cuts stay readable: the fresh ones all, older ones by the minute, still older ones by the hour.

use std::collections::{BTreeMap, VecDeque};

use datasets::units::{EventTime, MICROS_PER_SECOND};

use crate::lake::error::LakeError;
use crate::lake::facts::{Seal, TableSeal};
use crate::lake::{Lake, seals};

/// For how many seconds after its seal a cut can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Every cut.
    pub every_cut_s: i64,
    /// The first cut of each minute.
    pub each_minute_s: i64,
    /// The first cut of each hour.
    pub each_hour_s: i64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { every_cut_s: 3_600, each_minute_s: 24 * 3_600, each_hour_s: 35 * 24 * 3_600 }
    }
}

/// A cut that can be read.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) cut: u64,
    pub(crate) sealed_at: EventTime,
    pub(crate) tables: BTreeMap<String, TableSeal>,
}

impl From<Seal> for Kept {
    fn from(seal: Seal) -> Self {
        Self { cut: seal.facts.cut, sealed_at: seal.sealed_at, tables: seal.tables }
    }
}

/// The cuts that can be read, ascending.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) kept: VecDeque<Kept>,
}

impl History {
    /// The cuts whose seals are there.
    pub(crate) fn load(lake: &Lake) -> Result<Self, LakeError> {
        let seal = |cut| lake.seal(cut).map(Kept::from);
        let kept = lake.seals()?.into_iter().map(seal).collect::<Result<_, _>>()?;
        Ok(Self { kept })
    }

    /// Takes a new cut in; says whether it is the first of its hour.
    pub(crate) fn push(&mut self, seal: Seal) -> bool {
        let hour = |at: EventTime| period(at, 3_600);
        let first =
            self.kept.back().is_none_or(|last| hour(last.sealed_at) != hour(seal.sealed_at));
        self.kept.push_back(Kept::from(seal));
        first
    }

    /// Whether some readable cut lies in `[from, to)`.
    pub(crate) fn has_cut_in(&self, from: u64, to: u64) -> bool {
        let first = self.kept.partition_point(|kept| kept.cut < from);
        self.kept.get(first).is_some_and(|kept| kept.cut < to)
    }

    /// Lets go of cuts that are no longer retained, some at a time.
    pub(crate) fn thin(
        &mut self,
        lake: &Lake,
        retention: Retention,
        most: usize,
    ) -> Result<(), LakeError> {
        let dropped: Vec<u64> = self.expired(retention).into_iter().take(most).collect();
        for cut in &dropped {
            lake.delete(&seals::path(*cut))?;
        }
        self.kept.retain(|kept| !dropped.contains(&kept.cut));
        Ok(())
    }

    fn expired(&self, retention: Retention) -> Vec<u64> {
        let Some(newest) = self.kept.back() else { return Vec::new() };
        let mut previous = None;
        let mut expired = Vec::new();
        for kept in &self.kept {
            let age = (newest.sealed_at.0 - kept.sealed_at.0) / MICROS_PER_SECOND;
            let first_in = |seconds: i64| {
                previous.is_none_or(|at| period(at, seconds) != period(kept.sealed_at, seconds))
            };
            let retained = age <= retention.every_cut_s
                || (age <= retention.each_minute_s && first_in(60))
                || (age <= retention.each_hour_s && first_in(3_600));
            match retained {
                true => previous = Some(kept.sealed_at),
                false => expired.push(kept.cut),
            }
        }
        expired
    }
}

fn period(at: EventTime, seconds: i64) -> i64 {
    at.0.div_euclid(seconds * MICROS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seals a cut every ten seconds, and thins after each as a committer does.
    fn after(cuts: u64, retention: Retention) -> History {
        let mut history = History::default();
        for cut in 1..=cuts {
            let sealed_at = EventTime::default().plus_seconds(i64::try_from(cut).unwrap() * 10);
            history.kept.push_back(Kept { cut, sealed_at, tables: BTreeMap::new() });
            let expired = history.expired(retention);
            history.kept.retain(|kept| !expired.contains(&kept.cut));
        }
        history
    }

    #[test]
    fn fresh_cuts_stay_old_ones_thin_out_and_the_oldest_go() {
        let retention = Retention { every_cut_s: 100, each_minute_s: 600, each_hour_s: 3 * 3_600 };
        let history = after(2_000, retention);
        let ages: Vec<i64> = history
            .kept
            .iter()
            .map(|kept| (20_000 - kept.sealed_at.0 / MICROS_PER_SECOND) / 10)
            .collect();
        let fresh = ages.iter().filter(|age| **age <= 10).count();
        let by_the_minute = ages.iter().filter(|age| **age > 10 && **age <= 60).count();
        let by_the_hour = ages.iter().filter(|age| **age > 60).count();
        assert_eq!((fresh, by_the_minute, by_the_hour), (11, 8, 3));
        assert!(history.has_cut_in(1_995, 1_996) && !history.has_cut_in(0, 600));
    }
}
