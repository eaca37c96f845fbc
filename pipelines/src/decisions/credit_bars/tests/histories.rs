//! Whole histories against the plain reading of them.

use super::*;

/// One account's exposure at the end of each cut, wandering about its limit, at times without a row.
fn walk(rng: &mut Rng, cuts: usize) -> Vec<Option<i128>> {
    let mut exposure = 90;
    let mut step = || {
        exposure = (exposure + rng.i128(-30..=30)).clamp(0, 200);
        (rng.u8(..) > 20).then_some(exposure)
    };
    (0..cuts).map(|_| step()).collect()
}

/// The plain reading: an account is barred in the first cut in which it is exceeded, and let go in the first after it in
/// which it owes less than nine tenths of its limit.
fn oracle(history: &[Vec<Option<i128>>]) -> BTreeSet<(u64, String, &'static str)> {
    let mut rows = BTreeSet::new();
    for (number, exposures) in history.iter().enumerate() {
        let mut barred = false;
        for (cut, exposure) in (1..).zip(exposures) {
            let exposure = exposure.unwrap_or(0);
            let deed = match barred {
                false if exposure >= 100 => "bar",
                true if exposure < 90 => "unbar",
                _ => continue,
            };
            barred = !barred;
            rows.insert((cut, format!("a{number}"), deed));
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
    let turns = turns.filter(|turn| turn.before != turn.after);
    assessed((turns, Band::default()), |account| format!("a{}", account.spread()))
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
                episodes = Episodes::of_ledger(Band::default(), rows);
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
