//! What a quantity costs when the price depends on how much came before it in the period.
//!
//! Totals are cumulative: the charge of one record is the total after it minus the total before it, each rounded once.
//! **Law:** the charges of a period add up to its total, however its usage is cut into records and in whatever order.

pub mod tier;

pub mod plan;

pub mod percentage;

pub mod capacity;

pub mod commitment;

pub mod agreement;

mod reading;

#[cfg(test)]
mod tests;
