//! What a fold is: pure functions over plain structs, and what they are given.

use std::hash::Hash;

use differential_dataflow::ExchangeData;

use crate::rows::Diff;

/// Where an event stands among the events of its key; it identifies the event there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The event's own time.
    pub at: i64,
    /// Which goes first among events of one time.
    pub rank: u8,
    /// The rest of the order; unique among events of one time and rank.
    pub id: u64,
}

/// What a step is given: an event, or a timer that the state had asked for.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a, E> {
    /// An event, in the order of positions; at equal times events precede timers.
    Event(&'a E),
    /// The timer, with its time.
    Timer(i64),
}

/// Which folds a change of context may alter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched<K> {
    /// These keys, from their first event on.
    Keys(Vec<K>),
    /// Every key, from the first event whose footprint shares a bit.
    Footprint(u64),
}

/// Collects what steps emit, and what of the context they used.
#[derive(Debug)]
pub struct Emit<'a, O> {
    rows: &'a mut Vec<(O, Diff)>,
    diff: Diff,
    pub(super) footprint: u64,
}

impl<'a, O> Emit<'a, O> {
    pub(super) fn new(rows: &'a mut Vec<(O, Diff)>, diff: Diff) -> Self {
        Self { rows, diff, footprint: 0 }
    }

    /// Emits a row.
    pub fn give(&mut self, row: O) {
        self.rows.push((row, self.diff));
    }

    /// Notes which parts of the context the step looked at, found or not; a change there refolds it.
    pub fn used(&mut self, footprint: u64) {
        self.footprint |= footprint;
    }
}

/// A fold over the events of a key: pure functions over plain structs, which see no `now`.
pub trait Fold: 'static {
    /// What names a fold.
    type Key: ExchangeData + Copy + Hash;
    /// What is folded.
    type Event: ExchangeData + Copy;
    /// What a fold remembers.
    type State: timely::ExchangeData + Clone + PartialEq + Default;
    /// The reference data that steps look at, whole on every worker.
    type Context: 'static;
    /// One change to the context.
    type Change: ExchangeData + Ord;
    /// What is emitted.
    type Output: ExchangeData + Ord;

    /// Where the event stands among the events of its key.
    fn position(event: &Self::Event) -> Position;
    /// What spreads events over workers before their key is known.
    fn home(event: &Self::Event) -> u64;
    /// The key that the event belongs to.
    fn key(context: &Self::Context, event: &Self::Event) -> Self::Key;
    /// What spreads keys over workers.
    fn spread(key: &Self::Key) -> u64;
    /// Folds one event or timer into the state. A timer must move `alarm` on, or end it.
    fn step(
        of: (&Self::Context, &Self::Key),
        state: &mut Self::State,
        input: Input<'_, Self::Event>,
        emit: &mut Emit<'_, Self::Output>,
    );
    /// The time at which the state asks for a timer.
    fn alarm(state: &Self::State) -> Option<i64>;
    /// The rows of the key as it stands after its last event and timer.
    fn standing(
        context: &Self::Context,
        key: &Self::Key,
        state: &Self::State,
        emit: &mut Emit<'_, Self::Output>,
    );
    /// What stands for an event that lies too far behind `now` to be folded.
    fn late(event: &Self::Event, emit: &mut Emit<'_, Self::Output>);
    /// What stands for an event that lies in the future, until `now` reaches it.
    fn early(event: &Self::Event, emit: &mut Emit<'_, Self::Output>);
    /// What the change may alter, told from the context before it.
    fn touched(context: &Self::Context, change: &Self::Change) -> Touched<Self::Key>;
    /// Brings the context up to date.
    fn refresh(context: &mut Self::Context, change: Self::Change, diff: Diff);

    /// A run of events of one key, in order, behind a run that is packed already, in fewer bytes than they take as they
    /// are; `None` where events are not packed.
    ///
    /// Nearly all events are held packed: those behind the last few of each key. See [`packing`](super::packing).
    fn pack(_before: &[u8], _events: &[Self::Event]) -> Option<Box<[u8]>> {
        None
    }

    /// Appends the events of a run that `pack` has packed.
    fn unpack(_packed: &[u8], _events: &mut Vec<Self::Event>) {
        unreachable!("a fold that packs its events can unpack them");
    }
}
