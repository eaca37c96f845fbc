//! Service impact by the cases of `assurance.md` §9 (M) and by laws.

mod laws;

use std::collections::BTreeMap;

use datasets::assurance::Severity::{
    self, Cleared, Critical, Indeterminate, Major, Minor, Warning,
};
use datasets::assurance::service::{Map, Part, Reduce, Service};
use datasets::units::Fraction;

use super::graph::{Graph, Severities, state_changes};
use super::reduce::{Weighed, mapped, reduced};

/// `+db` is a service, anything else a resource.
fn part(name: &str) -> Part {
    let service = name.strip_prefix('+').map(str::to_owned);
    let resource = service.is_none().then(|| name.to_owned());
    Part { service, resource, weight: 1, map: Map::Identity }
}

fn service(name: &str, reduce: Reduce, parts: &[&str]) -> Service {
    let parts = parts.iter().map(|name| part(name)).collect();
    Service { service_id: name.to_owned(), reduce, parts }
}

/// A graph, the alarms that are active, and how many services have changed so far.
struct Network {
    graph: Graph,
    resources: BTreeMap<String, Severity>,
    severities: Severities,
    changes: usize,
}

impl Network {
    fn of(services: impl IntoIterator<Item = Service>) -> Self {
        let graph = Graph::of(services).unwrap();
        let resources = BTreeMap::new();
        let severities = graph.severities(&resources);
        Self { graph, resources, severities, changes: 0 }
    }

    fn set(&mut self, resource: &str, severity: Severity) {
        self.resources.insert(resource.to_owned(), severity);
        let after = self.graph.severities(&self.resources);
        self.changes += state_changes(&self.severities, &after).len();
        self.severities = after;
    }

    fn get(&self, service: &str) -> Severity {
        self.severities[service]
    }
}

#[test]
fn the_highest_goes_up() {
    let mut network = Network::of([
        service("Parent", Reduce::Highest, &["+Child1", "+Child2"]),
        service("Child1", Reduce::Highest, &["svc1", "key1"]),
        service("Child2", Reduce::Highest, &["svc2"]),
    ]);
    let all = |network: &Network| ["Child1", "Child2", "Parent"].map(|name| network.get(name));
    assert_eq!(all(&network), [Cleared; 3]);
    network.set("svc1", Minor);
    assert_eq!((all(&network), network.changes), ([Minor, Cleared, Minor], 2), "M01");
    network.set("svc2", Major);
    assert_eq!((all(&network), network.changes), ([Minor, Major, Major], 4), "M02");
    network.set("key1", Critical);
    assert_eq!((all(&network), network.changes), ([Critical, Major, Critical], 6), "M03");
    assert_eq!(network.resources["svc1"], Minor, "M03");
    network.set("key1", Cleared);
    assert_eq!((all(&network), network.changes), ([Minor, Major, Major], 8), "and down again");
}

fn weighed(parts: &[(Severity, u32)]) -> Vec<Weighed> {
    parts
        .iter()
        .map(|(severity, weight)| Weighed { severity: *severity, weight: *weight })
        .collect()
}

#[test]
fn shares_of_weight() {
    let check = |id: &str, share: &str, parts: &[(Severity, u32)], expected| {
        let share = share.parse().unwrap();
        assert_eq!(reduced(Reduce::Threshold(share), &weighed(parts)), expected, "{id}");
    };
    let three = [(Major, 2), (Critical, 2), (Warning, 1)];
    check("M04", "0.75", &three, Major);
    check("M05", "1", &three, Warning);
    check("M06", "1", &[(Critical, 1), (Minor, 1)], Minor);
    check("at the share", "0.8", &three, Major);
    check("above it", "0.81", &three, Warning);
    check("the worst", "0.4", &three, Critical);
    check("one is well", "1", &[(Critical, 9), (Cleared, 1)], Cleared);
    check("no parts", "0.5", &[], Cleared);
    check("nobody knows", "1", &[(Indeterminate, 1), (Critical, 1)], Indeterminate);
}

#[test]
fn powers_of_a_base() {
    let check = |id: &str, base: &str, parts: &[(Severity, u32)], expected| {
        let base = base.parse().unwrap();
        assert_eq!(reduced(Reduce::Exponential(base), &weighed(parts)), expected, "{id}");
    };
    for (count, expected) in
        [(1, Warning), (2, Minor), (3, Minor), (4, Major), (7, Major), (8, Critical)]
    {
        check(&format!("M08: {count}"), "2", &vec![(Warning, 1); count], expected);
        check("M08: as one weight", "2", &[(Warning, u32::try_from(count).unwrap())], expected);
    }
    check("mixed", "2", &[(Minor, 1), (Warning, 1), (Warning, 1)], Major);
    check("above the worst", "2", &[(Critical, 3)], Critical);
    check("base three", "3", &[(Warning, 1), (Warning, 1)], Warning);
    check("base three halves", "1.5", &[(Warning, 1), (Warning, 1)], Minor);
    check("well", "2", &[(Cleared, 5), (Indeterminate, 5)], Cleared);
    check("no parts", "2", &[], Cleared);
    check("too large to add", "1e38", &[(Critical, 9), (Critical, 9)], Critical);
}

#[test]
fn edges_map_severities() {
    let check = |map, expected: [Option<Severity>; 6]| {
        assert_eq!(Severity::ALL.map(|severity| mapped(map, severity)), expected, "{map:?}");
    };
    check(Map::Identity, Severity::ALL.map(Some));
    check(Map::Ignore, [None; 6]);
    let increased = [Indeterminate, Cleared, Minor, Major, Critical, Critical];
    check(Map::Increase, increased.map(Some));
    check(Map::Decrease, [Indeterminate, Cleared, Cleared, Warning, Minor, Major].map(Some));
    check(Map::SetTo(Major), [Indeterminate, Cleared, Major, Major, Major, Major].map(Some));
}

#[test]
fn two_paths_fail_when_both_do() {
    let one = Fraction::ONE;
    for reduce in [Reduce::Needs(1), Reduce::Threshold(one)] {
        let mut network = Network::of([service("line", reduce, &["path1", "path2"])]);
        network.set("path1", Critical);
        assert_eq!((network.get("line"), network.changes), (Cleared, 0));
        network.set("path2", Major);
        assert_eq!((network.get("line"), network.changes), (Major, 1));
        network.set("path1", Cleared);
        assert_eq!((network.get("line"), network.changes), (Cleared, 2));
    }
    let servers = |states: &[Severity]| {
        let parts: Vec<(Severity, u32)> = states.iter().map(|state| (*state, 1)).collect();
        reduced(Reduce::Needs(2), &weighed(&parts))
    };
    assert_eq!(servers(&[Critical, Cleared, Cleared]), Cleared);
    assert_eq!(servers(&[Critical, Cleared, Minor]), Minor);
    assert_eq!(servers(&[Critical, Cleared]), Critical);
    assert_eq!(servers(&[Cleared]), Cleared, "fewer parts than are needed: as bad as the worst");
}

#[test]
fn circles_are_named() {
    let services = [
        service("a", Reduce::Highest, &["+b"]),
        service("b", Reduce::Highest, &["+c"]),
        service("c", Reduce::Highest, &["+a"]),
        service("d", Reduce::Highest, &["x"]),
    ];
    assert_eq!(Graph::of(services).unwrap_err(), ["a", "b", "c"]);
    let graph = Graph::of([service("a", Reduce::Highest, &["+nowhere", "x"])]).unwrap();
    assert_eq!(graph.severities(&BTreeMap::new())["a"], Cleared);
    assert!(graph.touched_by("x").contains("a") && graph.touched_by("y").is_empty());
}
