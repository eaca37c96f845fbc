//! Going on with another version of the fold than the lake was written with: its bases are left aside, all of raw is folded
//! anew as it came, and the first cut replaces the bases.
//!
//! Reference data comes with its own cut here, and not before all else: what the cuts folded for good did not know of
//! changes that came later. **Invariant:** the control totals are those of the seal as after any restart, so that another
//! version which charges otherwise does not go on silently.

use connectors::lake::{FileWriter, Lake};
use datasets::tables;
use datasets::units::EventTime;
use differential_dataflow::consolidation::consolidate_updates;
use operators::rows::{Diff, Epoch};

use super::dataflow::{AccountBase, Shelves};
use super::orders::{CutShare, Start};
use super::recovery::Recovery;
use super::{RuntimeError, Shared};
use crate::charging::Base;
use crate::charging::base::{FOLD, STEP_VERSION};
use crate::names::Names;

/// Changes that are kept before they are added up for the first time.
const KEPT: usize = 64 * 1_024;

impl Start {
    /// Whether the lake was written by another version of the fold.
    #[must_use]
    pub fn refolds(&self) -> bool {
        self.facts.step_versions.get(FOLD).is_some_and(|sealed| *sealed != STEP_VERSION)
    }

    /// The instant behind which events are in bases that can be gone on from.
    #[must_use]
    pub fn loaded(&self) -> EventTime {
        if self.refolds() { EventTime::MIN } else { self.facts.since }
    }

    /// What is wrong with the lake for this version of the fold.
    #[must_use]
    pub(super) fn other_version(&self) -> RuntimeError {
        let sealed = self.facts.step_versions.get(FOLD).copied().unwrap_or_default();
        RuntimeError::StepVersion {
            fold: FOLD.to_owned(),
            sealed: i64::from(sealed),
            ours: STEP_VERSION,
        }
    }

    /// Checks that raw has all that the lake has taken in, and says what is going to be done.
    pub(super) fn announce(&self, lake: &Lake) -> Result<(), RuntimeError> {
        if !self.refolds() {
            return Ok(());
        }
        let accounting = Recovery::new(lake, self, &Names::default()).accounting()?;
        let rejected = accounting.counts.iter().filter(|((state, _), _)| state == "rejected");
        let decoded = accounting.total() - rejected.map(|(_, count)| count).sum::<i64>();
        let raw = self.sealed.get(&tables::RAW_USAGE.qualified_name()).map_or(0, |(rows, _)| *rows);
        if raw != decoded {
            return Err(self.other_version());
        }
        let sealed = self.facts.step_versions.get(FOLD);
        tracing::warn!(
            fold = FOLD,
            ?sealed,
            ours = STEP_VERSION,
            rows = raw,
            "the lake was written by another version of the fold: its bases are left aside, and all of raw is folded anew"
        );
        Ok(())
    }
}

/// What the first cut of a worker begins with: where it is the first one and the fold has changed, that the old bases go.
pub(super) fn first_share(
    shared: &Shared,
    start: &Start,
    leads: bool,
) -> Result<CutShare, RuntimeError> {
    let mut share = CutShare::default();
    if leads && start.refolds() {
        for rows in Recovery::new(&shared.lake, start, &shared.names).rows_of_bases()? {
            let removal = FileWriter::removal(&tables::STATE_ACCOUNTS, &rows?);
            share.contribution.removals.push(removal);
        }
    }
    Ok(share)
}

/// The bases that a refold comes to; nothing after any other restart.
#[derive(Default)]
pub(super) struct Refolded {
    refolds: bool,
    bases: Vec<(Base, Epoch, Diff)>,
    added_up: usize,
}

impl Refolded {
    /// None yet.
    pub(super) fn of(start: &Start) -> Self {
        Self { refolds: start.refolds(), ..Self::default() }
    }

    /// Takes in what a replay has changed.
    pub(super) fn take(&mut self, changes: Vec<Vec<(AccountBase, Epoch, Diff)>>) {
        if !self.refolds {
            return;
        }
        let changes = changes.into_iter().flatten();
        self.bases.extend(changes.map(|(base, _, diff)| (Base::of(base), 0, diff)));
        if self.bases.len() > 2 * self.added_up.max(KEPT) {
            consolidate_updates(&mut self.bases);
            self.added_up = self.bases.len();
        }
    }

    /// Puts what there is on the shelf, from which the first cut takes it.
    pub(super) fn shelve(&mut self, shelves: &Shelves, epoch: Epoch) {
        let mut bases = std::mem::take(&mut self.bases);
        consolidate_updates(&mut bases);
        if !bases.is_empty() {
            let row = |(base, _, diff): (Base, Epoch, Diff)| (base.into(), epoch, diff);
            let rows = bases.into_iter().map(row).collect();
            shelves.bases.borrow_mut().entry(epoch).or_default().push(rows);
        }
    }
}

impl From<Base> for AccountBase {
    fn from(Base { account, state }: Base) -> Self {
        (crate::charging::fold::ChargingKey::Account(account), state)
    }
}
