//! What plan rows may ask of usage beside its service and its called number.

use datasets::usage::{Direction, Facets};

use super::Document;
use crate::decode::reject::Reject;

const DIRECTIONS: &str = "originating, terminating, forwarded, roaming_out or roaming_in";

impl Document<'_> {
    /// What plan rows may ask beside; nearly always nothing of it is there.
    pub(super) fn facets(&self) -> Result<Facets, Reject> {
        let direction = match self.direction.optional_text("direction")? {
            None => Direction::default(),
            Some(name) => {
                Direction::named(name).ok_or_else(|| Reject::bad("direction", DIRECTIONS))?
            }
        };
        Ok(Facets {
            direction,
            on_net: self.on_net.flag("on_net")?,
            friend: self.friend.flag("friend")?,
            continuation: self.continuation.flag("continuation")?,
        })
    }
}
