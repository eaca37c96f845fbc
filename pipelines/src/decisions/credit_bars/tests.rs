//! The rules by table, and whole histories against the plain reading of them.

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
    check(&[Some(100), Some(99)], &[(1, "bar"), (2, "unbar")]);
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
    episodes
        .decide((1, EventTime(0)), ["gone", "stays", "falls"].map(|a| assessment(a, Some(100))));
    let rows = [("falls", 99), ("stays", 100), ("rose", 100)];
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

/// One account's exposure at the end of each cut, wandering about its limit, at times without a row.
fn walk(rng: &mut Rng, cuts: usize) -> Vec<Option<i128>> {
    let mut exposure = 90;
    let mut step = || {
        exposure = (exposure + rng.i128(-30..=30)).clamp(0, 200);
        (rng.u8(..) > 20).then_some(exposure)
    };
    (0..cuts).map(|_| step()).collect()
}

/// The plain reading: an account is barred in the first cut in which it is exceeded, and let go in the first in which it
/// no longer is.
fn oracle(history: &[Vec<Option<i128>>]) -> BTreeSet<(u64, String, &'static str)> {
    let mut rows = BTreeSet::new();
    for (number, exposures) in history.iter().enumerate() {
        let exceeded = |place: usize| exposures[place].is_some_and(|exposure| exposure >= 100);
        for place in 0..exposures.len() {
            let before = place > 0 && exceeded(place - 1);
            let cut = u64::try_from(place).unwrap() + 1;
            match (before, exceeded(place)) {
                (false, true) => rows.insert((cut, format!("a{number}"), "bar")),
                (true, false) => rows.insert((cut, format!("a{number}"), "unbar")),
                _ => false,
            };
        }
    }
    rows
}

/// The turns between two cuts, as `bill.credit` would show them.
fn turned(history: &[Vec<Option<i128>>], place: usize) -> Vec<Assessed> {
    let turn = |(number, exposures): (usize, &Vec<Option<i128>>)| Turn {
        account: Id128::of_spread(u64::try_from(number).unwrap()),
        before: (place > 0).then(|| exposures[place - 1]).flatten().map(standing),
        after: exposures[place].map(standing),
    };
    let turns = history.iter().enumerate().map(turn);
    assessed(turns.filter(|turn| turn.before != turn.after), |account| {
        format!("a{}", account.spread())
    })
}

#[test]
fn histories_are_decided_once_however_often_weir_restarts() {
    for seed in 0..64 {
        let mut rng = Rng::with_seed(seed);
        let history: Vec<_> = (0..rng.usize(1..12)).map(|_| walk(&mut rng, 40)).collect();
        let mut episodes = Episodes::default();
        let mut ledger: Vec<CreditAction> = Vec::new();
        for place in 0..40 {
            if rng.u8(..) < 60 {
                // A restart knows the ledger and nothing else, and its rows in no order.
                let mut rows = ledger.clone();
                rng.shuffle(&mut rows);
                episodes = Episodes::of_ledger(rows);
            }
            let cut = u64::try_from(place).unwrap() + 1;
            let decided = episodes.decide((cut, EventTime(0)), turned(&history, place));
            for action in &decided {
                let exposure = history[number_of(&action.account_id)][place];
                assert_eq!(action.evidence.exposure, exposure.unwrap_or(0), "seed {seed}");
            }
            ledger.extend(decided);
        }
        let row =
            |action: &CreditAction| (action.cut, action.account_id.clone(), action.deed.as_str());
        let found: BTreeSet<_> = ledger.iter().map(row).collect();
        assert_eq!(found.len(), ledger.len(), "seed {seed}: nothing is decided twice");
        assert_eq!(found, oracle(&history), "seed {seed}");
        check_pairs(&ledger);
    }
}

fn number_of(account_id: &str) -> usize {
    account_id[1..].parse().unwrap()
}

/// Each unbar withdraws the bar before it of its own account, and no two share one.
fn check_pairs(ledger: &[CreditAction]) {
    let mut open: BTreeMap<&str, Id128> = BTreeMap::new();
    for action in ledger {
        match action.deed {
            Deed::Bar => assert_eq!(open.insert(&action.account_id, action.action_id), None),
            Deed::Unbar => assert_eq!(open.remove(&*action.account_id), action.withdraws),
        }
    }
}
