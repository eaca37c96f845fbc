//! Records of which something else pays a part: which parts there are, and the price of what is left.

use datasets::reference::Slot;

use super::PARTS_MAX;
use super::call::Call;
use super::plans::Plans;
use super::slots::Walk;
use super::trace::Witness;

/// From a quantity of a record (inclusive) to another (exclusive), in the service's base unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub from: u64,
    /// Where it ends.
    pub to: u64,
}

impl Span {
    /// How much it is.
    #[must_use]
    pub const fn quantity(self) -> u64 {
        self.to - self.from
    }
}

/// A part of a record that lies in one zone and band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The content id of the zone that was called; 0 where nothing was, or none is known.
    pub zone: u64,
    /// The content id of the row's band; 0 without one.
    pub band: u64,
    /// Which part.
    pub span: Span,
}

/// The parts of a record that costs something, in order; what comes after a gap between rows is none.
#[must_use]
pub fn parts<W: Witness>(call: &Call, plans: &Plans, witness: &mut W) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let asked = plans.ask(call, witness);
    if asked.free_number().is_some() {
        return parts;
    }
    let Ok(mut found) = plans.find(&asked, call.started_at.0, witness) else { return parts };
    let measure = found.row.measure;
    if call.measured(measure) == 0 {
        return parts;
    }
    let mut from = 0;
    for _ in 0..PARTS_MAX {
        let to = call.quantity.min(call.place_of(found.until, measure));
        let (zone, band) = (asked.zone(), found.names().band.unwrap_or(0));
        match parts.last_mut() {
            Some(last) if last.band == band => last.span.to = to,
            _ => parts.push(Part { zone, band, span: Span { from, to } }),
        }
        if to >= call.quantity {
            break;
        }
        from = to;
        let Ok(next) = plans.find(&asked, call.instant_of(from), witness) else { break };
        found = next;
    }
    parts
}

/// Whether nothing of a quantity is left to be charged.
pub(super) fn is_all(quantity: u64, paid: &[Span]) -> bool {
    paid.iter().map(|span| span.quantity()).sum::<u64>() >= quantity
}

/// Goes on by slots until `end`, over what is paid: slots count what is charged only.
///
/// `None` where the amount does not fit.
pub(super) fn go<W: Witness>(
    walk: &mut Walk,
    slots: &[Slot],
    (end, paid): (u64, &[Span]),
    witness: &mut W,
) -> Option<()> {
    while walk.at < end {
        match paid.iter().find(|span| span.to > walk.at) {
            Some(span) if span.from <= walk.at => walk.pass(span.to),
            Some(span) => walk.on(slots, end.min(span.from), witness)?,
            None => walk.on(slots, end, witness)?,
        }
    }
    Some(())
}
