//! Documents that say how often an element is to be heard of.

use serde::{Deserialize, Serialize};

use crate::reference::dated::{Checked, Fault};

/// How often an element sends a heartbeat, and how many may be missed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The element or the kind of event.
    pub heartbeat_id: String,
    /// Seconds between two heartbeats.
    pub interval_s: u32,
    /// After more than so many intervals it is silent.
    pub missed: u32,
}

impl Heartbeat {
    /// How long it may be silent, in microseconds.
    #[must_use]
    pub fn patience(&self) -> i64 {
        let seconds = i64::from(self.interval_s).saturating_mul(self.missed.into());
        seconds.saturating_mul(crate::units::MICROS_PER_SECOND)
    }
}

impl Checked for Heartbeat {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("heartbeat \"{}\"", self.heartbeat_id);
        if self.interval_s == 0 {
            return Err(Fault::value(&of, "interval_s", "1 second or more"));
        }
        if self.missed == 0 {
            return Err(Fault::value(&of, "missed", "1 or more"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::dated::read;

    #[test]
    fn what_is_wrong_is_said() {
        let json = r#"{"heartbeat_id":"du","interval_s":60,"missed":3}"#;
        assert_eq!(read::<Heartbeat>(json).unwrap().1.patience(), 180_000_000);
        let fault = |old: &str| read::<Heartbeat>(&json.replace(old, "0")).unwrap_err().to_string();
        assert!(fault("60").contains("heartbeat \"du\": field \"interval_s\" is not 1 second"));
        assert!(fault("3").contains("\"missed\" is not 1 or more"));
    }
}
