//! Made-up histories of an operator in trouble: late, equal, repeated, corrected, cancelled and future records, and
//! reference data that comes late, overlaps, changes and goes.

mod documents;

use datasets::care::TopUp;
use datasets::number::Digits;
use datasets::units::{EventTime, MICROS_PER_SECOND};
use datasets::usage::{Facets, Service, UsageEvent};
use fastrand::Rng;

use super::given::{BEGIN, Desk, Given, at, call, number, topup};
use crate::pipeline::history::{Cut, History, Step};

const DAY: i64 = 86_400;

/// How a history goes.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// Cuts, and the seconds from each to the next.
    cuts: usize,
    stride: i64,
    /// How late usage may be, in seconds.
    late: i64,
    /// How far in the future usage may lie, in seconds.
    ahead: i64,
    /// For how many days events are held one by one.
    hot_days: i64,
    /// Whether everything that usage needs is there at the beginning, allowances too.
    ready: bool,
}

/// Ten minutes from cut to cut: everything can still be corrected.
pub const BRISK: Plot =
    Plot { cuts: 6, stride: 600, late: 2 * DAY, ahead: 2_400, hot_days: 35, ready: false };

/// Days from cut to cut: events retire, identities are forgotten, records come too late and far too early.
pub const LONG: Plot =
    Plot { cuts: 12, stride: 5 * DAY, late: 40 * DAY, ahead: 25 * DAY, hot_days: 35, ready: false };

/// Accounts that have allowances from the beginning: late, corrected and cancelled records move what they pay.
pub const BUNDLED: Plot =
    Plot { cuts: 8, stride: 5 * DAY, late: 12 * DAY, ahead: 2_400, hot_days: 20, ready: true };

/// As long, with a window shorter than the horizon of duplicates.
pub const SHORT_WINDOW: Plot =
    Plot { cuts: 12, stride: 2 * DAY, late: 8 * DAY, ahead: 4 * DAY, hot_days: 4, ready: false };

/// The history of a plot and a seed.
#[must_use]
pub fn history(seed: u64, plot: Plot) -> History<Given> {
    let mut teller = Teller {
        rng: Rng::with_seed(seed),
        plot,
        desk: Desk::default(),
        told: Vec::new(),
        topups: Vec::new(),
        now: 0,
    };
    let cuts = (0..plot.cuts).map(|cut| teller.cut(cut)).collect();
    History { seed, hot_window: plot.hot_days * DAY * MICROS_PER_SECOND, cuts }
}

/// Makes a history up as it goes.
struct Teller {
    rng: Rng,
    plot: Plot,
    desk: Desk,
    told: Vec<UsageEvent>,
    topups: Vec<TopUp>,
    /// Seconds after the beginning.
    now: i64,
}

impl Teller {
    fn cut(&mut self, number: usize) -> Cut<Given> {
        let wall = BEGIN + self.now * MICROS_PER_SECOND;
        let mut steps = Vec::new();
        for _ in 0..self.rng.usize(1..4) {
            self.now += self.rng.i64(0..=self.plot.stride / 2);
            let mut given = Vec::new();
            if number == 0 && steps.is_empty() {
                if self.plot.ready {
                    self.shop(&mut given);
                }
                given.extend((0..30).map(|_| self.document()));
            }
            given.extend((0..self.rng.usize(0..14)).map(|_| self.anything()));
            steps.push(Step { now: BEGIN + self.now * MICROS_PER_SECOND, given });
        }
        self.now += self.plot.stride / 2;
        Cut { wall, steps }
    }

    fn anything(&mut self) -> Given {
        match self.rng.u8(0..100) {
            0..50 => self.new_usage(),
            50..60 => self.usage_again(|_, usage| usage),
            60..70 => self.usage_again(Self::corrected),
            70..76 => self.usage_again(|_, usage| UsageEvent {
                revision: usage.revision + 1,
                cancelled: true,
                ..usage
            }),
            76..84 => self.topup(),
            84..87 => self.topup_again(),
            _ => self.document(),
        }
    }

    /// Mostly just now, by whole minutes so that times are equal; sometimes late, sometimes in the future.
    fn instant(&mut self) -> EventTime {
        let seconds = match self.rng.u8(0..10) {
            0 | 1 => self.now - self.rng.i64(0..self.plot.late),
            2 => self.now + self.rng.i64(0..self.plot.ahead),
            _ => self.now - self.rng.i64(0..900),
        };
        at(seconds / 60 * 60)
    }

    fn called(&mut self) -> Digits {
        let called = self.rng.choice(["493012", "49176", "1212", "4412", "112"]);
        Digits::parse(called.expect("there are some")).expect("these are digits")
    }

    fn new_usage(&mut self) -> Given {
        let usage_id = format!("usage {}", self.told.len());
        let (number_of, started_at) = (self.rng.u64(0..4), self.instant());
        let voice = call(&usage_id, number_of, started_at, self.rng.u64(0..600));
        let called = self.called();
        let facets = Facets { on_net: self.rng.bool(), ..Facets::default() };
        let voice = UsageEvent { facets, ..voice };
        let usage = match self.rng.u8(0..4) {
            0 => UsageEvent { service: Service::Sms, quantity: 60_000, called, ..voice },
            1 => UsageEvent { service: Service::Data, called: Digits::default(), ..voice },
            _ => UsageEvent { called, ..voice },
        };
        self.tell(usage)
    }

    fn tell(&mut self, usage: UsageEvent) -> Given {
        self.told.push(usage);
        self.desk.usage(usage, self.rng.u32(0..3))
    }

    /// A record that was told before, from any partition, as it was or changed.
    fn usage_again(&mut self, change: fn(&mut Self, UsageEvent) -> UsageEvent) -> Given {
        let Some(usage) = self.rng.choice(&self.told).copied() else { return self.new_usage() };
        let changed = change(self, usage);
        self.tell(changed)
    }

    /// Another quantity; now and then another time or another number.
    fn corrected(&mut self, usage: UsageEvent) -> UsageEvent {
        let mut usage = UsageEvent { cancelled: false, revision: usage.revision + 1, ..usage };
        usage.quantity = self.rng.u64(0..600_000);
        match self.rng.u8(0..6) {
            0 => usage.started_at = self.instant(),
            1 => usage.subscriber = number(self.rng.u64(0..4)),
            2 => usage.revision += 1,
            _ => {}
        }
        usage
    }

    fn topup(&mut self) -> Given {
        let topup_id = format!("topup {}", self.topups.len());
        let on = self.account_id();
        let amount = format!("{}.5", self.rng.u8(0..20));
        let mut topup = topup(&topup_id, on, self.instant(), &amount);
        if self.rng.u8(0..5) == 0 {
            topup.currency = "USD".parse().expect("a currency");
        }
        self.topups.push(topup);
        self.desk.topup(topup)
    }

    fn topup_again(&mut self) -> Given {
        match self.rng.choice(&self.topups).copied() {
            Some(topup) => self.desk.topup(topup),
            None => self.topup(),
        }
    }

    fn account_id(&mut self) -> &'static str {
        self.rng.choice(["ada", "bob", "cyd"]).expect("there are some")
    }
}
