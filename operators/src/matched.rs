//! A row beside what was found for it.

use serde::{Deserialize, Serialize};

/// A row and the reference value that holds for it, if any does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Matched<D, V> {
    /// The row as it came.
    pub row: D,
    /// What was found; `None` where nothing fits, so that the row is not lost.
    pub value: Option<V>,
}

impl<D, V> Matched<D, V> {
    /// The pair as a result: rows without a value go to `split`'s second collection.
    ///
    /// # Errors
    /// The row itself, when nothing was found for it.
    ///
    /// ```
    /// use operators::matched::Matched;
    ///
    /// assert_eq!(Matched { row: 7, value: Some("zone") }.found(), Ok((7, "zone")));
    /// assert_eq!(Matched::<_, &str> { row: 7, value: None }.found(), Err(7));
    /// ```
    pub fn found(self) -> Result<(D, V), D> {
        match self.value {
            Some(value) => Ok((self.row, value)),
            None => Err(self.row),
        }
    }
}
