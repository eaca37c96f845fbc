//! The types that every signature in this workspace is made of.

use std::hash::Hash;

use differential_dataflow::{ExchangeData, VecCollection};

/// Logical time: one tick per committed batch of input.
pub type Epoch = u64;

/// How many copies of a row appear (positive) or vanish (negative).
pub type Diff = isize;

/// An instant of event time or of stream time: microseconds since 1970-01-01, UTC.
pub type Instant = i64;

/// A set of rows that changes from epoch to epoch.
pub type Rows<'scope, D> = VecCollection<'scope, Epoch, D, Diff>;

/// Anything that can flow: comparable, hashable, serialisable, owned.
pub trait Row: ExchangeData + Hash {}

impl<D: ExchangeData + Hash> Row for D {}
