//! The rules by table, and what does not flap.

mod histories;

use fastrand::Rng;

use super::*;

fn standing(exposure: i128) -> Standing {
    Standing {
        state: CreditState::of(exposure, 100),
        exposure,
        limit: 100,
        currency: Currency::EUR,
        changed_at: Some(EventTime(7)),
    }
}

fn assessment(account_id: &str, exposure: Option<i128>) -> Assessed {
    Assessed { account_id: account_id.to_owned(), standing: exposure.map(standing) }
}

/// What is decided about one account, cut by cut.
fn decided(exposures: &[Option<i128>]) -> Vec<(u64, &'static str)> {
    let mut episodes = Episodes::default();
    let mut found = Vec::new();
    for (cut, exposure) in (1..).zip(exposures) {
        let actions = episodes.decide((cut, EventTime(0)), [assessment("a", *exposure)]);
        found.extend(actions.iter().map(|action| (action.cut, action.deed.as_str())));
    }
    found
}

#[test]
fn an_episode_is_a_bar_and_its_unbar() {
    let check = |exposures: &[Option<i128>], expected: &[(u64, &str)]| {
        assert_eq!(decided(exposures), expected, "{exposures:?}");
    };
    check(&[Some(99)], &[]);
    check(&[Some(100)], &[(1, "bar")]);
    check(&[Some(100), Some(250), Some(100)], &[(1, "bar")]);
    check(&[Some(100), Some(99)], &[(1, "bar")]);
    check(&[Some(100), Some(90), Some(100), Some(89)], &[(1, "bar"), (4, "unbar")]);
    check(&[Some(100), Some(89), Some(99), Some(100)], &[(1, "bar"), (2, "unbar"), (4, "bar")]);
    check(&[Some(95), Some(90)], &[]);
    check(&[Some(100), None], &[(1, "bar"), (2, "unbar")]);
    check(&[None, Some(0), None], &[]);
    check(&[Some(100), Some(0), Some(100)], &[(1, "bar"), (2, "unbar"), (3, "bar")]);
}

#[test]
fn an_unbar_names_the_bar_and_carries_evidence() {
    let mut episodes = Episodes::default();
    let bar = episodes.decide((3, EventTime(5)), [assessment("a", Some(120))]).remove(0);
    assert_eq!((bar.evidence, bar.withdraws), (standing(120), None));
    let unbar = episodes.decide((4, EventTime(6)), [assessment("a", None)]).remove(0);
    assert_eq!(unbar.withdraws, Some(bar.action_id));
    assert_eq!((unbar.evidence.exposure, unbar.evidence.limit), (0, 100));
    assert_eq!(unbar.evidence.state, CreditState::Normal);
    assert_eq!(episodes, Episodes::default());
}

#[test]
fn ids_depend_on_what_was_decided_and_when() {
    let ids = [
        action_id((1, EventTime(1)), Deed::Bar, "a"),
        action_id((2, EventTime(1)), Deed::Bar, "a"),
        action_id((1, EventTime(2)), Deed::Bar, "a"),
        action_id((1, EventTime(1)), Deed::Unbar, "a"),
        action_id((1, EventTime(1)), Deed::Bar, "b"),
    ];
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert_eq!(ids[0], action_id((1, EventTime(1)), Deed::Bar, "a"));
}

#[test]
fn a_message_says_all_that_the_ledger_does() {
    let mut episodes = Episodes::default();
    let now = EventTime(1_793_577_600_000_000);
    let assessed = Assessed {
        account_id: "acc-1".to_owned(),
        standing: Some(Standing { changed_at: Some(now), ..standing(120_500_000_000) }),
    };
    let action = episodes.decide((3, now), [assessed]).remove(0);
    assert_eq!(
        action.message(),
        format!(
            "{{\"action_id\":\"{}\",\"policy\":\"credit_limit\",\"action\":\"bar\",\"account_id\":\"acc-1\",\
             \"cut\":3,\"decided_at\":\"2026-11-02T00:00:00Z\",\"state\":\"exceeded\",\"amount\":\"120.5\",\
             \"limit_amount\":\"0.0000001\",\"currency\":\"EUR\",\"changed_at\":\"2026-11-02T00:00:00Z\",\
             \"withdraws_action_id\":null}}",
            action.action_id
        )
    );
}

#[test]
fn a_policy_that_is_new_decides_what_stands_already() {
    let mut episodes = Episodes::default();
    episodes.decide(
        (1, EventTime(0)),
        ["gone", "stays", "sinks", "falls"].map(|a| assessment(a, Some(100))),
    );
    let rows = [("falls", 89), ("sinks", 99), ("stays", 100), ("rose", 100)];
    let standings: BTreeMap<String, Standing> = rows
        .iter()
        .map(|(account, exposure)| ((*account).to_owned(), standing(*exposure)))
        .collect();
    let actions = episodes.decide((2, EventTime(0)), episodes.undecided(&standings));
    let found: Vec<_> =
        actions.iter().map(|action| (&*action.account_id, action.deed.as_str())).collect();
    assert_eq!(found, [("falls", "unbar"), ("gone", "unbar"), ("rose", "bar")]);
    assert_eq!(episodes.undecided(&standings), []);
}

/// What wanders about the limit and stays above the band's beginning bars once, however often it crosses the limit.
#[test]
fn an_exposure_about_the_limit_does_not_flap() {
    for seed in 0..64 {
        let mut rng = Rng::with_seed(seed);
        let percent = rng.u8(1..=99);
        let floor = i128::from(percent);
        let history: Vec<_> =
            std::iter::once(100).chain((0..40).map(|_| rng.i128(floor..=120))).collect();
        let band = Band::from_percent(percent).unwrap();
        let mut episodes = Episodes { band, ..Episodes::default() };
        let mut decide = |cut, exposure: i128| {
            let decided = episodes.decide((cut, EventTime(0)), [assessment("a", Some(exposure))]);
            decided.into_iter().map(|action| action.deed).collect::<Vec<_>>()
        };
        let found: Vec<_> =
            (1..).zip(&history).flat_map(|(cut, exposure)| decide(cut, *exposure)).collect();
        assert_eq!(found, [Deed::Bar], "seed {seed}: {history:?}");
        assert_eq!(decide(99, floor - 1), [Deed::Unbar], "seed {seed}");
    }
}

/// A start with a narrower band lets go who stands in the part that it no longer has.
#[test]
fn another_band_holds_from_the_next_start_on() {
    let mut episodes = Episodes::default();
    let mut ledger = episodes.decide((1, EventTime(0)), [assessment("a", Some(100))]);
    let standings = BTreeMap::from([("a".to_owned(), standing(95))]);
    for (cut, percent, expected) in [(2, 95, 0), (3, 96, 1)] {
        let band = Band::from_percent(percent).unwrap();
        let mut episodes = Episodes::of_ledger(band, ledger.clone());
        let decided = episodes.decide((cut, EventTime(0)), episodes.undecided(&standings));
        assert_eq!(decided.len(), expected, "{percent}");
        ledger.extend(decided);
    }
}
