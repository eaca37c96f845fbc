//! Lines of the tables of included units.

use datasets::units::EventTime;
use pipelines::balances::bucket::Unit;
use pipelines::charging::fold::{UnitBucket, UnitMovement};

use super::{Lines, instant};

impl Lines {
    /// Of `bill.allowances`.
    #[must_use]
    pub fn bucket(&self, row: &UnitBucket) -> String {
        let open = |at: EventTime| match at {
            EventTime::MIN | EventTime::MAX => String::new(),
            at => instant(at),
        };
        let cells = [
            format!("{:016x}", row.bucket),
            self.text(row.account.spread()),
            self.text(row.subscription),
            self.text(row.allowance),
            unit(row.unit).to_owned(),
            open(row.valid.from),
            open(row.valid.to),
            row.granted.to_string(),
            (row.granted - row.left).to_string(),
            row.left.to_string(),
        ];
        cells.join("|")
    }

    /// Of `bill.allowance_movements`, for one that a cut brings, or takes back.
    #[must_use]
    pub fn unit_moves(&self, cut: u64, row: &UnitMovement, comes: bool) -> String {
        let reason = format!("{:?}", row.reason).to_lowercase();
        let cells = [
            cut.to_string(),
            format!("{:016x}", row.bucket),
            self.text(row.account.spread()),
            self.text(row.allowance),
            reason,
            (!comes).to_string(),
            row.provenance.map_or_else(|| "||".to_owned(), |place| self.place(place)),
            instant(row.happened_at),
            if comes { row.amount } else { -row.amount }.to_string(),
            unit(row.unit).to_owned(),
        ];
        cells.join("|")
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "money",
        Unit::Milliseconds => "ms",
        Unit::Octets => "bytes",
        Unit::Events => "events",
    }
}
