//! Which alerts are muted: by another alert that explains them, or by a silence?
//!
//! A muted alert is still there: it is marked, not hidden.

pub mod matching;

pub mod inhibition;

pub mod holding;

#[cfg(test)]
mod tests;
