//! One number of a measurement, exactly as it is written.

use serde::{Deserialize, Serialize};

use crate::units::Fraction;

/// One number that was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What it belongs to, such as `cpuUsage`; the fields of the measurement itself have none.
    pub group: String,
    /// Which of them, such as `cpu0`; empty where there is but one.
    pub instance: String,
    /// Its name, such as `percentUsage`.
    pub name: String,
    /// The value; none where it is no number.
    pub value: Option<Fraction>,
    /// Whether the element itself does not trust it.
    pub suspect: bool,
}
