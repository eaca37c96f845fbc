//! What follows from the views for other systems: signals, which tell how things stand, and actions, which ask for something.
//!
//! ```text
//! bill.credit ─┬─ by epoch ─▶ credit signals ──▶ a compacted topic, at least once
//!              └─ by cut ───▶ credit bars ─────▶ ops.actions ── once sealed ──▶ a topic, at least once per id
//! ```
//!
//! A signal is a view of how things stand and follows every correction. An action is history: once decided it stays, and
//! what is no longer justified is withdrawn by a second one.

pub mod standing;

pub mod credit_signals;

pub mod credit_bars;
