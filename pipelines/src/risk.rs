//! Fraud and risk as pure rules: what a subscription does, measured over windows, and what it cannot have done.
//!
//! A signal holds while its evidence does: where usage is corrected, the same function of the corrected usage no longer gives it.

pub mod activity;

pub mod measures;

pub mod windows;

pub mod rules;

pub mod earth;

pub mod travel;

pub mod overlap;

pub mod sim_swap;

#[cfg(test)]
mod tests;
