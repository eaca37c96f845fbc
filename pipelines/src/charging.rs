//! What does every account owe, and for which usage?
//!
//! ```text
//! usage, mediated ──┐                        ┌──▶ charges      one row per rated record
//! top-ups ──────────┼─ timeline by account ──┼──▶ suspended    one row per record that lacks something
//! reference data ───┘                        ├──▶ top-ups      one row per credited top-up
//!                                            ├──▶ units        one row per change of included units
//!                                            └──▶ standings    one row per account: balance, credit state, included units
//! ```
//!
//! ```sql
//! SELECT account_id, currency, sum(amount) FROM bill.balance_movements GROUP BY 1, 2 -- = bill.balances
//! ```
//!
//! One charge per usage record that is neither duplicate, superseded nor suspended. A late record is folded where it
//! belongs in event time; a corrected one replaces its original; what lacks reference data waits in `suspended`, and is
//! rated when that arrives; a changed price or subscription changes the past that it covers.

pub mod base;

pub mod catalogue;

pub mod footprint;

pub mod pricing;

pub mod wallet;

mod packed;

mod account;

mod included;

mod credit;

mod event;

mod rows;

mod suspension;

pub mod fold;

pub use base::Base;
pub use catalogue::Catalogue;
pub use fold::{Charging, ChargingEvent, Output};
