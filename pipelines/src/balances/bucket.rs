//! Buckets (TMF654): an amount of money or units with an expiry, a priority and the usage that it pays for.

use std::cmp::Reverse;

use datasets::reference::Validity;
use datasets::units::EventTime;
use datasets::usage::Service;
use serde::{Deserialize, Serialize};

use crate::allowances::scope::Scope;

/// What an amount counts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Unit {
    /// 10⁻⁹ of the currency's unit.
    #[default]
    Money,
    /// Time of calls, in milliseconds.
    Milliseconds,
    /// Octets of data.
    Octets,
    /// Messages and other events.
    Events,
}

impl Unit {
    /// The name in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Milliseconds => "ms",
            Self::Octets => "bytes",
            Self::Events => "events",
        }
    }

    /// What the quantity of a service counts.
    #[must_use]
    pub const fn of(service: Service) -> Self {
        match service {
            Service::Voice => Self::Milliseconds,
            Service::Data => Self::Octets,
            Service::Sms | Service::Event => Self::Events,
        }
    }
}

/// An amount that usage draws on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bucket {
    /// Tells buckets of a group apart; 0 is nobody's.
    pub id: u64,
    /// Who may draw on it: an account or a shared pool.
    pub holder: u64,
    /// What the amount counts.
    pub unit: Unit,
    /// The usage that it pays for.
    pub scope: Scope,
    /// The lowest is drawn first.
    pub priority: u32,
    /// When it may be drawn on.
    pub valid: Validity,
    /// What may be drawn; never negative.
    pub amount: i128,
    /// What sessions have set aside; never negative.
    pub held: i128,
    /// Usage counts in whole steps of so many units.
    pub increment: u64,
    /// Whether nothing else pays for its usage once it is spent.
    pub is_blocker: bool,
    /// The most that one member may draw.
    pub cap: Option<u64>,
    /// What members have drawn, where there is a cap.
    pub drawn: Vec<(u64, u64)>,
    /// The allowance that filled it, of its holder and its version; 0 without one.
    pub source: u64,
    /// The content id of that allowance's own id; 0 without one.
    pub allowance: u64,
    /// What was put in at first.
    pub filled: i128,
    /// How many periods its amount has gone over.
    pub rolled: u32,
}

impl Default for Bucket {
    /// Without an amount, for all usage and for ever.
    fn default() -> Self {
        Self {
            id: 0,
            holder: 0,
            unit: Unit::Money,
            scope: Scope::default(),
            priority: 0,
            valid: Validity::ALWAYS,
            amount: 0,
            held: 0,
            increment: 1,
            is_blocker: false,
            cap: None,
            drawn: Vec::new(),
            source: 0,
            allowance: 0,
            filled: 0,
            rolled: 0,
        }
    }
}

impl Bucket {
    /// The order in which buckets are drawn: by priority, then earliest expiry, then what has gone over most often.
    #[must_use]
    pub fn turn(&self) -> (u32, EventTime, Reverse<u32>, u64) {
        (self.priority, self.valid.to, Reverse(self.rolled), self.id)
    }

    /// What a member may draw.
    #[must_use]
    pub fn open_to(&self, member: u64) -> i128 {
        let drawn = self.drawn.iter().find(|(other, _)| *other == member);
        let drawn = drawn.map_or(0, |(_, drawn)| *drawn);
        let room = self.cap.map_or(i128::MAX, |cap| i128::from(cap.saturating_sub(drawn)));
        self.amount.min(room)
    }

    /// Notes that a member drew, or gave back.
    pub fn note(&mut self, member: u64, units: i128) {
        if self.cap.is_none() {
            return;
        }
        let place = self.drawn.iter().position(|(other, _)| *other == member);
        let place = place.unwrap_or_else(|| {
            self.drawn.push((member, 0));
            self.drawn.len() - 1
        });
        let drawn = &mut self.drawn[place].1;
        *drawn = u64::try_from((i128::from(*drawn) + units).max(0)).unwrap_or(u64::MAX);
    }
}

/// The id of a bucket that comes of something at an instant; spread like the ids that it is made of.
#[must_use]
pub fn id_of(source: u64, at: EventTime, number: u64) -> u64 {
    let mixed = |word: u64| {
        let word = (word ^ (word >> 31)).wrapping_mul(0x7FB5_D329_728E_A185);
        (word ^ (word >> 27)).wrapping_mul(0x81DA_DEF4_BC2D_D44D)
    };
    let at = at.0.cast_unsigned();
    mixed(source ^ mixed(at ^ mixed(number.wrapping_add(1)))).max(1)
}
