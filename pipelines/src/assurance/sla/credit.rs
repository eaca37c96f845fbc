//! What is due for downtime, and the note that corrects what was due before.

use datasets::assurance::sla::{Credit, Row, Sla};
use datasets::units::{Fraction, MICROS_PER_SECOND, Money};

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
            Credit::PerHour { percent, begun } => {
                let beyond = account.down.minus(account.tolerated)?.max(Fraction::ZERO);
                percent.times(Fraction::whole(hours(beyond, *begun)?))?
            }
            Credit::PerEvent { percent, longer_than_min } => {
                let least = i128::from(*longer_than_min) * 60 * i128::from(MICROS_PER_SECOND);
                let events = evidence.iter().filter(|downtime| downtime.counted > least).count();
                percent.times(Fraction::whole(i128::try_from(events).ok()?))?
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

fn hours(micros: Fraction, begun: bool) -> Option<i128> {
    let hours = micros.over(Fraction::whole(3_600 * i128::from(MICROS_PER_SECOND)))?;
    let rounding =
        if begun { datasets::units::Rounding::Up } else { datasets::units::Rounding::Down };
    hours.scaled(1, rounding)
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
