//! Fifty million events through one store: what it says is what a plain sum says, in the memory that was planned.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[path = "fifty_million/accounts.rs"]
mod accounts;

#[path = "fifty_million/usage.rs"]
mod usage;

use std::collections::BTreeMap;

use accounts::{Accounts, Book, Row, Wallet};
use operators::rows::Diff;
use operators::tick::Tick;
use operators::timeline::{Config, EpochInput, Store};
use usage::{ACCOUNTS, GAP, START, Usage, account_id, account_of};

const EVENTS: u64 = 50_000_000;
/// How many events arrive in one epoch.
const BATCH: u64 = 250_000;
const HOUR: i64 = 3_600_000_000;
/// Events are held for so long: four fifths of them, once all have arrived.
const HOT: i64 = GAP * 40_000_000;
/// Memory that an event may take, its share of keys and saved states included.
const BYTES_EACH: usize = 44;

/// One event of two hundred arrives two epochs after its time, one of a thousand is corrected three epochs later.
fn lateness(number: u64) -> u64 {
    if number % 200 == 7 { 2 } else { 0 }
}

fn is_corrected(number: u64) -> bool {
    number % 1_000 == 13
}

fn corrected(usage: Usage) -> Usage {
    let provenance = usage.provenance | 1 << 56;
    Usage { provenance, quantity: usage.quantity + 1, ..usage }
}

fn usage(number: u64) -> Usage {
    Usage::of(number, account_of(number))
}

/// What arrives in an epoch, in no order that would help.
fn arrivals(epoch: u64) -> Vec<(Usage, Diff)> {
    let numbers = |ago: u64| {
        let of = epoch.checked_sub(ago).map_or(0..0, |of| of * BATCH..(of + 1) * BATCH);
        of.start.min(EVENTS)..of.end.min(EVENTS)
    };
    let on_time = numbers(0).filter(|number| lateness(*number) == 0);
    let late = numbers(2).filter(|number| lateness(*number) == 2);
    let wrong = numbers(3).filter(|number| is_corrected(*number)).map(usage);
    let mut events: Vec<_> = on_time.chain(late).map(|number| (usage(number), 1)).collect();
    events.extend(wrong.flat_map(|usage| [(corrected(usage), 1), (usage, -1)]));
    events
}

/// Charges and their sum by account, added up event by event.
fn plain_sums(book: &Book) -> Vec<(u64, i128)> {
    let places = usize::try_from(ACCOUNTS).unwrap();
    let mut sums = vec![(0, 0); places];
    for number in 0..EVENTS {
        let account = account_of(number);
        let usage = Usage::of(number, account);
        let usage = if is_corrected(number) { corrected(usage) } else { usage };
        let sum = &mut sums[usize::try_from(account).unwrap()];
        sum.0 += 1;
        sum.1 += i128::from(book.charge(&usage));
    }
    sums
}

/// The memory of this process that is in use, in bytes; nothing where the system does not say.
fn resident() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split(' ').nth(1)?.parse::<usize>().ok()? * 4096)
}

/// The rows of a store, added up as they come.
#[derive(Default)]
struct Standing {
    balances: BTreeMap<[u64; 2], Wallet>,
    charges: (isize, i128),
}

impl Standing {
    fn take(&mut self, row: Row, diff: Diff) {
        match row {
            Row::Charge { amount, .. } => {
                self.charges.0 += diff;
                self.charges.1 += i128::from(amount) * i128::try_from(diff).unwrap();
            }
            Row::Balance { account, wallet } if diff > 0 => {
                self.balances.insert(account, wallet);
            }
            Row::Balance { account, wallet } => {
                if self.balances.get(&account) == Some(&wallet) {
                    self.balances.remove(&account);
                }
            }
            Row::Credit { .. } => {}
            Row::Late(_) | Row::Early(_) => panic!("all events arrive in time"),
        }
    }
}

#[test]
fn the_store_says_what_plain_sums_say_in_the_memory_that_was_planned() {
    let config = Config { worker: 0, peers: 1, ahead: HOUR, loaded: i64::MIN };
    let mut store = Store::<Accounts>::new(config, Book::new());
    let mut standing = Standing::default();
    let before = resident();
    let mut retired = 0;
    for epoch in 0..EVENTS.div_ceil(BATCH) + 4 {
        let now = START + i64::try_from((epoch + 1) * BATCH).unwrap() * GAP;
        let since = (now - HOT) - (now - HOT).rem_euclid(HOUR);
        let tick = Some(Tick { epoch, now, since, ends_cut: true });
        let input = EpochInput { tick, events: arrivals(epoch), ..EpochInput::default() };
        let done = store.apply_each(input, &mut |row, diff| standing.take(row, diff));
        retired += done.bases.iter().filter(|(_, diff)| *diff > 0).count();
    }
    let held = store.event_count();
    assert!((39_000_000..=41_000_000).contains(&held), "{held} events are held");
    assert!(retired > 1_000_000, "bases were told {retired} times");
    if let Some((before, after)) = before.zip(resident()) {
        let each = after.saturating_sub(before) / held;
        assert!(each <= BYTES_EACH, "an event takes {each} bytes");
    }

    let expected = plain_sums(&Book::new());
    let total = expected.iter().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    assert_eq!(
        (standing.charges.0.cast_unsigned(), standing.charges.1),
        (total.0.try_into().unwrap(), total.1)
    );
    for (account, (count, sum)) in (0..ACCOUNTS).zip(expected) {
        let found = standing.balances.get(&account_id(account));
        let found = found.map(|wallet| (wallet.charge_count, wallet.charged));
        assert_eq!(found.unwrap_or_default(), (count, sum), "account {account}");
    }
}
