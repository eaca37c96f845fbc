//! Mediation and charging as a pipeline under the laws: usage, top-ups and reference data in, everything published out.

pub mod given;

pub mod lines;

mod alarm;

pub mod run;

pub mod oracle;

pub mod recorded;

pub mod story;

use std::collections::BTreeMap;

use operators::dedup::verdicts::Duplicate;
use operators::rows::Diff;
use pipelines::charging::Output;

use crate::pipeline::history::History;
use crate::pipeline::{Answer, Pipeline, Undoing, View};
use given::{Given, undone};

/// A row that is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// Charges, suspended usage, top-ups, balances and credit.
    Output(Output),
    /// Usage that repeats other usage.
    Duplicate(Duplicate),
    /// A top-up that repeats another.
    TopUpDuplicate(Duplicate),
    /// A usage record in a state, for a reason.
    State(&'static str, &'static str),
}

/// Mediation and charging.
#[derive(Clone, Copy, Debug)]
pub struct Charging;

impl Pipeline for Charging {
    type Given = Given;
    type Row = Row;

    const VIEWS: &'static [View<Row>] = &[
        view("charges", true, |row| matches!(row, Row::Output(Output::Charge(_)))),
        view("suspended usage", true, |row| matches!(row, Row::Output(Output::Suspended(_)))),
        view("top-ups", true, |row| matches!(row, Row::Output(Output::TopUp(_)))),
        view("balances", true, |row| matches!(row, Row::Output(Output::Balance(_)))),
        view("credit", true, |row| matches!(row, Row::Output(Output::Credit(_)))),
        view("allowances", true, |row| matches!(row, Row::Output(Output::Bucket(_)))),
        view("unit movements", true, |row| matches!(row, Row::Output(Output::Units(_)))),
        view("duplicates", false, |row| matches!(row, Row::Duplicate(_))),
        view("duplicate top-ups", false, |row| matches!(row, Row::TopUpDuplicate(_))),
        view("accounting", false, |row| matches!(row, Row::State(..))),
    ];

    fn run(history: &History<Given>, workers: usize) -> Vec<Answer<Row>> {
        run::run(history, workers)
    }

    fn answer(history: &History<Given>) -> Answer<Row> {
        oracle::answer(history)
    }

    fn undoings(history: &History<Given>) -> Vec<Undoing<Given>> {
        let usage = Undoing {
            what: "usage",
            undone: history.and_then(undone::cancellations(history.given())),
            never: history.without(|given| matches!(given, Given::Usage(_))),
        };
        let reference = Undoing {
            what: "reference data",
            undone: history.and_then(undone::tombstones(history.given())),
            never: history.without(|given| matches!(given, Given::Change(_))),
        };
        vec![usage, reference]
    }
}

const fn view(name: &'static str, forgets: bool, has: fn(&Row) -> bool) -> View<Row> {
    View { name, has, forgets }
}

/// Checks what must hold of every answer, whatever it was computed from: the audit.
///
/// # Panics
/// If usage is in no state or in two, or a balance or a grant is not what its movements come to.
pub fn audit(answer: &Answer<Row>, records: usize, law: &str) {
    let (mut in_states, mut moved, mut balance) = (0, Answer::new(), Answer::new());
    let (mut drawn, mut left): (BTreeMap<u64, i128>, BTreeMap<u64, i128>) = Default::default();
    for (row, copies) in answer {
        assert!(*copies > 0, "{law}: {copies} x {row:?}");
        let add = |sums: &mut Answer<_>, key, amount: i128| {
            let amount = Diff::try_from(amount).expect("small amounts") * copies;
            *sums.entry(key).or_default() += amount;
        };
        match row {
            Row::State(..) => in_states += copies,
            Row::Output(Output::Charge(charge)) => {
                assert!(charge.included <= charge.quantity, "{law}: {charge:?}");
                add(&mut moved, (charge.account, charge.currency), -i128::from(charge.amount));
            }
            Row::Output(Output::TopUp(topup)) => {
                add(&mut moved, (topup.account, topup.currency), i128::from(topup.amount));
            }
            Row::Output(Output::Balance(row)) => {
                add(&mut balance, (row.account, row.wallet.currency), -row.wallet.exposure());
            }
            Row::Output(Output::Bucket(row)) => {
                *left.entry(row.bucket).or_default() += i128::from(row.left);
            }
            Row::Output(Output::Units(row)) => {
                *drawn.entry(row.bucket).or_default() +=
                    i128::from(row.amount) * i128::try_from(*copies).expect("few copies");
            }
            _ => {}
        }
    }
    drawn.retain(|_, units| *units != 0);
    left.retain(|_, units| *units != 0);
    assert_eq!(drawn, left, "{law}: movements of units and what is left");
    assert_eq!(Diff::try_from(records), Ok(in_states), "{law}: usage records by state");
    assert_eq!(moved, balance, "{law}: movements and balances");
}
