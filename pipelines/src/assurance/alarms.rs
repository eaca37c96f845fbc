//! Which alarms does an object have, and what happened to them?
//!
//! ```text
//! reports, acknowledgements, comments ─┐
//!                                      ├─ step ─▶ changes (the history), and the alarms that are left (the present)
//! timers that the state asked for ─────┘
//! ```
//!
//! One state per object, because a clear that names no specific problem clears all of its type and cause (X.733).
//! Inputs are folded in the order of their own time, and of `rank` at one time; so a clear that arrives before its raise
//! still clears it, and ten identical reports are one alarm with a count of ten, in whatever order they come.
//!
//! **Law:** timers decide when it is seen that an alarm is over, and never what a later report does.

pub mod rules;

pub mod report;

pub mod alarm;

pub mod change;

pub mod state;

pub mod step;

pub mod situation;

#[cfg(test)]
mod tests;
