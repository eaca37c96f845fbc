//! `runtime.begin`: where sources begin that the lake has never read.

use connectors::source::Start;
use datasets::units::EventTime;

use super::{ConfigError, Reader};

impl Reader<'_> {
    /// From the earliest record, or from those that the broker took at an instant.
    pub(super) fn begin(&self, typed: &str) -> Result<Start, ConfigError> {
        if typed == "earliest" {
            return Ok(Start::Earliest);
        }
        let problem = "is neither \"earliest\" nor an RFC 3339 instant";
        let instant = EventTime::parse_rfc3339(typed);
        instant.map(Start::At).map_err(|_| self.bad("runtime.begin", problem))
    }
}
