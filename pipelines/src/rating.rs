//! What does one usage record cost, and why?
//!
//! ```text
//! record ─ zone by prefix ─ plan row by band and weight ─ slots, step by step ─ minimum, maximum ─ rounded once ─▶ amount
//!                                     ▲                          │
//!                                     └───── the next band ◀─────┘
//! ```
//!
//! One amount per record, a function of the record and of the plans alone. A step of usage is charged by the row that holds
//! where the step begins; so a call is split where its band changes. Fee, minimum, maximum, rounding and currency are those
//! of the row in which the record begins. What no row prices is suspended with a reason, never free.

pub mod band;

pub mod beside;

pub mod call;

pub mod clock;

pub mod plan;

pub mod plans;

pub mod row;

pub mod selection;

pub mod slots;

pub mod trace;

pub mod validation;

pub mod versions;

pub mod zones;

use datasets::reference::Beyond;
use datasets::units::Money;

use crate::exact::{Exact, Keep, of_record};
use beside::Span;
use row::Row;
use selection::{Asked, Found};
use zones::Zone;

pub use call::{Call, Rated, Unrated};
pub use plans::Plans;
pub use trace::{Looked, Step, Witness};

/// The most parts that a record is split into: years of a band that changes twice a day.
const PARTS_MAX: u32 = 10_000;

/// Rates one record.
///
/// # Errors
/// What it lacks.
pub fn rate<W: Witness>(call: &Call, plans: &Plans, witness: &mut W) -> Result<Rated, Unrated> {
    rate_beside((call, &[]), plans, witness)
}

/// Rates what is left of a record beside the spans, in order, that something else pays.
///
/// The fee is asked all the same; the minimum only where something is left. Slots count what is charged, as if the record
/// began where the first span ends. What is priced by the event costs nothing beside its fee where all of it is paid.
///
/// # Errors
/// What it lacks.
pub fn rate_beside<W: Witness>(
    (call, paid): (&Call, &[Span]),
    plans: &Plans,
    witness: &mut W,
) -> Result<Rated, Unrated> {
    let asked = plans.ask(call, witness);
    if let Some(Zone { zone, kind }) = asked.free_number() {
        witness.saw(Step::Free { kind });
        return Ok(Rated::free(zone, kind));
    }
    let first = plans.find(&asked, call.started_at.0, witness)?;
    let quantity = call.measured(first.row.measure);
    if quantity == 0 {
        witness.saw(Step::Row { found: first.names(), from: 0 });
        return Ok(Rated::of(&first, 0, None));
    }
    let is_paid = beside::is_all(call.quantity, paid);
    let quantity = if is_paid { 0 } else { quantity };
    let exact = price(&asked, plans, (&first, quantity, paid), witness)?;
    let row = first.row;
    let (exact, cut_off_at) = match beyond(row, exact)? {
        None if is_paid => (exact, None),
        None => (at_least(call, row, exact, witness)?, None),
        Some((most, Beyond::Free)) => {
            witness.saw(Step::Maximum { amount: most });
            (Exact::whole(Money(most)), None)
        }
        Some((most, Beyond::Disconnect)) => {
            let reach = reach(&asked, plans, (&first, quantity, paid), most)?;
            witness.saw(Step::CutOff { at: reach });
            (exact, Some(reach))
        }
    };
    let keep = Keep { decimals: row.decimals, rounding: row.rounding };
    let amount = exact.rounded(keep).and_then(of_record).ok_or(Unrated::AmountTooLarge)?;
    witness.saw(Step::Rounded { decimals: row.decimals, rounding: row.rounding, amount });
    Ok(Rated::of(&first, amount, cut_off_at))
}

/// The exact price of so much of a record, from row to row as its bands change.
fn price<W: Witness>(
    asked: &Asked<'_>,
    plans: &Plans,
    (first, quantity, paid): (&Found<'_>, u64, &[Span]),
    witness: &mut W,
) -> Result<Exact, Unrated> {
    let call = asked.call;
    // What is counted otherwise is paid as a whole or not at all.
    let paid = if first.row.measure == call.service.measure() { paid } else { &[] };
    let fee = if call.facets.continuation { 0 } else { first.row.connect_fee };
    if fee > 0 {
        witness.saw(Step::Fee { amount: fee });
    }
    let mut walk = slots::Walk::new(call.before, Exact::whole(Money(fee)));
    let mut found = *first;
    for _ in 0..PARTS_MAX {
        witness.saw(Step::Row { found: found.names(), from: walk.at });
        let end = quantity.min(call.place_of(found.until, first.row.measure));
        if found.row.measure == first.row.measure {
            let slots = &found.row.slots;
            let walked = beside::go(&mut walk, slots, (end, paid), witness);
            walked.ok_or(Unrated::AmountTooLarge)?;
        } else {
            // A row that counts calls asks nothing of one that began before it.
            walk.at = end;
        }
        if walk.at >= quantity {
            return Ok(walk.exact);
        }
        found = plans.find(asked, call.instant_of(walk.at), witness)?;
        if found.row.currency != first.row.currency {
            return Err(Unrated::MixedCurrencies);
        }
    }
    Err(Unrated::TooLong)
}

/// The maximum that an amount passes, and what happens then.
fn beyond(row: &Row, exact: Exact) -> Result<Option<(i128, Beyond)>, Unrated> {
    let Some(maximum) = row.maximum else { return Ok(None) };
    let most = maximum.amount.0.0;
    let passes = exact.exceeds(Money(most)).ok_or(Unrated::AmountTooLarge)?;
    Ok(passes.then_some((most, maximum.beyond)))
}

/// The amount, or the minimum where it is greater; the rest of a session has none.
fn at_least<W: Witness>(
    call: &Call,
    row: &Row,
    exact: Exact,
    witness: &mut W,
) -> Result<Exact, Unrated> {
    match row.minimum {
        Some(least) if !call.facets.continuation => {
            if exact.exceeds(Money(least)).ok_or(Unrated::AmountTooLarge)? {
                return Ok(exact);
            }
            witness.saw(Step::Minimum { amount: least });
            Ok(Exact::whole(Money(least)))
        }
        _ => Ok(exact),
    }
}

/// How much of a record costs no more than `most`: found by halving, as more never costs less.
fn reach(
    asked: &Asked<'_>,
    plans: &Plans,
    (first, quantity, paid): (&Found<'_>, u64, &[Span]),
    most: i128,
) -> Result<u64, Unrated> {
    let (mut within, mut beyond) = (0, quantity);
    while beyond - within > 1 {
        let middle = within + (beyond - within) / 2;
        let exact = price(asked, plans, (first, middle, paid), &mut ())?;
        match exact.exceeds(Money(most)).ok_or(Unrated::AmountTooLarge)? {
            true => beyond = middle,
            false => within = middle,
        }
    }
    Ok(within)
}

#[cfg(test)]
mod tests;
