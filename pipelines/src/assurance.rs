//! The network's state as pure rules: alarms, thresholds, KPIs, services, situations and SLAs.
//!
//! Nothing here knows of `now`, of a dataflow or of a table: a rule is a function of a state, an instant and an input.

pub mod spans;

pub mod alarms;

pub mod thresholds;

pub mod crossings;

pub mod watch;

pub mod muting;

pub mod kpis;

pub mod impact;

pub mod correlation;

pub mod sla;
