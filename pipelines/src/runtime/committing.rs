//! The commit thread of worker 0: it adds what only the whole cluster knows to a cut, and commits it.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use connectors::lake::{Committer, Contribution, CutFacts, FileWriter, Lake, LakeError, Seal};
use datasets::tables;
use datasets::units::EventTime;

use super::RuntimeError;
use super::clerk::Clerk;
use super::coordinator::CompleteCut;
use super::deciding::Deciding;
use super::orders::Accounting;
use crate::publish::encode::{batch, counts, instants};

/// The number in the names of files that the commit thread writes; workers count from 0.
const WRITER: usize = 999;

/// Worker 0's commit thread.
pub struct Committing(Clerk<CompleteCut, Seal>);

impl Committing {
    /// Starts the thread behind the last seal; `wake` is called after each commit.
    pub fn start(
        (lake, committer): (&Lake, Committer),
        last: Option<Seal>,
        (accounting, deciding): (Accounting, Deciding),
        wake: impl Fn() + Send + 'static,
    ) -> Self {
        let writer = FileWriter::new(lake, committer.generation(), WRITER);
        let mut desk = Desk { committer, writer, last, accounting, deciding };
        Self(Clerk::start("commit", move |cuts, done| {
            for cut in cuts {
                let outcome = desk.commit(cut);
                let failed = outcome.is_err();
                let closed = done.send(outcome).is_err();
                wake();
                if failed || closed {
                    break;
                }
            }
            desk.deciding.stop();
        }))
    }

    /// Hands a complete cut over.
    pub fn give(&self, cut: CompleteCut) {
        self.0.give(cut);
    }

    /// A commit that has ended, if there is one.
    ///
    /// # Errors
    /// When it has failed, or the thread has panicked.
    pub fn finished(&mut self) -> Result<Option<Seal>, RuntimeError> {
        self.0.finished()
    }

    /// Lets the thread finish what it has.
    pub fn stop(self) {
        self.0.stop();
    }
}

struct Desk {
    committer: Committer,
    writer: FileWriter,
    last: Option<Seal>,
    accounting: Accounting,
    deciding: Deciding,
}

impl Desk {
    fn commit(&mut self, cut: CompleteCut) -> Result<Seal, LakeError> {
        let CompleteCut { mut facts, shares, accounting } = cut;
        let actions = self.deciding.decide(&facts, &shares);
        facts.actions_sent = self.deciding.actions_sent();
        let mut contributions: Vec<Contribution> =
            shares.into_iter().map(|share| share.contribution).collect();
        let mut common = self.common(&facts, accounting)?;
        if let Some(rows) = actions {
            common.files.push(self.writer.write(&tables::ACTIONS, facts.cut, &rows)?);
        }
        contributions.push(common);
        let seal = self.committer.commit(facts, contributions)?;
        self.deciding.sealed(&seal);
        self.last = Some(seal.clone());
        Ok(seal)
    }

    /// What the cluster adds: the accounting, and the row of the cut before.
    fn common(
        &mut self,
        facts: &CutFacts,
        accounting: Accounting,
    ) -> Result<Contribution, LakeError> {
        let mut contribution = Contribution { worker: WRITER, ..Contribution::default() };
        if accounting != self.accounting {
            self.accounting = accounting;
            let rows = accounting_rows(&self.accounting);
            let file = self.writer.write(&tables::USAGE_ACCOUNTING, facts.cut, &rows)?;
            contribution.files.push(file);
        }
        if let Some(last) = &self.last {
            contribution.files.push(self.writer.write(&tables::CUTS, facts.cut, &cut_row(last))?);
        }
        Ok(contribution)
    }
}

fn accounting_rows(accounting: &Accounting) -> RecordBatch {
    let column = |pick: fn(&(String, String)) -> &str| {
        Arc::new(accounting.counts.keys().map(|key| Some(pick(key))).collect::<StringArray>())
    };
    let record_counts: Int64Array = accounting.counts.values().map(|count| Some(*count)).collect();
    batch(
        &tables::USAGE_ACCOUNTING,
        vec![column(|(state, _)| state), column(|(_, reason)| reason), Arc::new(record_counts)],
    )
}

/// The row of `ops.cuts` for a sealed cut.
fn cut_row(seal: &Seal) -> RecordBatch {
    let facts = &seal.facts;
    let begun = |instant: EventTime| Some(instant).filter(|instant| *instant > EventTime::MIN);
    batch(
        &tables::CUTS,
        vec![
            counts([facts.cut].into_iter()),
            instants([begun(facts.now)].into_iter()),
            instants([begun(facts.since)].into_iter()),
            instants([Some(seal.sealed_at)].into_iter()),
            Arc::new(StringArray::from(vec![&*facts.reason])),
            counts([facts.record_count].into_iter()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use arrow::array::Array;

    use super::*;

    #[test]
    fn before_stream_time_has_begun_a_cut_has_none() {
        let row = |now| {
            let facts = CutFacts { cut: 1, now, since: EventTime::MIN, ..CutFacts::default() };
            let tables = Default::default();
            cut_row(&Seal { facts, tables, generation: 1, sealed_at: EventTime(7) })
        };
        let absent = |now| {
            let row = row(now);
            ["now_at", "since"].map(|name| row.column_by_name(name).unwrap().is_null(0))
        };
        assert_eq!(absent(EventTime::MIN), [true, true]);
        assert_eq!(absent(EventTime(0)), [false, true]);
    }
}
