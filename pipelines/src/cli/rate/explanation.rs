//! Steps of rating as sentences, for people.

use datasets::reference::Slot;
use datasets::units::Money;
use datasets::usage::{Measure, Service};

use super::tariff_set::TariffSet;
use crate::rating::Step;
use crate::rating::trace::RowNames;

/// Puts steps into words.
pub(super) struct Explainer<'s> {
    pub(super) set: &'s TariffSet,
    pub(super) service: Service,
}

impl Explainer<'_> {
    /// One sentence for each step.
    pub(super) fn sentences(&self, steps: &[Step]) -> Vec<String> {
        let mut measure = self.service.measure();
        steps.iter().map(|step| self.sentence(*step, &mut measure)).collect()
    }

    /// `measure` is what the row that was found last counts.
    fn sentence(&self, step: Step, measure: &mut Measure) -> String {
        match step {
            Step::Free { kind } => format!("the number is {}: free in every plan", kind.as_str()),
            Step::Fee { amount } => format!("connect fee {}", Money(amount)),
            Step::Row { found, from } => {
                *measure = self.measure(&found);
                format!("from {}: {}", quantity(from, *measure), self.row(&found))
            }
            Step::Slot { from, units, slot } => slot_sentence((from, units), &slot, *measure),
            Step::Minimum { amount } => format!("at least {}", Money(amount)),
            Step::Maximum { amount } => format!("at most {}, the rest is free", Money(amount)),
            Step::CutOff { at } => {
                format!("should have been cut off at {}", quantity(at, *measure))
            }
            Step::Rounded { decimals, rounding, amount } => {
                let amount = Money(i128::from(amount));
                format!("rounded {} to {decimals} decimals: {amount}", rounding.as_str())
            }
        }
    }

    fn measure(&self, found: &RowNames) -> Measure {
        use datasets::reference::Entity;
        match self.set.row(found.row).map(|document| &document.entity) {
            Some(Entity::Rate(rate)) => rate.measure,
            _ => self.service.measure(),
        }
    }

    fn row(&self, found: &RowNames) -> String {
        let text = |id: u64| self.set.names.text(id).unwrap_or_else(|| "?".into());
        let place = self.set.row(found.row);
        let place = place
            .map_or_else(String::new, |row| format!(" (line {} of \"{}\")", row.line, row.file));
        let zone = match found.zone {
            0 => "every zone".to_owned(),
            zone => format!("zone \"{}\"", text(zone)),
        };
        let band = found.band.map_or_else(String::new, |band| format!(", band \"{}\"", text(band)));
        let (row, tariff) = (text(found.row), text(found.tariff));
        format!("row \"{row}\"{place} of tariff \"{tariff}\", {zone}{band}")
    }
}

fn slot_sentence((from, units): (u64, u64), slot: &Slot, measure: Measure) -> String {
    let show = |units| quantity(units, measure);
    let steps = match slot.increment {
        1 => String::new(),
        step => format!(" in steps of {}", show(step)),
    };
    format!(
        "{} from {} on, {} per {}{steps}",
        show(units),
        show(from),
        slot.price.0,
        show(slot.per)
    )
}

/// A quantity in the greatest unit that holds it without a rest, of those that are read at a glance.
fn quantity(units: u64, measure: Measure) -> String {
    match measure {
        Measure::Duration if units.is_multiple_of(1_000) => format!("{} s", units / 1_000),
        Measure::Duration => format!("{units} ms"),
        Measure::Volume => format!("{units} bytes"),
        Measure::Count => format!("{units} events"),
    }
}
