//! The proof: what crosses two crates, beginning with the laws.

pub mod laws;

pub mod broker;

pub mod harness;

pub mod outward;
