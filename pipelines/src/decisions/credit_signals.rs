//! Which accounts are near their limit, told to whoever listens?
//!
//! A compacted topic: the key is the account, the value its state, and a tombstone says that it is normal again. The
//! exposure is not part of it, as it would change with every record.

use connectors::kafka::sink::signal::Signals;
use datasets::ids::AccountId;
use datasets::units::{AsDecimal, Currency, EventTime, Money};
use serde::Serialize;

use super::standing::{Standing, Turn};
use crate::charging::fold::CreditState;

/// A signal by its key: the account, and what is told of it as JSON, or nothing more.
pub type SignalChange = (String, Option<String>);

/// What a signal says.
#[derive(Debug, Serialize)]
struct CreditSignal<'a> {
    account_id: &'a str,
    state: &'static str,
    limit_amount: AsDecimal,
    currency: Currency,
    changed_at: Option<String>,
}

/// Whether there is anything to tell of an account that stands so.
#[must_use]
pub fn is_told(standing: &Standing) -> bool {
    standing.state != CreditState::Normal
}

/// The signal of an account that stands so; none while it is normal.
///
/// Equal standings have equal signals, byte for byte.
#[must_use]
pub fn signal(account_id: &str, standing: &Standing) -> Option<String> {
    let Standing { state, limit, currency, changed_at, .. } = *standing;
    let limit_amount = AsDecimal(Money(limit));
    let changed_at = changed_at.map(|at: EventTime| at.to_string());
    let signal =
        CreditSignal { account_id, state: state.as_str(), limit_amount, currency, changed_at };
    let json = || serde_json::to_string(&signal).expect("plain structs become JSON");
    is_told(standing).then(json)
}

/// The signals that turns change; a turn of the exposure alone changes none.
pub fn changes(
    turns: impl Iterator<Item = Turn>,
    name: impl Fn(AccountId) -> String,
) -> Vec<SignalChange> {
    let told = |standing: Option<Standing>| {
        standing.filter(is_told).map(|standing| Standing { exposure: 0, ..standing })
    };
    let different = turns.filter(|turn| told(turn.before) != told(turn.after));
    let change = |turn: Turn| {
        let account_id = name(turn.account);
        let json = turn.after.and_then(|standing| signal(&account_id, &standing));
        (account_id, json)
    };
    different.map(change).collect()
}

/// Brings signals up to date.
pub fn apply(signals: &mut Signals, changes: impl IntoIterator<Item = SignalChange>) {
    for (key, json) in changes {
        match json {
            Some(json) => signals.insert(key, json),
            None => signals.remove(&key),
        };
    }
}

#[cfg(test)]
mod tests {
    use datasets::ids::account_id;

    use super::*;

    const NORMAL: CreditState = CreditState::Normal;
    const WARNING: CreditState = CreditState::Warning;

    fn standing(state: CreditState, exposure: i128, limit: i128) -> Standing {
        let changed_at = Some(EventTime(1_793_577_600_000_000));
        Standing { state, exposure, limit, currency: Currency::EUR, changed_at }
    }

    fn told(before: Option<Standing>, after: Option<Standing>) -> Vec<SignalChange> {
        let turn = Turn { account: account_id("a"), before, after };
        changes(std::iter::once(turn), |_| "a".to_owned())
    }

    #[test]
    fn a_signal_says_what_holds_and_since_when() {
        let json = signal("acc-1", &standing(WARNING, 81_000_000_000, 100_500_000_000)).unwrap();
        assert_eq!(
            json,
            "{\"account_id\":\"acc-1\",\"state\":\"warning\",\"limit_amount\":\"100.5\",\
             \"currency\":\"EUR\",\"changed_at\":\"2026-11-02T00:00:00Z\"}"
        );
        assert_eq!(signal("acc-1", &standing(NORMAL, 1, 2)), None);
    }

    #[test]
    fn only_what_differs_is_told() {
        let row = |state, exposure, limit| Some(standing(state, exposure, limit));
        let silent = [
            (row(NORMAL, 1, 100), row(NORMAL, 2, 100)),
            (row(NORMAL, 1, 100), row(NORMAL, 1, 200)),
            (None, row(NORMAL, 1, 100)),
            (row(NORMAL, 1, 100), None),
            (row(WARNING, 80, 100), row(WARNING, 81, 100)),
        ];
        for (before, after) in silent {
            assert_eq!(told(before, after), [], "{before:?} to {after:?}");
        }
        let withdrawn = [(row(WARNING, 80, 100), row(NORMAL, 79, 100)), (row(WARNING, 8, 9), None)];
        for (before, after) in withdrawn {
            assert_eq!(told(before, after), [("a".to_owned(), None)]);
        }
        let published =
            [(None, row(WARNING, 80, 100)), (row(WARNING, 80, 100), row(WARNING, 80, 95))];
        for (before, after) in published {
            let json = signal("a", &after.unwrap());
            assert_eq!(told(before, after), [("a".to_owned(), json)]);
        }
    }
}
