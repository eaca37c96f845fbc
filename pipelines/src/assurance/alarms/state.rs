//! What the fold of an object remembers: its alarms, in the order of their kinds.

use datasets::assurance::Severity;
use datasets::units::EventTime;
use serde::{Deserialize, Serialize};

use super::alarm::{Alarm, Role};
use super::report::Kind;

/// The alarms of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alarms {
    alarms: Vec<Alarm>,
}

impl Alarms {
    /// All of them, cleared ones that are still kept too.
    pub fn all(&self) -> impl Iterator<Item = &Alarm> {
        self.alarms.iter()
    }

    /// Those that say that something is wrong.
    pub fn active(&self) -> impl Iterator<Item = &Alarm> {
        self.alarms.iter().filter(|alarm| alarm.is_active())
    }

    /// The worst of them.
    #[must_use]
    pub fn worst(&self) -> Severity {
        self.active().map(Alarm::perceived).max().unwrap_or_default()
    }

    /// When the next of them changes by itself.
    #[must_use]
    pub fn due(&self) -> Option<EventTime> {
        let dates =
            |alarm: &Alarm| [alarm.forgotten_at, alarm.steady_at].into_iter().flatten().min();
        self.alarms.iter().filter_map(dates).min()
    }

    /// The alarm of a kind, made where there is none.
    pub(super) fn entry(&mut self, kind: Kind, role: Role, at: EventTime) -> &mut Alarm {
        let place = self.alarms.binary_search_by(|alarm| alarm.kind.cmp(&kind));
        let place = place.unwrap_or_else(|place| {
            self.alarms.insert(place, Alarm::blank(kind, role, at));
            place
        });
        &mut self.alarms[place]
    }

    /// The alarms of the kinds that one names.
    pub(super) fn covered_by(&mut self, kind: Kind) -> impl Iterator<Item = &mut Alarm> {
        self.alarms.iter_mut().filter(move |alarm| kind.covers(&alarm.kind))
    }

    /// Every alarm, to be changed.
    pub(super) fn each(&mut self) -> impl Iterator<Item = &mut Alarm> {
        self.alarms.iter_mut()
    }

    /// Takes out what is to be forgotten at an instant or before.
    pub(super) fn take_forgotten(&mut self, at: EventTime) -> Vec<Alarm> {
        let is_over = |alarm: &mut Alarm| alarm.forgotten_at.is_some_and(|over| over <= at);
        self.alarms.extract_if(.., is_over).collect()
    }
}
