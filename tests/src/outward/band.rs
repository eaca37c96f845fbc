//! The band under the limit in which a barred account stays barred: from nine tenths of the limit on.

use std::collections::{BTreeMap, BTreeSet};

use datasets::units::Money;

use super::ActionRow;

/// Whether an account owes so little of its limit that it is not barred.
fn is_clear([state, amount, limit, ..]: &[String; 5]) -> bool {
    let nano = |text: &str| text.parse::<Money>().expect("a column of amounts").0;
    let (amount, limit) = (nano(amount), nano(limit));
    state != "exceeded" && (amount <= 0 || amount * 10 < limit * 9)
}

/// What a cut has decided carries its number, and the evidence that it publishes beside.
pub(super) fn check_new(decided: &[ActionRow], cut: u64, credit: &BTreeMap<String, [String; 5]>) {
    for row in decided {
        assert_eq!(row.cut, cut, "{row:?}");
        check_decided(row);
        match credit.get(&row.account_id) {
            Some(evidence) => assert_eq!(row.evidence, *evidence, "{row:?}"),
            None => assert_eq!((&*row.action, &*row.evidence[0]), ("unbar", "normal"), "{row:?}"),
        }
    }
}

/// A bar is for who is exceeded, an unbar for who is clear.
fn check_decided(row: &ActionRow) {
    let right = match &*row.action {
        "bar" => row.evidence[0] == "exceeded",
        _ => is_clear(&row.evidence),
    };
    assert!(right, "{row:?}");
}

/// Everybody who is exceeded is barred, and nobody who is clear.
pub(super) fn check_open(open: &BTreeSet<&str>, credit: &BTreeMap<String, [String; 5]>, cut: u64) {
    for (account, row) in credit.iter().filter(|(_, row)| row[0] == "exceeded") {
        assert!(open.contains(&**account), "cut {cut}: \"{account}\" is not barred: {row:?}");
    }
    for account in open {
        let row = credit.get(*account);
        assert!(
            row.is_some_and(|row| !is_clear(row)),
            "cut {cut}: \"{account}\" is barred: {row:?}"
        );
    }
}
