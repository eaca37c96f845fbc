//! Muting by the cases of `assurance.md` §§6 and 7 (I, P).

use datasets::assurance::muting::{Inhibition, Labels, Matcher, Operator, Silence};
use datasets::units::EventTime;

use super::holding::{Holding, Phase};
use super::inhibition::{is_muted, is_silenced, muted_by};

/// `s1=1,t1=2,e=1`.
fn labels(text: &str) -> Labels {
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    Labels(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn matchers(text: &str) -> Vec<Matcher> {
    let pairs = labels(text).0.into_iter();
    pairs.map(|(label, value)| Matcher { label, operator: Operator::Is, value }).collect()
}

fn rule(source: &str, target: &str, equal: &[&str]) -> Inhibition {
    Inhibition {
        rule_id: source.to_owned(),
        source: matchers(source),
        target: matchers(target),
        equal: equal.iter().map(|label| (*label).to_owned()).collect(),
    }
}

#[test]
fn inhibition() {
    let rules = [rule("s1=1", "t1=1", &["e"]), rule("s2=1", "t2=1", &["e"])];
    let active = [labels("s1=1,t1=2,e=1"), labels("s2=1,t2=1,e=1")];
    let check = |id: &str, target: &str, expected: bool| {
        assert_eq!(is_muted(&rules, &active, &labels(target)), expected, "{id}: {target}");
    };
    check("I01", "t1=1,e=1", true);
    check("I02", "t2=1,e=1", true);
    check("I03", "t1=1,t3=1,e=1", true);
    check("I04", "t1=1,t2=1,e=1", true);
    check("I05", "t1=0,e=1", false);
    check("I06", "s1=1,t1=1,e=1", true);
    check("I07", "s2=1,t2=1,e=1", false);
    check("I08", "t1=1,e=0", false);
    check("I08: no label at all", "t1=1", false);

    let rules = [rule("s=1", "t=1", &[])];
    let (source, target) = (labels("s=1"), labels("t=1"));
    assert!(!is_muted(&rules, std::slice::from_ref(&target), &target), "I17");
    let both = [source.clone(), target.clone()];
    assert!(is_muted(&rules, &both, &target) && !is_muted(&rules, &both, &source), "I18");
    assert!(
        !is_muted(&rules, std::slice::from_ref(&target), &target),
        "I19: resolved, so not active"
    );
}

#[test]
fn labels_that_are_missing_are_equal() {
    let rule = rule("s=1", "t=1", &["e", "f"]);
    let source = labels("s=1,e=1");
    assert_eq!(muted_by(&rule, [&source], &labels("t=1,e=1")), Some(&source));
    assert_eq!(muted_by(&rule, [&source], &labels("t=1,e=1,f=1")), None);
}

/// Two alerts never mute each other, and none mutes itself, by one rule.
#[test]
fn no_rule_mutes_in_a_circle() {
    for seed in 0..300 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut random = || {
            let names = ["a", "b", "c"].into_iter().filter(|_| rng.bool()).collect::<Vec<_>>();
            labels(&names.iter().map(|name| format!("{name}=1,")).collect::<String>())
        };
        let sides = ["a=1", "b=1", "c=1"];
        let (one, two) = (random(), random());
        for source in sides {
            for target in sides {
                let rule = rule(source, target, &[]);
                let mutes = |source, alert| muted_by(&rule, [source], alert).is_some();
                assert!(!(mutes(&one, &two) && mutes(&two, &one)), "{one:?} {two:?}");
                assert!(!mutes(&one, &one), "{one:?}");
            }
        }
    }
}

#[test]
fn silences_mute_what_matches() {
    let silence = Silence {
        silence_id: "works".to_owned(),
        matchers: matchers("site=7,kind=link"),
        comment: String::new(),
    };
    assert!(is_silenced([&silence], &labels("site=7,kind=link,port=1")));
    assert!(!is_silenced([&silence], &labels("site=7")));
    assert!(!is_silenced([], &labels("site=7,kind=link")));
}

#[test]
fn conditions_must_hold_for_a_while() {
    let minute = |minute: i64| EventTime(0).plus_seconds(60 * minute);
    let five = 300_000_000;
    let phase = |down_from: i64, at: i64| {
        let mut holding = Holding::default();
        (0..=at).for_each(|now| holding.step(minute(now), now >= down_from, five));
        holding.phase(minute(at))
    };
    assert_eq!(phase(0, 10), Phase::Firing, "P01: prometheus");
    assert_eq!(phase(7, 10), Phase::Pending, "P01: node_exporter");
    assert_eq!(
        [phase(5, 10), phase(6, 10), phase(11, 10)],
        [Phase::Firing, Phase::Pending, Phase::Inactive]
    );

    let mut holding = Holding::default();
    holding.step(minute(0), true, five);
    assert!(!holding.fire(minute(4)));
    holding.step(minute(4), false, five);
    assert_eq!(holding.alarm(), None, "a break begins it anew");
    holding.step(minute(5), true, five);
    holding.step(minute(6), true, five);
    assert_eq!(holding.alarm(), Some(minute(10)));
    assert!(holding.fire(minute(10)) && !holding.fire(minute(11)));
    assert_eq!(holding.phase(minute(10)), Phase::Firing);
}
