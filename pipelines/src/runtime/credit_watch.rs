//! What a worker tells of credit as soon as an epoch is done, long before its cut is sealed.

use operators::rows::{Diff, Epoch};

use super::dataflow::Shelves;
use crate::charging::Output;
use crate::charging::fold::Credit;
use crate::decisions::credit_signals::{self, SignalChange};
use crate::decisions::standing::turns;
use crate::names::Names;

/// Looks over the shelf of outputs, epoch by epoch; the rows stay there for their cut.
pub struct CreditWatch {
    /// The first epoch that has not been looked at.
    next: Epoch,
    names: Names,
}

impl CreditWatch {
    /// A watch that begins at an epoch.
    #[must_use]
    pub fn from(epoch: Epoch, names: Names) -> Self {
        Self { next: epoch, names }
    }

    /// The signals that change with the epochs that are done and were not looked at.
    ///
    /// Rows that a cut has taken from the shelf are no longer seen: the watch comes first.
    pub fn look(&mut self, shelves: &Shelves) -> Vec<SignalChange> {
        let open = shelves.probe.with_frontier(|frontier| frontier.first().copied());
        // A view is complete at odd epochs: at an even one, events may be on their way to another worker.
        let open = open.map_or(Epoch::MAX, |open| open - open % 2);
        if open <= self.next {
            return Vec::new();
        }
        let shelf = shelves.outputs.borrow();
        let rows = shelf.range(self.next..open).flat_map(|(_, batches)| batches).flatten();
        let mut changes: Vec<(Credit, Diff)> = rows
            .filter_map(|(output, _, diff)| match output {
                Output::Credit(credit) => Some((*credit, *diff)),
                _ => None,
            })
            .collect();
        self.next = open;
        differential_dataflow::consolidation::consolidate(&mut changes);
        let name = |account: datasets::ids::AccountId| {
            let text = self.names.text(account.spread());
            text.expect("ids come from registered texts").to_string()
        };
        credit_signals::changes(turns(&changes), name)
    }
}
