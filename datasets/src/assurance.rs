//! Assurance's own words and documents: severities, rules for alarms, thresholds, KPIs, services, SLAs and fraud.

pub mod alarm_rules;

pub mod severity;

pub use severity::Severity;
