//! What a worker's dataflow holds in memory.

use super::Shelves;
use crate::runtime::budget::Holding;

impl Shelves {
    /// What the worker holds, as of the last epoch that it has taken in.
    #[must_use]
    pub fn holding(&self) -> Holding {
        Holding::of(self.held.get(), &self.remembered.each_ref().map(|cell| cell.get()))
    }
}
