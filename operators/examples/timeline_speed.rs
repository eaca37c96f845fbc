//! How fast is `timeline`, and how much memory does an event take? `cargo run --example timeline_speed [-- EVENTS]`

#![allow(clippy::unwrap_used, reason = "figures for people")]
#![expect(clippy::print_stdout, reason = "what it measures is printed")]
#![expect(clippy::as_conversions, clippy::float_arithmetic, reason = "rates are for the eye")]

#[path = "../tests/fifty_million/accounts.rs"]
#[allow(dead_code, reason = "shared with the test of fifty million events")]
mod accounts;

use std::time::Duration;

use accounts::{Accounts, Book, GAP, Reprice, START, Usage, account_of};
use hashbrown::HashMap;
use operators::rows::Diff;
use operators::tick::Tick;
use operators::timeline::{Config, EpochInput, Fold, Store};

/// How many events arrive in one epoch.
const BATCH: u64 = 100_000;
const HOUR: i64 = 3_600_000_000;

/// A store, and the time that it has worked.
struct Bench {
    store: Store<Accounts>,
    now: i64,
    hot_window: i64,
    worked: Duration,
}

impl Bench {
    fn new(hot_window: i64) -> Self {
        let config = Config { worker: 0, peers: 1, ahead: HOUR, loaded: i64::MIN };
        let store = Store::new(config, Book::new());
        Self { store, now: START, hot_window, worked: Duration::ZERO }
    }

    /// Takes in one epoch; returns how many rows came out.
    fn apply(&mut self, events: Vec<(Usage, Diff)>, changes: Vec<(Reprice, Diff)>) -> usize {
        let since = self.now.saturating_sub(self.hot_window);
        let since = since.saturating_sub(since.rem_euclid(HOUR));
        let tick = Some(Tick { epoch: 0, now: self.now, since, ends_cut: true });
        let begun = worked();
        let mut rows = 0;
        let input = EpochInput { tick, bases: Vec::new(), changes, events };
        self.store.apply_each(input, &mut |row, _diff| {
            std::hint::black_box(row);
            rows += 1;
        });
        self.worked += worked() - begun;
        rows
    }

    /// Appends the usage of these numbers, in epochs.
    fn append(&mut self, numbers: std::ops::Range<u64>, account: impl Fn(u64) -> u64) {
        for from in numbers.clone().step_by(usize::try_from(BATCH).unwrap()) {
            let batch = from..numbers.end.min(from + BATCH);
            let events = batch.clone().map(|number| (Usage::of(number, account(number)), 1));
            let events: Vec<_> = events.collect();
            self.now = self.now.max(START + i64::try_from(batch.end).unwrap() * GAP);
            self.apply(events, Vec::new());
        }
    }

    /// Prints what took how long since the last time.
    fn tell(&mut self, what: &str, count: usize) {
        let seconds = std::mem::take(&mut self.worked).as_secs_f64();
        let rate = count as f64 / seconds;
        println!("{what:<58} {count:>11} {:>9.1} ms {rate:>12.0} /s", seconds * 1e3);
    }
}

/// The time that this process has had a processor: what else runs on the machine does not count.
fn worked() -> Duration {
    let times = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    Duration::from_nanos(times.split(' ').next().unwrap().parse().unwrap())
}

/// The memory of this process that is in use, in bytes.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// Usage that arrives `lateness` after its time.
fn late(number: u64, lateness: i64) -> Usage {
    let usage = Usage::of(number, account_of(number));
    Usage { started_at: usage.started_at - lateness, ..usage }
}

fn main() {
    let count = std::env::args().nth(1).map_or(5_000_000, |text| text.parse::<u64>().unwrap());
    let number = |count: u64| usize::try_from(count).unwrap();
    println!("{count} events of {} accounts, {BATCH} an epoch\n", accounts::ACCOUNTS);

    let plain = plain_sums(count);
    println!(
        "{:<58} {count:>11} {:>9.1} ms",
        "a hash map of sums, and nothing else",
        plain.as_secs_f64() * 1e3
    );

    let mut bench = Bench::new(i64::MAX);
    let before = resident();
    bench.append(0..count, account_of);
    bench.tell("appended in order", number(count));
    report_memory(before, &bench.store);

    let few = count / 100;
    let lateness = |number: u64| {
        i64::try_from(accounts::mix(number) % 48).unwrap() * HOUR.min(GAP * count as i64 / 50)
    };
    for from in (0..few).step_by(1_000) {
        let batch = count + from..count + few.min(from + 1_000);
        let events = batch.map(|number| (late(number, lateness(number)), 1)).collect();
        bench.now += 1_000 * GAP;
        bench.apply(events, Vec::new());
    }
    bench.tell("late by up to two days, 1,000 an epoch", number(few));
    for from in (0..few).step_by(1_000) {
        let batch = from..few.min(from + 1_000);
        let corrected = batch.map(|place| count - 1 - place * 7).flat_map(|number| {
            let usage = Usage::of(number, account_of(number));
            let provenance = usage.provenance | 1 << 56;
            [(Usage { provenance, quantity: usage.quantity + 1, ..usage }, 1), (usage, -1)]
        });
        bench.apply(corrected.collect(), Vec::new());
    }
    bench.tell("corrected (one out, one in), 1,000 an epoch", number(few));
    let gone = (0..few).map(|number| (late(count + number, lateness(count + number)), -1));
    bench.apply(gone.collect(), Vec::new());
    bench.tell("late ones retracted, all at once", number(few));
    report_memory(before, &bench.store);

    let rows = bench.apply(Vec::new(), vec![(Reprice::Tariff(7, 1_000), 1)]);
    bench.tell("tariff of 1/1,000 of the accounts changed; rows", rows);
    let rows = bench.apply(Vec::new(), vec![(Reprice::Zone(7, 1_000), 1)]);
    bench.tell("zone of 1/1,000 of all usage changed; rows", rows);
    drop(bench);

    let hot_window = GAP * count as i64 / 4;
    let mut bench = Bench::new(hot_window);
    bench.append(0..count, account_of);
    bench.tell("appended in order, retiring behind a quarter", number(count));
    println!("{:<58} {:>11}", "held", bench.store.event_count());
    drop(bench);

    let mut bench = Bench::new(i64::MAX);
    let before = resident();
    bench.append(0..1_000_000, |_| 7);
    bench.tell("appended to one hot account", 1_000_000);
    report_memory(before, &bench.store);
    let usage = Usage { started_at: START - 1, ..Usage::of(2_000_000, 7) };
    bench.apply(vec![(usage, 1)], Vec::new());
    bench.tell("late before all others of the hot account", 1);
}

/// How long it takes to price usage and add it up by account, without any memory of it: a yardstick for the machine.
fn plain_sums(count: u64) -> Duration {
    let book = Book::new();
    let mut sums = HashMap::<[u64; 2], (i128, u64)>::new();
    let mut spent = Duration::ZERO;
    for from in (0..count).step_by(usize::try_from(BATCH).unwrap()) {
        let batch = from..count.min(from + BATCH);
        let events: Vec<_> = batch.map(|number| Usage::of(number, account_of(number))).collect();
        let begun = worked();
        for usage in &events {
            let sum = sums.entry(Accounts::key(&book, usage)).or_default();
            sum.0 += i128::from(book.charge(usage));
            sum.1 += 1;
        }
        spent += worked() - begun;
    }
    spent
}

fn report_memory(before: usize, store: &Store<Accounts>) {
    let held = store.event_count();
    let bytes = resident().saturating_sub(before) as f64 / held as f64;
    println!("{:<58} {held:>11} {bytes:>9.1} bytes each\n", "held");
}
