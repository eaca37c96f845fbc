//! Every view of every pipeline obeys the six laws, over generated histories.
//!
//! A new view is one line in its pipeline's `VIEWS`; a new pipeline is one line per law here.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod regressions;

use pipelines::charging::Output;
use weir_tests::charging::given::Given;
use weir_tests::charging::story::{BRISK, BUNDLED, LONG, Plot, SHORT_WINDOW, history};
use weir_tests::charging::{Charging, Row, audit};
use weir_tests::pipeline::history::History;
use weir_tests::pipeline::{Pipeline, oracle, order, resume, steps, undo, workers};

/// Checks a law over the histories of a plot.
fn each(plot: Plot, seeds: std::ops::Range<u64>, law: fn(&History<Given>)) {
    for seed in seeds {
        law(&history(seed, plot));
    }
}

#[test]
fn oracle_at_every_epoch() {
    each(BUNDLED, 0..24, oracle::<Charging>);
    each(BRISK, 0..48, oracle::<Charging>);
    each(LONG, 0..24, oracle::<Charging>);
    each(SHORT_WINDOW, 0..24, oracle::<Charging>);
}

#[test]
fn steps_do_not_matter() {
    each(BUNDLED, 0..8, steps::<Charging>);
    each(BRISK, 0..24, steps::<Charging>);
    each(LONG, 0..12, steps::<Charging>);
    each(SHORT_WINDOW, 0..12, steps::<Charging>);
}

#[test]
fn order_within_a_cut_does_not_matter() {
    each(BUNDLED, 0..16, order::<Charging>);
    each(BRISK, 0..48, order::<Charging>);
    each(LONG, 0..24, order::<Charging>);
    each(SHORT_WINDOW, 0..24, order::<Charging>);
}

#[test]
fn the_number_of_workers_does_not_matter() {
    each(BUNDLED, 0..6, workers::<Charging>);
    each(BRISK, 0..12, workers::<Charging>);
    each(LONG, 0..24, workers::<Charging>);
    each(SHORT_WINDOW, 0..24, workers::<Charging>);
}

#[test]
fn what_is_taken_back_leaves_no_trace() {
    each(BRISK, 0..32, undo::<Charging>);
}

#[test]
fn stopping_and_going_on_changes_nothing() {
    each(BUNDLED, 0..6, resume::<Charging>);
    each(BRISK, 0..12, resume::<Charging>);
    each(LONG, 0..6, resume::<Charging>);
    each(SHORT_WINDOW, 0..6, resume::<Charging>);
}

#[test]
fn every_record_is_in_one_state_and_money_and_units_add_up() {
    let (mut whole, mut part) = (0, 0);
    for plot in [BRISK, BUNDLED, LONG, SHORT_WINDOW] {
        for seed in 0..24 {
            let history = history(seed, plot);
            let answer = Charging::run(&history, 1).pop().unwrap();
            let usage = history.given().filter(|given| matches!(given, Given::Usage(_))).count();
            audit(&answer, usage, &format!("audit, {plot:?}, seed {seed}"));
            for row in answer.keys() {
                let Row::Output(Output::Charge(charge)) = row else { continue };
                whole += u32::from(charge.included > 0 && charge.included == charge.quantity);
                part += u32::from(charge.included > 0 && charge.included < charge.quantity);
            }
        }
    }
    assert!(
        whole > 100 && part > 30,
        "too little was tried: units paid {whole}, and {part} in part"
    );
}
