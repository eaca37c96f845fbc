//! What is kept of cuts, and that a copy which comes first still takes the place of another.

use datasets::care::TopUp;
use datasets::ids::account_id;
use datasets::provenance::Provenance;
use datasets::units::{Currency, EventTime, Money};
use operators::dedup::verdicts::Facts;
use timely::dataflow::operators::Input;
use timely::dataflow::operators::{Inspect, Probe};
use timely::dataflow::{InputHandle, ProbeHandle};

use super::*;
use crate::mediation::topup_facts;

fn received(offset: u64) -> Received {
    let topup = TopUp {
        topped_up_at: EventTime(1),
        identity: 7,
        provenance: Provenance::new(0, 0, offset),
        account: account_id("a"),
        amount: Money(5),
        currency: Currency::EUR,
    };
    Received { topup, arrived_at: EventTime(1) }
}

fn facts(offset: u64) -> Facts {
    topup_facts(&received(offset))
}

/// Epochs of two, every third of which ends a cut; `changes` are those of an epoch. Returns what came out, and the most
/// that was kept after an epoch was done: top-ups, and ends of cuts.
fn run(
    epochs: u64,
    changes: impl Fn(u64) -> Vec<Change<Received>> + Send + Sync + 'static,
) -> (Vec<(u64, isize)>, (usize, usize)) {
    timely::execute_directly(move |worker| {
        let kept = Rc::<RefCell<OpenCuts>>::default();
        let events = Rc::<RefCell<Vec<(u64, isize)>>>::default();
        let (seen, probe) = (Rc::clone(&events), ProbeHandle::new());
        let (mut winners, mut ticks) = worker.dataflow(|scope| {
            let (winners, winner_rows): (InputHandle<Epoch, _>, _) = scope.new_input();
            let (ticks, tick_rows): (InputHandle<Epoch, _>, _) = scope.new_input();
            credits_with(winner_rows, tick_rows, Rc::clone(&kept))
                .inspect(move |(_, epoch, diff)| seen.borrow_mut().push((*epoch, *diff)))
                .probe_with(&probe);
            (winners, ticks)
        });
        let mut most = (0, 0);
        for number in 0..epochs {
            let epoch = number * 2;
            for change in changes(number) {
                winners.send((change, epoch, 1));
            }
            ticks.send(Tick { epoch, now: 0, since: 0, ends_cut: number % 3 == 2 });
            winners.advance_to(epoch + 2);
            ticks.advance_to(epoch + 2);
            worker.step_while(|| probe.less_than(&(epoch + 2)));
            let open = kept.borrow();
            most = (open.credited.len().max(most.0), open.ends.len().max(most.1));
        }
        (events.take(), most)
    })
}

#[test]
fn a_copy_takes_the_place_of_one_of_the_open_cut() {
    let (events, _) = run(3, |number| match number {
        0 => vec![Change::Insert(received(9))],
        1 => vec![Change::Withdraw(facts(9)), Change::Insert(received(8))],
        _ => Vec::new(),
    });
    assert_eq!(events, [(0, 1), (2, -1), (2, 1)]);
}

#[test]
fn cuts_without_topups_leave_nothing() {
    let (events, most) = run(3_000, |_| Vec::new());
    assert_eq!(events, []);
    assert!(most.1 <= 1, "ends of {} cuts are kept", most.1);
    // Also where one came long ago.
    let only_first = |number| match number {
        0 => vec![Change::Insert(received(9))],
        _ => Vec::new(),
    };
    let (events, most) = run(3_000, only_first);
    assert_eq!(events, [(0, 1)]);
    assert!(most.0 <= 1 && most.1 <= 1, "{most:?} are kept");
}

#[test]
fn what_is_read_as_a_top_up_is_credited_whole() {
    let topup = TopUp {
        topped_up_at: EventTime(0),
        identity: 1,
        provenance: Provenance::new(0, 0, 0),
        account: account_id("a"),
        amount: Money(TopUp::AMOUNT_LIMIT.0 - 1),
        currency: Currency::EUR,
    };
    assert_eq!(i128::from(credited(&topup).amount), topup.amount.0);
}
