//! Situations by the cases of `assurance.md` §10 (N) and by a slower program.

use std::collections::BTreeSet;

use datasets::assurance::correlation::CorrelationRule;
use datasets::ids::id64;
use datasets::units::EventTime;

use super::situations::{Member, situations};
use super::topology::Topology;

fn alarm(alarm: u64, object: &str, second: i64) -> Member {
    Member { raised_at: EventTime(0).plus_seconds(second), alarm, object: id64(object) }
}

/// Two devices with cards and ports; a card is 25 from each of its ports, and 60 from its device.
fn network() -> Topology {
    let edge = |text: &str| {
        let words: Vec<&str> = text.split(' ').collect();
        (id64(words[0]), id64(words[1]), words[2].parse().unwrap())
    };
    Topology::of(
        [
            "card1 port1 25",
            "card1 port2 25",
            "card2 port3 25",
            "device card1 60",
            "device card2 60",
            "device other 900",
            "port1 interface1 10",
        ]
        .map(edge),
    )
}

/// The alarms of each situation by their numbers.
fn found(alarms: &[Member]) -> Vec<Vec<u64>> {
    let situations = situations(&CorrelationRule::usual(), &network(), alarms);
    let numbers = |members: &[Member]| members.iter().map(|member| member.alarm).collect();
    situations.iter().map(|situation| numbers(&situation.members)).collect()
}

#[test]
fn alarms_belong_together() {
    let five: Vec<Member> = (1..=5).map(|number| alarm(number, "device", 7)).collect();
    assert_eq!(found(&five), [vec![1, 2, 3, 4, 5]], "N01");
    let ports = [alarm(1, "port1", 0), alarm(2, "port2", 30)];
    assert_eq!(found(&ports), [vec![1, 2]], "N02");
    let flap = [alarm(1, "port1", 0), alarm(2, "interface1", 4), alarm(3, "port1", 9)];
    assert_eq!(found(&flap), [vec![1, 2, 3]], "N03: service poll, syslog and trap");
}

#[test]
fn what_is_far_in_time_or_space_does_not() {
    let none: [Vec<u64>; 0] = [];
    assert_eq!(found(&[alarm(1, "port1", 0), alarm(2, "port2", 121)]), none);
    assert_eq!(found(&[alarm(1, "port1", 0), alarm(2, "port2", 120)]), [vec![1, 2]]);
    assert_eq!(found(&[alarm(1, "port1", 0), alarm(2, "port3", 0)]), none, "170 is too far");
    assert_eq!(found(&[alarm(1, "device", 0), alarm(2, "port3", 0)]), [vec![1, 2]], "85 is not");
    assert_eq!(found(&[alarm(1, "device", 0), alarm(2, "other", 0)]), none);
    assert_eq!(found(&[alarm(1, "nowhere", 0), alarm(2, "nowhere", 1)]), [vec![1, 2]]);
    let bridged = [alarm(1, "port1", 0), alarm(2, "port3", 0), alarm(3, "device", 60)];
    assert_eq!(found(&bridged), [vec![1, 2, 3]], "a third one between them joins them");
    let in_turn = [alarm(1, "port1", 0), alarm(2, "port1", 100), alarm(3, "port1", 200)];
    assert_eq!(found(&in_turn), [vec![1, 2, 3]]);
}

/// Asks every pair, and goes from neighbour to neighbour.
fn slowly(
    rule: &CorrelationRule,
    topology: &Topology,
    alarms: &[Member],
) -> BTreeSet<BTreeSet<Member>> {
    let is_near = |one: &Member, other: &Member| {
        let seconds = one.raised_at.0.abs_diff(other.raised_at.0) / 1_000_000;
        seconds <= u64::from(rule.within_s)
            && topology.within(one.object, rule.distance).contains_key(&other.object)
    };
    let mut open: BTreeSet<Member> = alarms.iter().copied().collect();
    let mut groups = BTreeSet::new();
    while let Some(first) = open.pop_first() {
        let (mut group, mut edge) = (BTreeSet::from([first]), vec![first]);
        while let Some(member) = edge.pop() {
            let near: Vec<Member> =
                open.iter().copied().filter(|other| is_near(&member, other)).collect();
            open.retain(|other| !near.contains(other));
            group.extend(near.iter().copied());
            edge.extend(near);
        }
        if group.len() >= 2 {
            groups.insert(group);
        }
    }
    groups
}

#[test]
fn any_order_gives_what_every_pair_gives() {
    for seed in 0..200 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let edges: Vec<(u64, u64, u64)> =
            (0..20).map(|_| (rng.u64(0..15), rng.u64(0..15), rng.u64(1..120))).collect();
        let seconds = rng.choice([200, 800, 2_000, 5_000]).unwrap();
        let mut alarms: Vec<Member> = (0..25)
            .map(|alarm| Member {
                raised_at: EventTime(0).plus_seconds(rng.i64(0..seconds)),
                alarm,
                object: rng.u64(0..15),
            })
            .collect();
        let rule = CorrelationRule::usual();
        let expected = slowly(&rule, &Topology::of(edges.clone()), &alarms);
        let mut reversed: Vec<_> =
            edges.iter().map(|(one, other, way)| (*other, *one, *way)).collect();
        rng.shuffle(&mut reversed);
        let first = situations(&rule, &Topology::of(edges), &alarms);
        rng.shuffle(&mut alarms);
        let second = situations(&rule, &Topology::of(reversed), &alarms);
        assert_eq!(first, second, "seed {seed}");
        let found = first.iter().map(|situation| situation.members.iter().copied().collect());
        assert_eq!(found.collect::<BTreeSet<BTreeSet<Member>>>(), expected, "seed {seed}");
        assert!(first.iter().all(|situation| situation.name() == situation.members[0].alarm));
    }
}
