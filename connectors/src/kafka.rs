//! Kafka: the source that reads a topic into batches, and the sinks for signals and actions.
//!
//! Partitions are assigned by us and offsets live in the lake; a consumer group is committed to only so that
//! lag tools see something, and is never read.

pub mod config;

pub mod source;

pub mod sink;

mod clock;
mod delivery;
mod offsets;
mod progress;
mod reading;
mod topic;
mod trouble;
mod watcher;
