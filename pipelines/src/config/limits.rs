//! The numbers of `[runtime]`: those that no run could work with are refused.

use std::ops::RangeInclusive;

use super::{ConfigError, Reader, TypedRuntime};
use crate::runtime::budget::{Limits, parse_bytes};

/// What weir needs before the first record, and more than any machine has.
const BUDGETS: RangeInclusive<u64> = 16 << 20..=64 << 40;
/// From a day to ten years.
const HOT_WINDOW_DAYS: RangeInclusive<u32> = 1..=3_660;
/// As many as a large machine has cores.
const WORKERS: RangeInclusive<usize> = 1..=256;

impl Reader<'_> {
    /// Refuses numbers of workers and intervals that mean nothing.
    pub(super) fn check_runtime(&self, typed: &TypedRuntime) -> Result<(), ConfigError> {
        if !WORKERS.contains(&typed.workers) {
            let problem = format!("is {}; give at least 1, and at most 256", typed.workers);
            return Err(self.bad("runtime.workers", problem));
        }
        let intervals = [
            ("runtime.publish_interval_ms", typed.publish_interval_ms),
            ("runtime.epoch_interval_ms", typed.epoch_interval_ms),
            ("runtime.heartbeat_s", typed.heartbeat_s),
        ];
        match intervals.into_iter().find(|(_, interval)| *interval == 0) {
            Some((key, _)) => Err(self.bad(key, "is an interval of 0; give at least 1")),
            None => Ok(()),
        }
    }

    /// How much may be held, and for how long.
    pub(super) fn limits(&self, typed: &TypedRuntime) -> Result<Limits, ConfigError> {
        let (days, budget) = (typed.hot_window_days, &typed.memory_budget);
        if !HOT_WINDOW_DAYS.contains(&days) {
            let problem = format!("is {days}; give from 1 to 3660 days");
            return Err(self.bad("runtime.hot_window_days", problem));
        }
        let bad = |problem: String| self.bad("runtime.memory_budget", problem);
        let memory_budget = parse_bytes(budget).ok_or_else(|| {
            bad(format!("is \"{budget}\", which is no size such as \"12GiB\" or \"512MiB\""))
        })?;
        if !BUDGETS.contains(&memory_budget) {
            return Err(bad(format!("is \"{budget}\"; give from \"16MiB\" to \"64TiB\"")));
        }
        Ok(Limits { memory_budget, ..Limits::of_days(days) })
    }
}
