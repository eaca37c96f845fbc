//! What an account or a group of accounts has: buckets, reservations and credit, folded in the order of event time.

pub mod bucket;

pub mod movement;

pub mod drawing;

pub mod pricing;

pub mod topup;

pub mod session;

pub mod credit;

pub mod state;

pub mod step;

mod charge;

mod changes;

pub mod requests;

#[cfg(test)]
mod tests;
