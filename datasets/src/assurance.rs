//! Assurance's own words and documents: severities, rules for alarms, thresholds, KPIs, services, SLAs and fraud.

pub mod alarm_rules;

pub mod heartbeat;

pub mod kpi;

pub mod muting;

pub mod policy;

pub mod severity;

pub mod threshold;

pub use severity::Severity;
