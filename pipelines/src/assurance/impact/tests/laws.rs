//! Random services over random resources.

use super::super::graph::StateChange;
use super::*;

/// Worse alarms never make a service better, order does not matter, and only what is above a resource changes with it.
#[test]
fn severities_only_go_up_with_those_below() {
    for seed in 0..200 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let reduces = [
            Reduce::Highest,
            Reduce::Needs(1),
            Reduce::Threshold(Fraction::of(2, 3).unwrap()),
            Reduce::Exponential(Fraction::whole(2)),
        ];
        let mut services: Vec<Service> = (0..12)
            .map(|number: u32| {
                let below =
                    (0..number).filter(|_| rng.u8(0..3) == 0).map(|below| format!("+s{below}"));
                let mut parts: Vec<String> = below.collect();
                parts.extend([format!("r{}", rng.u32(0..5)), format!("r{}", rng.u32(0..5))]);
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                service(&format!("s{number}"), rng.choice(reduces).unwrap(), &parts)
            })
            .collect();
        let mut network = Network::of(services.clone());
        rng.shuffle(&mut services);
        let shuffled = Graph::of(services).unwrap();
        for _ in 0..20 {
            let resource = format!("r{}", rng.u32(0..5));
            let before = network.severities.clone();
            let was = network.resources.get(&resource).copied().unwrap_or_default();
            let severity = rng.choice(&Severity::ALL[1..]).copied().unwrap();
            network.set(&resource, severity);
            assert_eq!(shuffled.severities(&network.resources), network.severities, "seed {seed}");
            let changes = state_changes(&before, &network.severities);
            let touched = network.graph.touched_by(&resource);
            assert!(changes.iter().all(|change| touched.contains(change.service.as_str())));
            let goes = |change: &StateChange| change.after.cmp(&change.before);
            assert!(changes.iter().all(|change| goes(change) == severity.cmp(&was)), "seed {seed}");
        }
    }
}
