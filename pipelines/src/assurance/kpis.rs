//! What is a KPI worth, for an object, an aggregate of objects and a window of time?
//!
//! ```text
//! samples of counters ─ those that are good ─ one value per counter ─ the formula ─▶ value
//!                                 └─ time that is covered ─▶ completeness ─▶ interval
//! ```
//!
//! Counters are put together first and the formula comes last: a ratio is sum over sum, never a mean of ratios. All of it
//! is exact.

pub mod place;

pub mod tokens;

pub mod formula;

pub mod parser;

pub mod unit;

pub mod check;

pub mod evaluate;

pub mod samples;

pub mod measured;

pub mod levels;

#[cfg(test)]
mod tests;
