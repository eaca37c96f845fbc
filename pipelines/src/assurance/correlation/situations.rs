//! Situations: alarms that hang together through neighbours.

use std::collections::BTreeMap;

use datasets::assurance::correlation::CorrelationRule;
use datasets::units::{EventTime, MICROS_PER_SECOND};
use serde::{Deserialize, Serialize};

use super::topology::Topology;

/// An active alarm, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Member {
    /// When it was raised.
    pub raised_at: EventTime,
    /// Its id; unique.
    pub alarm: u64,
    /// The object that it is on.
    pub object: u64,
}

/// Alarms that belong together, the earliest first; it names the situation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Situation {
    /// The alarms.
    pub members: Vec<Member>,
}

impl Situation {
    /// The alarm that came first, which names the situation.
    #[must_use]
    pub fn name(&self) -> u64 {
        self.members.first().map_or(0, |member| member.alarm)
    }
}

/// The situations among active alarms, in the order of when they began.
#[must_use]
pub fn situations(
    rule: &CorrelationRule,
    topology: &Topology,
    alarms: &[Member],
) -> Vec<Situation> {
    let mut alarms = alarms.to_vec();
    alarms.sort_unstable();
    alarms.dedup();
    let mut by_object: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (place, member) in alarms.iter().enumerate() {
        by_object.entry(member.object).or_default().push(place);
    }
    let mut groups = Groups::of(alarms.len());
    for (object, places) in &by_object {
        let near = topology.within(*object, rule.distance);
        let others = near.keys().filter_map(|near| by_object.get(near));
        for others in others {
            join_in_time(rule, &alarms, (places, others), &mut groups);
        }
    }
    let mut situations: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
    for (place, member) in alarms.iter().enumerate() {
        situations.entry(groups.first(place)).or_default().push(*member);
    }
    let least = usize::try_from(rule.least).unwrap_or(usize::MAX);
    let situations = situations.into_values().filter(|members| members.len() >= least);
    situations.map(|members| Situation { members }).collect()
}

/// Joins the alarms of two objects that are near in time; both lists are in the order of time.
///
/// The last one before and the first one from then on are enough: what lies between two neighbours is near to both, and
/// hangs together on its own object.
fn join_in_time(
    rule: &CorrelationRule,
    alarms: &[Member],
    (ours, theirs): (&[usize], &[usize]),
    groups: &mut Groups,
) {
    let within = i64::from(rule.within_s).saturating_mul(MICROS_PER_SECOND).unsigned_abs();
    let raised_at = |place: usize| alarms[place].raised_at.0;
    for place in ours {
        let next = theirs.partition_point(|other| raised_at(*other) < raised_at(*place));
        let neighbours = [next.checked_sub(1), Some(next)].into_iter().flatten();
        for other in neighbours.filter_map(|neighbour| theirs.get(neighbour)) {
            if raised_at(*other).abs_diff(raised_at(*place)) <= within {
                groups.join(*place, *other);
            }
        }
    }
}

/// Which places belong together, each group named by its first place.
struct Groups {
    before: Vec<usize>,
}

impl Groups {
    fn of(count: usize) -> Self {
        Self { before: (0..count).collect() }
    }

    fn first(&mut self, mut place: usize) -> usize {
        while self.before[place] != place {
            self.before[place] = self.before[self.before[place]];
            place = self.before[place];
        }
        place
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.before[one.max(other)] = one.min(other);
    }
}
