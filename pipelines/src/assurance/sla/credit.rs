//! What is due for downtime, and the note that corrects what was due before.

use datasets::assurance::sla::{Credit, EventRow, Row, Sla};
use datasets::units::{Fraction, MICROS_PER_SECOND, Money, Rounding};

use super::assessment::Account;
use super::downtime::Downtime;
use crate::exact::{Exact, Keep};

/// What is due, in per cent of the recurring charge: by the way that gives most, and never more than the cap.
#[must_use]
pub fn percent(sla: &Sla, account: &Account, evidence: &[Downtime]) -> Option<Fraction> {
    let mut most = Fraction::ZERO;
    for credit in &sla.credits {
        let due = match credit {
            Credit::Table(rows) => by_table(rows, account.availability()?),
            Credit::Each { percent, minutes, begun } => {
                let beyond = account.down.minus(account.tolerated)?.max(Fraction::ZERO);
                let spans = beyond.over(Fraction::whole(micros(*minutes)))?;
                let rounding = if *begun { Rounding::Up } else { Rounding::Down };
                percent.times(Fraction::whole(spans.scaled(1, rounding)?))?
            }
            Credit::PerEvent(rows) => {
                let mut events = evidence.iter().map(|downtime| by_length(rows, downtime.counted));
                events.try_fold(Fraction::ZERO, Fraction::plus)?
            }
        };
        most = most.max(due);
    }
    Some(most.min(sla.cap.unwrap_or(Fraction::whole(100))))
}

/// The last row that an availability is below of.
fn by_table(rows: &[Row], availability: Fraction) -> Fraction {
    let row = rows.iter().rfind(|row| availability < row.below);
    row.map_or(Fraction::ZERO, |row| row.percent)
}

/// The last row that a downtime is longer than.
fn by_length(rows: &[EventRow], counted: i128) -> Fraction {
    let row = rows.iter().rfind(|row| counted > micros(row.longer_than_min));
    row.map_or(Fraction::ZERO, |row| row.percent)
}

fn micros(minutes: u32) -> i128 {
    i128::from(minutes) * 60 * i128::from(MICROS_PER_SECOND)
}

/// A share of a charge, rounded once.
#[must_use]
pub fn amount(sla: &Sla, charge: Money, percent: Fraction) -> Option<Money> {
    let (part, whole) = percent.over(Fraction::whole(100))?.parts();
    let exact = Exact::price(charge, u64::try_from(part).ok()?, u64::try_from(whole).ok()?)?;
    exact.rounded(Keep { decimals: sla.decimals, rounding: sla.rounding })
}

/// The note that brings what was credited before to what is due now; none where nothing changes.
///
/// **Law:** the notes of any chain of corrections add up to what is due at its end.
#[must_use]
pub fn note(credited: Money, due: Money) -> Option<Money> {
    (credited != due).then(|| due - credited)
}
