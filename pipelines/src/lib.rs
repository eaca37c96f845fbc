//! The stories: one file per maintained view, and the runtime that drives epochs and cuts.

pub mod names;

pub mod mediation;

pub mod exact;

pub mod rating;

pub mod tiers;

pub mod allowances;

pub mod balances;

pub mod charging;

pub mod decisions;

pub mod assurance;

pub mod risk;

pub mod publish;

pub mod runtime;

pub mod http;

pub mod config;

pub mod cli;

mod nearest;
