//! Assurance's own words and documents: severities, rules for alarms, thresholds, KPIs, services, SLAs and fraud.

pub mod alarm_rules;

pub mod correlation;

pub mod counter_report;

pub mod fraud;

pub mod heartbeat;

pub mod kpi;

pub mod muting;

pub mod network_event;

pub mod objective;

pub mod policy;

pub mod service;

pub mod severity;

pub mod sla;

pub mod threshold;

pub use severity::Severity;
