//! The proof: what crosses two crates, beginning with the laws.

pub mod laws;

pub mod pipeline;

pub mod charging;

pub mod broker;

pub mod harness;

pub mod outward;

pub mod published;

pub mod waiting;

pub mod feeding;

pub mod weir;

pub mod onlooker;

pub mod truths;
