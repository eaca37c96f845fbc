//! How a service did in a period: availability, status and credit.

use datasets::assurance::sla::Sla;
use datasets::reference::Validity;
use datasets::units::{Fraction, MICROS_PER_SECOND, Money};

use super::credit::{amount, percent};
use super::downtime::{Downtime, Outage, downtimes};

/// How a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It is kept.
    Met,
    /// It is kept, and most of the tolerated downtime is used.
    AtRisk,
    /// It is not kept.
    Violated,
}

/// How a service did in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The downtimes that count.
    pub evidence: Vec<Downtime>,
    /// In per cent.
    pub availability: Fraction,
    /// How much of the tolerated downtime is used, in per cent; none where none is tolerated.
    pub burned: Option<Fraction>,
    /// How the promise stands.
    pub status: Status,
    /// What is due, in per cent of the recurring charge.
    pub percent: Fraction,
    /// What is due.
    pub credit: Money,
}

/// What is counted with, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Downtime.
    pub down: Fraction,
    /// As long as the period counts.
    pub base: Fraction,
    /// Downtime that is tolerated.
    pub tolerated: Fraction,
}

impl Account {
    /// The share of the time that is left, in per cent.
    #[must_use]
    pub fn availability(&self) -> Option<Fraction> {
        let down = self.down.min(self.base);
        Fraction::ONE.minus(down.over(self.base)?)?.times(Fraction::whole(100))
    }
}

/// How a service did in a period with a recurring charge; `None` where a number is too large.
#[must_use]
pub fn assess(
    sla: &Sla,
    (period, charge): (Validity, Money),
    outages: &[Outage],
    excluded: &[Validity],
) -> Option<Assessment> {
    let evidence = downtimes(outages, excluded, period);
    let account = account(sla, period, &evidence)?;
    let availability = account.availability()?;
    let burned =
        account.down.over(account.tolerated).and_then(|part| part.times(Fraction::whole(100)));
    let status = if availability < sla.target {
        Status::Violated
    } else if burned.is_some_and(|burned| burned >= sla.at_risk) {
        Status::AtRisk
    } else {
        Status::Met
    };
    let percent = percent(sla, &account, &evidence)?;
    let credit = amount(sla, charge, percent)?;
    Some(Assessment { evidence, availability, burned, status, percent, credit })
}

fn account(sla: &Sla, period: Validity, evidence: &[Downtime]) -> Option<Account> {
    let micros = match sla.base_min {
        Some(minutes) => i128::from(minutes) * 60 * i128::from(MICROS_PER_SECOND),
        None => i128::from(period.to.0) - i128::from(period.from.0),
    };
    let base = Fraction::whole(micros);
    let down = Fraction::whole(evidence.iter().map(|downtime| downtime.counted).sum());
    let hundred = Fraction::whole(100);
    let tolerated = base.times(hundred.minus(sla.target)?.over(hundred)?)?;
    Some(Account { down, base, tolerated })
}
