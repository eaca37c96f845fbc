//! The action thread's turns, one by one, against the ledger.

use std::collections::BTreeMap;

use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Committer, Contribution, CutFacts, FileWriter, LocalStore};
use datasets::ids::Id128;
use datasets::tables;
use datasets::units::{Currency, EventTime};
use fastrand::Rng;

use super::*;
use crate::charging::fold::CreditState;
use crate::decisions::credit_bars::Deed;
use crate::decisions::standing::Standing;
use crate::publish::action_rows;
use crate::runtime::sinks::memory::MemoryTopic;

/// So few that the ledger has to be read now and then.
const LITTLE_ROOM: usize = 5;

/// A lake, the one that commits its cuts, and the sender that follows them.
struct Bench {
    lake: Lake,
    committer: Committer,
    topic: MemoryTopic,
    sender: ActionSender,
    seals: Option<Sender<Sealed>>,
    ledger: Vec<CreditAction>,
}

fn sender(lake: &Lake, topic: &MemoryTopic, seal: Option<&Seal>) -> (ActionSender, Sender<Sealed>) {
    let (sealed, seals) = channel();
    let outbox = Outbox::behind(lake.clone(), seal, LITTLE_ROOM);
    let topic = Box::new(topic.clone());
    let status = Arc::default();
    (ActionSender { topic, reached: true, status, outbox, seals, open: true }, sealed)
}

impl Bench {
    fn new() -> Self {
        let lake = Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())));
        let (committer, seal) = Committer::open(lake.clone()).unwrap();
        let topic = MemoryTopic::default();
        let (sender, seals) = sender(&lake, &topic, seal.as_ref());
        Self { lake, committer, topic, sender, seals: Some(seals), ledger: Vec::new() }
    }

    /// Seals a cut that decided so many actions; the sender may not hear of it.
    fn seal(&mut self, count: u64, heard: bool) {
        let cut = self.committer.next_cut();
        let actions: Vec<_> = (0..count).map(|number| action(cut, number)).collect();
        let actions_sent = self.sender.outbox.acknowledged().load(Ordering::Acquire);
        let facts = CutFacts { cut, actions_sent, ..CutFacts::default() };
        let mut contribution = Contribution::default();
        if count > 0 {
            let mut writer = FileWriter::new(&self.lake, self.committer.generation(), 0);
            let rows = action_rows::write(&actions);
            contribution.files.push(writer.write(&tables::ACTIONS, cut, &rows).unwrap());
        }
        let seal = self.committer.commit(facts, vec![contribution]).unwrap();
        self.ledger.extend(actions.iter().cloned());
        if heard {
            let waiting = self.sender.outbox.waiting();
            let sealed = Sealed::of(&seal, outbox::fit(actions, &waiting, LITTLE_ROOM));
            self.seals.as_ref().unwrap().send(sealed).unwrap();
        }
    }

    /// Begins anew, with what the lake says.
    fn restart(&mut self) {
        let (committer, seal) = Committer::open(self.lake.clone()).unwrap();
        let (sender, seals) = sender(&self.lake, &self.topic, seal.as_ref());
        (self.committer, self.sender, self.seals) = (committer, sender, Some(seals));
    }

    /// Lets the sender end in order.
    fn end(&mut self) {
        self.topic.set_down(false);
        self.seals = None;
        while self.sender.turn() != Next::End {}
    }

    /// Each action of the ledger is in the topic, first in the ledger's order, with one content per id.
    fn check(&self) {
        let mut contents: BTreeMap<String, String> = BTreeMap::new();
        let mut order = Vec::new();
        for (id, json) in self.topic.records() {
            let json = json.unwrap();
            if contents.insert(id.clone(), json.clone()).is_none_or(|known| {
                assert_eq!(known, json);
                false
            }) {
                order.push(id);
            }
        }
        let expected: Vec<_> = self.ledger.iter().map(|row| row.action_id.to_string()).collect();
        assert_eq!(order, expected);
        assert!(
            self.ledger.iter().all(|row| contents[&row.action_id.to_string()] == row.message())
        );
    }
}

fn action(cut: u64, number: u64) -> CreditAction {
    CreditAction {
        action_id: Id128::from((u128::from(cut) << 64) | u128::from(number)),
        cut,
        decided_at: EventTime(0),
        deed: Deed::Bar,
        account_id: format!("acc-{number}"),
        evidence: Standing {
            state: CreditState::Exceeded,
            exposure: i128::from(cut),
            limit: 1,
            currency: Currency::EUR,
            changed_at: None,
        },
        withdraws: None,
    }
}

#[test]
fn what_a_seal_lets_leave_is_acknowledged() {
    let mut bench = Bench::new();
    bench.seal(2, true);
    bench.seal(0, true);
    assert_eq!(bench.topic.records(), [], "nothing leaves before its turn");
    assert_eq!(bench.sender.turn(), Next::Go);
    assert_eq!(bench.sender.outbox.acknowledged().load(Ordering::Acquire), 2);
    bench.check();
}

#[test]
fn what_was_not_acknowledged_is_sent_again_after_a_restart() {
    let mut bench = Bench::new();
    bench.seal(3, true);
    bench.topic.set_down(true);
    assert_eq!(bench.sender.turn(), Next::Pause);
    assert_eq!(bench.sender.outbox.acknowledged().load(Ordering::Acquire), 0);
    assert_eq!(bench.topic.records().len(), 1, "some may have arrived");
    bench.seal(1, false);
    bench.restart();
    bench.end();
    bench.check();
    let ids = bench.topic.records();
    assert_eq!(ids.iter().filter(|(id, _)| *id == ids[0].0).count(), 2);
}

#[test]
fn a_long_outage_is_bridged_by_the_ledger() {
    let mut bench = Bench::new();
    bench.topic.set_down(true);
    for _ in 0..20 {
        bench.seal(2, true);
        assert_eq!(bench.sender.turn(), Next::Pause);
        assert!(bench.sender.outbox.waiting().load(Ordering::Acquire) <= LITTLE_ROOM);
    }
    bench.end();
    bench.check();
    assert_eq!(bench.sender.outbox.acknowledged().load(Ordering::Acquire), 20);
    assert_eq!(bench.sender.outbox.waiting().load(Ordering::Acquire), 0);
}

#[test]
fn every_action_arrives_through_failures_and_restarts() {
    for seed in 0..60 {
        let mut rng = Rng::with_seed(seed);
        let mut bench = Bench::new();
        for _ in 0..40 {
            match rng.u8(..10) {
                0 => bench.topic.set_down(true),
                1 | 2 => bench.topic.set_down(false),
                3 => bench.restart(),
                4 => {
                    // A crash between the seal and its being heard of.
                    bench.seal(rng.u64(..4), false);
                    bench.restart();
                }
                5 | 6 => {
                    if !bench.sender.outbox.is_empty() {
                        bench.sender.turn();
                    }
                }
                _ => bench.seal(rng.u64(..4), true),
            }
        }
        bench.end();
        bench.check();
    }
}
