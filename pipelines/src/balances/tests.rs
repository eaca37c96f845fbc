//! Charging groups by the cases of `rating.md` §§2, 3 and 7 and by laws; each step is audited.

mod bundles;

mod cases;

mod online;

mod sessions;

mod others;

mod history;

mod laws;

use std::collections::BTreeMap;

use datasets::cycle::Cycle;
use datasets::units::{Currency, EventTime, Money};
use datasets::usage::Service;

use super::bucket::{Bucket, Unit};
use super::credit::Thresholds;
use super::movement::{DEFAULT, Reason};
use super::pricing::{PerUnit, Pricing, Segment, Usage};
use super::requests::{Answer, Charged, Outcome, Refusal, Request, Terms};
use super::state::GroupState;
use super::step::step;
use crate::allowances::allowance::Allowance;
use crate::allowances::scope::{Place, Scope};
use crate::exact::Keep;

const ALICE: u64 = 1;
const BOB: u64 = 2;
const POOL: u64 = 9;
const CALL: Place = Place { service: Service::Voice, zone: 0, band: 0 };
const SECOND: u64 = 1_000;

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

/// A group that is folded step by step, with what holds for all of its accounts.
#[derive(Clone)]
struct Book {
    state: GroupState,
    now: i64,
    limit: Money,
    pools: Vec<u64>,
    allowances: Vec<Allowance>,
    cycle: Option<Cycle>,
}

impl Default for Book {
    fn default() -> Self {
        let state = GroupState::default();
        let (limit, pools) = (Money::ZERO, vec![POOL]);
        Self { state, now: 0, limit, pools, allowances: Vec::new(), cycle: None }
    }
}

/// What each bucket has, free and held.
type Amounts = BTreeMap<(u64, u64), (i128, i128)>;

impl Book {
    /// One step at the present instant, audited.
    fn step(&mut self, account: u64, request: &Request<'_>) -> Outcome {
        let before = self.amounts();
        let terms = Terms {
            at: EventTime(self.now),
            head: ALICE,
            account,
            currency: Currency::EUR,
            limit: self.limit,
            thresholds: Thresholds::USUAL,
            pools: &self.pools,
            allowances: &self.allowances,
            cycle: self.cycle,
        };
        let mut outcome = Outcome::default();
        step(&mut self.state, &terms, request, &mut outcome);
        self.audit(before, &outcome);
        outcome
    }

    /// The movements add up to what changed, and no bucket is below zero but an account's own money.
    fn audit(&self, before: Amounts, outcome: &Outcome) {
        let mut expected = before;
        for movement in &outcome.ledger.movements {
            let amounts = expected.entry((movement.holder, movement.bucket)).or_default();
            amounts.0 += movement.amount;
            amounts.1 += movement.held;
        }
        expected.retain(|_, amounts| *amounts != (0, 0));
        assert_eq!(expected, self.amounts());
        for ((_, bucket), (amount, held)) in self.amounts() {
            assert!(held >= 0 && (amount >= 0 || bucket == DEFAULT));
        }
    }

    fn amounts(&self) -> Amounts {
        let mut amounts = Amounts::new();
        let extras = self.state.extras();
        for bucket in extras.into_iter().flat_map(|extras| &extras.grants.buckets) {
            amounts.insert((bucket.holder, bucket.id), (bucket.amount, bucket.held));
        }
        for account in [ALICE, BOB] {
            let sessions = extras.into_iter().flat_map(|extras| &extras.sessions);
            let own = sessions.filter(|session| session.account == account);
            let held = own.map(|session| session.own).sum();
            let balance = self.state.standing(ALICE, account).balance();
            amounts.insert((account, DEFAULT), (balance, held));
        }
        amounts.retain(|_, amounts| *amounts != (0, 0));
        amounts
    }

    fn with(mut self, buckets: impl IntoIterator<Item = Bucket>) -> Self {
        for bucket in buckets {
            self.state.extras_mut().grants.put(bucket, Reason::TopUp, &mut Default::default());
        }
        self
    }

    /// A call of an account's only subscription.
    fn call(&mut self, account: u64, seconds: u64, price: PerUnit) -> Charged {
        self.used(account, seconds * SECOND, Pricing::Alone(&price))
    }

    fn used(&mut self, account: u64, quantity: u64, pricing: Pricing<'_>) -> Charged {
        let segments = [Segment { place: CALL, quantity, pricing }];
        let usage = Usage { member: account, segments: &segments, keep: Keep::ALL };
        charged(&self.step(account, &Request::Usage(usage)))
    }

    fn own(&self, account: u64) -> Money {
        Money(self.state.standing(ALICE, account).balance())
    }

    /// What is in a bucket; nothing where it is gone.
    fn left(&self, id: u64) -> i128 {
        let buckets = self.state.extras().into_iter().flat_map(|extras| &extras.grants.buckets);
        buckets.filter(|bucket| bucket.id == id).map(|bucket| bucket.amount).sum()
    }
}

fn charged(outcome: &Outcome) -> Charged {
    let charged = outcome.answers.iter().find_map(|answer| match answer {
        Answer::Charged(charged) => Some(*charged),
        _ => None,
    });
    charged.unwrap_or_else(|| panic!("{outcome:?}"))
}

fn granted(outcome: &Outcome) -> Result<Charged, Refusal> {
    let answer = outcome.answers.iter().find_map(|answer| match answer {
        Answer::Granted(_, charged) => Some(Ok(*charged)),
        Answer::Refused(refusal) => Some(Err(*refusal)),
        _ => None,
    });
    answer.unwrap_or_else(|| panic!("{outcome:?}"))
}

/// A fee, and a price per second counted in seconds.
fn per_second(fee: &str, price: &str) -> PerUnit {
    PerUnit { fee: money(fee), price: money(price), per: SECOND, increment: SECOND }
}

fn seconds(id: u64, holder: u64, seconds: u64) -> Bucket {
    let (unit, amount) = (Unit::Milliseconds, i128::from(seconds * SECOND));
    Bucket { id, holder, unit, amount, scope: Scope::of(Service::Voice), ..Bucket::default() }
}

fn cash(id: u64, holder: u64, amount: &str) -> Bucket {
    Bucket { id, holder, amount: money(amount).0, ..Bucket::default() }
}
