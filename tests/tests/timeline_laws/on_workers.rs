//! A history on timely workers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use operators::rows::{Diff, Epoch};
use operators::tick::Tick;
use operators::timeline::{self, Config, timeline};
use timely::dataflow::operators::generic::operator::empty;
use timely::dataflow::operators::vec::Broadcast;
use timely::dataflow::operators::{Input as _, Inspect, Probe};
use timely::dataflow::{InputHandle, ProbeHandle};

use crate::config;
use crate::history::{NEVER, Step};
use crate::metering::{Metering, Row, Wiring};

type ByEpoch = BTreeMap<Epoch, Vec<(Row, Diff)>>;

/// Runs a history on timely workers, each of which hands in its share; returns the output by epoch.
pub(crate) fn on_workers(workers: usize, history: &[Step]) -> ByEpoch {
    let found: Arc<Mutex<ByEpoch>> = Arc::default();
    let (kept, history) = (Arc::clone(&found), history.to_vec());
    let guards = timely::execute(timely::Config::process(workers), move |worker| {
        let (index, peers) = (worker.index(), worker.peers());
        let number = |count: usize| u64::try_from(count).unwrap();
        let config = Config { worker: number(index), peers: number(peers), ..config(NEVER) };
        let kept = Arc::clone(&kept);
        let probe = ProbeHandle::new();
        let (mut events, mut changes, mut ticks) =
            (InputHandle::new(), InputHandle::new(), InputHandle::new());
        worker.dataflow::<Epoch, _, _>(|scope| {
            let inputs = timeline::Inputs::<Metering> {
                events: scope.input_from(&mut events),
                bases: empty(scope),
                changes: Broadcast::broadcast(scope.input_from(&mut changes)),
                ticks: scope.input_from(&mut ticks),
            };
            timeline(inputs, config, Wiring::default())
                .outputs
                .inspect(move |(row, epoch, diff)| {
                    kept.lock().unwrap().entry(*epoch).or_default().push((*row, *diff));
                })
                .probe_with(&probe);
        });
        for (place, step) in history.iter().enumerate() {
            let epoch = number(place) * 2;
            let mine = |place: usize| place % peers == index;
            for (_, (reading, diff)) in step.events.iter().enumerate().filter(|(at, _)| mine(*at)) {
                events.send((*reading, epoch, *diff));
            }
            if mine(place) {
                for (change, diff) in &step.changes {
                    changes.send((*change, epoch, *diff));
                }
            }
            ticks.send(Tick { epoch, now: step.now, since: NEVER, ends_cut: false });
            events.advance_to(epoch + 2);
            changes.advance_to(epoch + 2);
            ticks.advance_to(epoch + 2);
            while probe.less_than(&(epoch + 2)) {
                worker.step();
            }
        }
    });
    for outcome in guards.unwrap().join() {
        outcome.unwrap();
    }
    Arc::try_unwrap(found).unwrap().into_inner().unwrap()
}
