//! What a subscription does, as far as fraud rules ask for it.

use datasets::units::EventTime;
use serde::{Deserialize, Serialize};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum What {
    /// A call was made.
    CallMade(Call),
    /// A call was received.
    CallReceived,
    /// A message was sent.
    SmsSent,
    /// A message was received.
    SmsReceived,
    /// So many bytes went through.
    Data(u64),
}

/// A call that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Call {
    /// The id of the called number.
    pub called: u64,
    /// How long it was, in ms.
    pub duration: u64,
    /// Whether it went abroad.
    pub international: bool,
    /// Whether the number is a premium or high-risk one.
    pub risky: bool,
}

/// Something that a subscription did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Activity {
    /// When it began.
    pub at: EventTime,
    /// The id of its record; unique.
    pub id: u64,
    /// What was done.
    pub what: What,
    /// The id of the cell; none where it is not known.
    pub cell: Option<u64>,
    /// What was charged, in 10⁻⁹ of the currency's unit.
    pub charged: i64,
}
