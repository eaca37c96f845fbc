//! Whether the process is ready: pure judgement over its vital signs.

use serde::Serialize;

use crate::runtime::vitals::{HeldBack, View};

/// A check that failed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// The check: recovered, sources, seal, stream_time or memory.
    pub check: &'static str,
    /// What is wrong.
    pub problem: String,
}

/// The checks of readiness that fail; none means ready.
#[must_use]
pub fn failures(view: &View) -> Vec<Failed> {
    if !view.recovered {
        let problem = "recovery has not ended, or not every source is opened".to_owned();
        return vec![Failed { check: "recovered", problem }];
    }
    let mut failed = Vec::new();
    if view.sources.is_empty() && view.leads {
        let problem = "no source is assigned to this process".to_owned();
        failed.push(Failed { check: "sources", problem });
    }
    let age = view.seal_age.filter(|age| view.leads && *age > view.patience);
    if let Some(age) = age {
        let (age, patience) = (age.as_secs(), view.patience.as_secs());
        let problem = format!("the last cut was sealed {age} s ago, and {patience} s are allowed");
        failed.push(Failed { check: "seal", problem });
    }
    failed.extend(held_back(&view.held_back));
    failed
}

/// What the run goes on in spite of.
fn held_back(held_back: &HeldBack) -> impl Iterator<Item = Failed> {
    let left_out = held_back.left_out.iter().map(|(source, partition)| Failed {
        check: "stream_time",
        problem: format!(
            "partition {partition} of \"{source}\" has not moved for ten minutes, and stream time goes on without it"
        ),
    });
    let memory = held_back.sources_wait.then(|| Failed {
        check: "memory",
        problem: "sources wait: more is held than runtime.memory_budget allows".to_owned(),
    });
    left_out.chain(memory)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::runtime::vitals::Vitals;

    #[test]
    fn each_check_fails_for_its_own_reason() {
        let view = Vitals::default().look();
        let names = |view: &View| failures(view).iter().map(|f| f.check).collect::<Vec<_>>();
        assert_eq!(names(&view), ["recovered"]);
        let ready = View {
            recovered: true,
            leads: true,
            patience: Duration::from_secs(10),
            seal_age: Some(Duration::from_secs(9)),
            sources: vec![("memory/usage.cdr/0".to_owned(), Default::default())],
            ..view
        };
        assert_eq!(names(&ready), [""; 0]);
        let left_out = vec![("memory/usage.cdr/0".to_owned(), 3)];
        let held_back = HeldBack { left_out, sources_wait: true };
        let ready = View { held_back, ..ready };
        assert_eq!(names(&ready), ["stream_time", "memory"]);
        assert!(failures(&ready)[0].problem.contains("partition 3 of \"memory/usage.cdr/0\""));
        let ready = View { held_back: HeldBack::default(), ..ready };
        let stale = View { seal_age: Some(Duration::from_secs(11)), ..ready };
        assert_eq!(names(&stale), ["seal"]);
        let deprived = View { sources: Vec::new(), ..stale };
        assert_eq!(names(&deprived), ["sources", "seal"]);
        assert_eq!(names(&View { leads: false, ..deprived }), [""; 0]);
    }
}
