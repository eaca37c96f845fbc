//! What a checked mapping knows of each field.

use std::borrow::Cow;

use datasets::units::Rounding;
use datasets::usage::{Direction, Facets, Service};

use super::row::Row;
use super::text::Text;
use super::time::TimeFormat;
use crate::decode::quantity::{Decimal, Unit};
use crate::decode::reject::Reject;
use crate::decode::scalar::Scalar;

/// How one usage record is made of a row.
#[derive(Clone, Debug)]
pub(crate) struct RecordMap {
    pub(super) only: Vec<Condition>,
    pub(super) usage_id: Text,
    pub(super) revision: Option<Text>,
    pub(super) cancelled: Option<Text>,
    pub(super) service: Text,
    pub(super) msisdn: Text,
    pub(super) called_number: Option<Text>,
    pub(super) started_at: Text,
    pub(super) time: TimeFormat,
    pub(super) quantity: Quantity,
    pub(super) facets: FacetMap,
}

impl RecordMap {
    /// Whether there are rows that it does not apply to.
    pub(super) fn is_conditional(&self) -> bool {
        !self.only.is_empty()
    }
}

/// Where the facets of a record come from.
#[derive(Clone, Debug)]
pub(super) struct FacetMap {
    pub(super) direction: Option<Text>,
    pub(super) on_net: Option<Text>,
    pub(super) friend: Option<Text>,
    pub(super) continuation: Option<Text>,
}

impl FacetMap {
    /// What a row says beside.
    pub(super) fn of(&self, row: &Row<'_>) -> Result<Facets, Reject> {
        let text = |field: &Option<Text>| {
            let text = field.as_ref().map(|text| text.of(row)).transpose()?.flatten();
            Ok(text.map(Cow::into_owned))
        };
        let flag = |field: &Option<Text>, name: &str| {
            text(field)?.map_or(Ok(false), |text| Scalar::Text(Cow::Owned(text)).flag(name))
        };
        let direction = match text(&self.direction)? {
            None => Direction::default(),
            Some(name) => {
                Direction::named(&name).ok_or_else(|| Reject::bad("direction", "a direction"))?
            }
        };
        Ok(Facets {
            direction,
            on_net: flag(&self.on_net, "on_net")?,
            friend: flag(&self.friend, "friend")?,
            continuation: flag(&self.continuation, "continuation")?,
        })
    }
}

/// A quantity, its unit, and what becomes of a fraction.
#[derive(Clone, Debug)]
pub(super) struct Quantity {
    pub(super) text: Text,
    pub(super) unit: Unit,
    pub(super) rounding: Option<Rounding>,
}

impl Quantity {
    /// The quantity in base units of a service.
    pub(super) fn of(&self, row: &Row<'_>, service: Service) -> Result<u64, Reject> {
        if self.unit.service.measure() != service.measure() {
            return Err(Reject::bad("quantity", "in a unit of the record's service"));
        }
        let text = self.text.required(row)?;
        let wanted = "a plain decimal that fits, whole in base units unless a rounding is declared";
        Decimal::parse(&text)
            .and_then(|decimal| decimal.times(self.unit.factor, self.rounding))
            .ok_or_else(|| Reject::bad("quantity", wanted))
    }
}

/// Which of its values a place must have.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) place: usize,
    pub(super) is: Vec<String>,
}

/// Whether a row meets all conditions.
pub(super) fn all_hold(conditions: &[Condition], row: &Row<'_>) -> Result<bool, Reject> {
    for condition in conditions {
        let value = row.text(condition.place, "only")?.unwrap_or_default();
        if !condition.is.iter().any(|wanted| wanted == value) {
            return Ok(false);
        }
    }
    Ok(true)
}
