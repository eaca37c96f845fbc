//! The step as the fold of a timeline: late, corrected and taken-back reports give what sorting all of them gives.

use std::collections::BTreeMap;

use operators::tick::Tick;
use operators::timeline::{
    Config, Emit, EpochInput, Fold, Input as Given, Position, Store, Touched,
};
use serde::{Deserialize, Serialize};

use super::laws::history;
use super::*;

/// Something that happens to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Event {
    at: EventTime,
    id: u64,
    object: u64,
    input: Input,
}

/// The alarms of an object, with rules that do not change.
struct OfObject;

impl Fold for OfObject {
    type Key = u64;
    type Event = Event;
    type State = Alarms;
    type Context = Rules;
    type Change = ();
    type Output = (u64, Change);

    fn position(event: &Event) -> Position {
        Position { at: event.at.0, rank: event.input.rank(), id: event.id }
    }

    fn home(event: &Event) -> u64 {
        event.object
    }

    fn key(_rules: &Rules, event: &Event) -> u64 {
        event.object
    }

    fn spread(object: &u64) -> u64 {
        *object
    }

    fn step(
        (rules, object): (&Rules, &u64),
        state: &mut Alarms,
        given: Given<'_, Event>,
        emit: &mut Emit<'_, (u64, Change)>,
    ) {
        let mut changes = Vec::new();
        match given {
            Given::Event(event) => step(state, rules, (event.at, &event.input), &mut changes),
            Given::Timer(at) => run_timers(state, EventTime(at), &mut changes),
        }
        changes.into_iter().for_each(|change| emit.give((*object, change)));
    }

    fn alarm(state: &Alarms) -> Option<i64> {
        alarm(state).map(|at| at.0)
    }

    fn standing(_: &Rules, _: &u64, _: &Alarms, _: &mut Emit<'_, (u64, Change)>) {}

    fn late(_: &Event, _: &mut Emit<'_, (u64, Change)>) {}

    fn early(_: &Event, _: &mut Emit<'_, (u64, Change)>) {}

    fn touched(_: &Rules, (): &()) -> Touched<u64> {
        Touched::Keys(Vec::new())
    }

    fn refresh(_: &mut Rules, (): (), _: isize) {}
}

/// What a timeline has told when everything has arrived, each row with how often it stands.
fn told(
    store: &mut Store<OfObject>,
    epochs: &[Vec<(Event, isize)>],
    now: i64,
) -> BTreeMap<(u64, Change), isize> {
    let mut rows = BTreeMap::new();
    for (epoch, events) in (0..).zip(epochs) {
        let tick = Tick { epoch, now, since: i64::MIN, ends_cut: false };
        let input =
            EpochInput { tick: Some(tick), events: events.clone(), ..EpochInput::default() };
        for (row, diff) in store.apply(input).rows {
            *rows.entry(row).or_default() += diff;
        }
    }
    rows.retain(|_, count| *count != 0);
    rows
}

fn expected(events: &[Event], rules: &Rules, now: i64) -> BTreeMap<(u64, Change), isize> {
    let mut sorted = events.to_vec();
    sorted.sort_by_key(|event| (event.at, event.input.rank(), event.id));
    let mut states: BTreeMap<u64, (Alarms, Vec<Change>)> = BTreeMap::new();
    for event in &sorted {
        let (state, changes) = states.entry(event.object).or_default();
        step(state, rules, (event.at, &event.input), changes);
    }
    let mut rows = BTreeMap::new();
    for (object, (mut state, mut changes)) in states {
        run_timers(&mut state, EventTime(now - 1), &mut changes);
        changes.into_iter().for_each(|change| *rows.entry((object, change)).or_default() += 1);
    }
    rows
}

#[test]
fn a_timeline_of_alarms_is_the_fold_of_what_was_sorted() {
    let rules = Object::of_the_cases().rules;
    for seed in 0..40 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let event =
            |(id, (at, input)): (u64, (EventTime, Input))| Event { at, id, object: id % 2, input };
        let mut events: Vec<Event> = (0..).zip(history(&mut rng)).map(event).collect();
        let now = rng.choice([second_at(1_000_000_000).0, events[30].at.0]).unwrap();
        events.retain(|event| event.at.0 <= now);
        let kept = expected(&events, &rules, now);
        // A few come twice and are taken back, all in any order.
        let mut changes: Vec<(Event, isize)> = events.iter().map(|event| (*event, 1)).collect();
        for event in events.iter().take(5) {
            let wrong =
                Event { id: event.id + 1_000, input: report("loss/1", Severity::Major), ..*event };
            changes.push((wrong, 1));
        }
        rng.shuffle(&mut changes);
        let mut epochs: Vec<Vec<(Event, isize)>> = changes.chunks(7).map(<[_]>::to_vec).collect();
        let wrong = changes.iter().filter(|(event, _)| event.id >= 1_000);
        epochs.push(wrong.map(|(event, _)| (*event, -1)).collect());
        let config = Config { worker: 0, peers: 1, ahead: 600_000_000, loaded: i64::MIN };
        let mut store = Store::<OfObject>::new(config, rules.clone());
        assert_eq!(told(&mut store, &epochs, now), kept, "seed {seed}");
    }
}
