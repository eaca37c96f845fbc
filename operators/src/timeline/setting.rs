//! What folding needs to know of its surroundings, and folding itself.

use crate::rows::Diff;
use crate::timeline::{Emit, Fold, Input};

/// Rows with their differences.
pub(super) type Rows<F> = Vec<(<F as Fold>::Output, Diff)>;

/// The surroundings of one key.
pub(super) struct Setting<'a, F: Fold> {
    pub(super) context: &'a F::Context,
    pub(super) key: &'a F::Key,
    pub(super) now: i64,
}

impl<F: Fold> Clone for Setting<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Fold> Copy for Setting<'_, F> {}

impl<F: Fold> Setting<'_, F> {
    /// Fires the timers that the state asks for before an instant; returns the time of the last one.
    pub(super) fn fire_before(
        self,
        state: &mut F::State,
        instant: i64,
        emit: &mut Emit<'_, F::Output>,
    ) -> Option<i64> {
        let mut fired = None;
        while let Some(at) = F::alarm(state).filter(|at| *at < instant) {
            F::step((self.context, self.key), state, Input::Timer(at), emit);
            assert!(F::alarm(state).is_none_or(|next| next > at), "a timer moves its alarm on");
            fired = Some(at);
        }
        fired
    }

    /// Folds an event, after the timers before it.
    pub(super) fn fold(
        self,
        state: &mut F::State,
        event: &F::Event,
        emit: &mut Emit<'_, F::Output>,
    ) {
        self.fire_before(state, F::position(event).at, emit);
        F::step((self.context, self.key), state, Input::Event(event), emit);
    }

    /// Folds events in order and returns what of the context they used.
    pub(super) fn fold_all(
        self,
        state: &mut F::State,
        events: &[F::Event],
        (rows, diff): (&mut Rows<F>, Diff),
    ) -> u64 {
        let mut emit = Emit::new(rows, diff);
        for event in events {
            self.fold(state, event, &mut emit);
        }
        emit.footprint
    }
}
