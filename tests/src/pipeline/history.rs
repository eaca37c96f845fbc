//! A recorded input: records, in cuts of epochs, and the ways in which it may be told otherwise.

/// What arrives at one epoch.
#[derive(Clone, Debug)]
pub struct Step<G> {
    /// Stream time at its end.
    pub now: i64,
    /// The records.
    pub given: Vec<G>,
}

/// The epochs of one cut; there is at least one.
#[derive(Clone, Debug)]
pub struct Cut<G> {
    /// The wall clock when its records are taken, for all of them.
    pub wall: i64,
    /// In their order.
    pub steps: Vec<Step<G>>,
}

impl<G> Cut<G> {
    /// Stream time at the end of the cut.
    ///
    /// # Panics
    /// If the cut has no epoch.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.steps.last().expect("a cut has an epoch").now
    }
}

/// A recorded input.
#[derive(Clone, Debug)]
pub struct History<G> {
    /// What it was made from; named in every failure.
    pub seed: u64,
    /// For how long events are held one by one, in microseconds.
    pub hot_window: i64,
    /// The cuts, in their order.
    pub cuts: Vec<Cut<G>>,
}

impl<G: Clone> History<G> {
    /// Everything that arrives, in its order.
    pub fn given(&self) -> impl Iterator<Item = &G> {
        self.cuts.iter().flat_map(|cut| &cut.steps).flat_map(|step| &step.given)
    }

    /// The same with one more cut, at the stream time of the last one.
    #[must_use]
    pub fn and_then(&self, given: Vec<G>) -> Self {
        let now = self.cuts.last().map_or(0, Cut::now);
        let mut longer = self.clone();
        longer.cuts.push(Cut { wall: now, steps: vec![Step { now, given }] });
        longer
    }

    /// The same without some of what arrives.
    #[must_use]
    pub fn without(&self, is_left_out: impl Fn(&G) -> bool) -> Self {
        let mut fewer = self.clone();
        for step in fewer.cuts.iter_mut().flat_map(|cut| &mut cut.steps) {
            step.given.retain(|given| !is_left_out(given));
        }
        fewer
    }

    /// The history up to a number of epochs: the last cut may be open.
    pub(super) fn up_to(&self, steps: usize) -> Self {
        let (mut left, mut past) = (steps, Self { cuts: Vec::new(), ..self.clone() });
        for cut in &self.cuts {
            let taken = cut.steps.len().min(left);
            left -= taken;
            if taken > 0 {
                past.cuts.push(Cut { steps: cut.steps[..taken].to_vec(), ..*cut });
            }
        }
        past
    }

    /// Each of the first cuts as one epoch, as a recovery replays it.
    pub(super) fn replayed(&self, cuts: usize) -> Self {
        let mut replayed = self.clone();
        for cut in &mut replayed.cuts[..cuts] {
            let given = cut.steps.iter().flat_map(|step| step.given.clone()).collect();
            cut.steps = vec![Step { now: cut.now(), given }];
        }
        replayed
    }

    /// Each record in an epoch of its own.
    pub(super) fn one_by_one(&self) -> Self {
        let mut slow = self.clone();
        for cut in &mut slow.cuts {
            let end = Step { now: cut.now(), given: Vec::new() };
            let alone = |step: &Step<G>| {
                let now = step.now;
                step.given.clone().into_iter().map(move |given| Step { now, given: vec![given] })
            };
            cut.steps = cut.steps.iter().flat_map(alone).chain([end]).collect();
        }
        slow
    }

    /// The records of each cut in another order, spread over its epochs as before.
    pub(super) fn shuffled(&self) -> Self {
        let mut rng = fastrand::Rng::with_seed(self.seed);
        let mut shuffled = self.clone();
        for cut in &mut shuffled.cuts {
            let mut given: Vec<G> = cut.steps.iter().flat_map(|step| step.given.clone()).collect();
            rng.shuffle(&mut given);
            for step in &mut cut.steps {
                let count = step.given.len();
                step.given = given.drain(..count).collect();
            }
        }
        shuffled
    }
}
