//! Is an element heard of, is it up, and how much of the time was it?

pub mod silence;

pub mod status;

pub mod availability;
