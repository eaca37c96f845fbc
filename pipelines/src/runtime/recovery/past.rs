//! What the sealed cuts decided, and how far back raw therefore has to be read.

use connectors::lake::LiveFile;
use datasets::units::EventTime;

use super::rows::number;
use crate::mediation::{HORIZON, usage_remembered_from};

/// What a sealed cut decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// The cut.
    pub cut: u64,
    /// Stream time at its end.
    pub now: EventTime,
    /// The instant behind which events were folded for good in it.
    pub since: EventTime,
    /// The wall clock at its seal, or behind that.
    pub sealed_at: EventTime,
}

/// Whether a file may have rows from `least` on.
pub(super) fn reaches(file: &LiveFile, column: &str, least: i64) -> bool {
    file.bounds(column).is_none_or(|(_, greatest)| greatest >= least)
}

/// From when on usage has to be read, so that what began at `loaded` or later is judged as it was when it arrived.
pub(super) fn usage_needed_from(loaded: i64, past: &[Past], files: &[LiveFile]) -> i64 {
    let of = |cut: i64| past.binary_search_by_key(&number(cut), |past| past.cut);
    let of = |cut| &past[of(cut).expect("rows arrived in a sealed cut")];
    let since = |file: &LiveFile| {
        let Some((first, last)) = file.bounds("arrival_cut") else { return Some(i64::MIN) };
        // What was dated further ahead has been set aside.
        let folded_up_to = of(last).sealed_at.0.saturating_add(HORIZON);
        let reaches = folded_up_to >= loaded && reaches(file, "started_at", loaded);
        reaches.then(|| of(first).since.0)
    };
    let least = files.iter().filter_map(since).min().unwrap_or(loaded);
    usage_remembered_from(least.min(loaded))
}

/// The cuts between the one in which stream time began and the last one that began before it had reached an instant.
pub(super) fn cuts_passed(past: &[Past], instant: i64) -> std::ops::Range<u64> {
    let began = past.iter().find(|past| past.now > EventTime::MIN);
    let last = past.iter().take_while(|past| past.now.0 < instant).last();
    began.map_or(u64::MAX, |past| past.cut + 1)..last.map_or(0, |past| past.cut)
}
