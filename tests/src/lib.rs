//! The proof: what crosses two crates, beginning with the laws.

pub mod laws;

pub mod pipeline;

pub mod charging;

pub mod broker;

pub mod harness;
