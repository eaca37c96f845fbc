//! The actions that are to be sent. The ledger is the queue: what has no room in memory, or was decided before this
//! start, is read from there.
//!
//! **Invariant:** every action of the cuts up to `acknowledged` has been acknowledged by the brokers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use connectors::kafka::sink::action::Action;
use connectors::lake::{Lake, LakeError, Seal};
use datasets::tables;

use crate::decisions::credit_bars::CreditAction;
use crate::publish::action_rows;

/// How many actions are sent at once.
const SENT_AT_ONCE: usize = 1_000;

/// A sealed cut and what it decided; without the actions they are to be read from the ledger.
#[derive(Debug)]
pub(super) struct Sealed {
    cut: u64,
    /// The ledger's version, if there is a ledger.
    version: Option<i64>,
    actions: Option<Vec<CreditAction>>,
}

impl Sealed {
    pub(super) fn of(seal: &Seal, actions: Option<Vec<CreditAction>>) -> Self {
        let ledger = seal.tables.get(&tables::ACTIONS.qualified_name());
        Self { cut: seal.facts.cut, version: ledger.map(|ledger| ledger.version), actions }
    }
}

/// The actions, if there is room for them beside those that wait.
pub(super) fn fit(
    actions: Vec<CreditAction>,
    waiting: &AtomicUsize,
    room: usize,
) -> Option<Vec<CreditAction>> {
    let count = actions.len();
    let before = waiting.fetch_add(count, Ordering::AcqRel);
    if before + count <= room {
        return Some(actions);
    }
    waiting.fetch_sub(count, Ordering::AcqRel);
    None
}

/// What is to be sent.
pub(super) struct Outbox {
    lake: Lake,
    room: usize,
    newest: Option<Sealed>,
    /// The queue holds everything up to this cut that is not acknowledged.
    reach: u64,
    queue: VecDeque<CreditAction>,
    waiting: Arc<AtomicUsize>,
    acknowledged: Arc<AtomicU64>,
}

impl Outbox {
    /// Everything behind what the seal knows to be acknowledged, with room for so many actions in memory.
    pub(super) fn behind(lake: Lake, seal: Option<&Seal>, room: usize) -> Self {
        let sent = seal.map_or(0, |seal| seal.facts.actions_sent);
        Self {
            lake,
            room,
            newest: seal.map(|seal| Sealed::of(seal, None)),
            reach: sent,
            queue: VecDeque::new(),
            waiting: Arc::default(),
            acknowledged: Arc::new(AtomicU64::new(sent)),
        }
    }

    /// How many actions are in memory, here or on their way.
    pub(super) fn waiting(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.waiting)
    }

    /// The last cut of which, and of all before which, every action is acknowledged.
    pub(super) fn acknowledged(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.acknowledged)
    }

    /// How many actions are in the queue.
    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether everything that was decided has been acknowledged.
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.newest.as_ref().is_none_or(|newest| self.reach >= newest.cut)
    }

    /// Takes note of a sealed cut. Its actions join the queue, unless earlier ones are missing there.
    pub(super) fn note(&mut self, mut sealed: Sealed) {
        if let Some(actions) = sealed.actions.take() {
            if self.reach + 1 == sealed.cut {
                self.reach = sealed.cut;
                self.queue.extend(actions);
            } else {
                self.waiting.fetch_sub(actions.len(), Ordering::AcqRel);
            }
        }
        self.newest = Some(sealed);
        self.acknowledge();
    }

    /// Reads what the ledger holds beyond the queue, once the queue is empty, as far as there is room.
    pub(super) fn refill(&mut self) -> Result<(), LakeError> {
        let Some(newest) = self.newest.as_ref().filter(|newest| newest.cut > self.reach) else {
            return Ok(());
        };
        if !self.queue.is_empty() {
            return Ok(());
        }
        let mut page = Page { after: self.reach, until: newest.cut, ..Page::default() };
        let rows = newest.version.map(|version| self.lake.read(&tables::ACTIONS, version));
        for batch in rows.transpose()?.into_iter().flatten() {
            for action in action_rows::read(&batch?) {
                page.take(action, self.room);
            }
        }
        self.waiting.fetch_add(page.count, Ordering::AcqRel);
        self.queue = page.by_cut.into_values().flatten().collect();
        self.reach = page.until;
        self.acknowledge();
        Ok(())
    }

    /// The next actions to be sent.
    pub(super) fn next(&self) -> Vec<Action> {
        let action = |action: &CreditAction| Action {
            action_id: action.action_id.to_string(),
            json: action.message(),
        };
        self.queue.iter().take(SENT_AT_ONCE).map(action).collect()
    }

    /// Takes note that the first so many were acknowledged.
    pub(super) fn sent(&mut self, count: usize) {
        self.queue.drain(..count);
        self.waiting.fetch_sub(count, Ordering::AcqRel);
        self.acknowledge();
    }

    fn acknowledge(&self) {
        let cut = self.queue.front().map_or(self.reach, |action| action.cut - 1);
        self.acknowledged.store(cut, Ordering::Release);
    }
}

/// The first cuts behind one, as many as there is room for, at least one.
#[derive(Default)]
struct Page {
    after: u64,
    until: u64,
    count: usize,
    by_cut: BTreeMap<u64, Vec<CreditAction>>,
}

impl Page {
    fn take(&mut self, action: CreditAction, room: usize) {
        if action.cut <= self.after || action.cut > self.until {
            return;
        }
        self.count += 1;
        self.by_cut.entry(action.cut).or_default().push(action);
        while self.count > room && self.by_cut.len() > 1 {
            let (cut, actions) = self.by_cut.pop_last().expect("there are two");
            self.count -= actions.len();
            self.until = cut - 1;
        }
    }
}
