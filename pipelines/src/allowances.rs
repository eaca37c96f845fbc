//! Included units: what is granted for a period, to whom and for which usage; grants become buckets that usage draws on.

pub mod scope;

pub mod allowance;

pub mod granting;

mod reading;

#[cfg(test)]
mod tests;
