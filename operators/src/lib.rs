//! Verbs on collections: what differential dataflow lacks; no I/O, no clock, no domain.
//!
//! Every operator answers an epoch when its inputs are complete for it, so that its output at each
//! epoch is a function of the input up to that epoch, whatever the order of arrival and the number
//! of workers.

pub mod rows;

pub mod tick;

pub mod accumulate;

mod agenda;

mod port;

pub mod split;

pub mod latest_by;

pub mod expire;

pub mod matched;

mod lookup;

pub mod longest_prefix;

pub mod as_of;

pub mod dedup;

pub mod timeline;
