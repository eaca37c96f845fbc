//! Rows of `ops.actions`: written at the end of a cut, read again after a restart.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use datasets::ids::Id128;
use datasets::tables;
use datasets::units::EventTime;

use super::encode::{batch, counts, instants, plain, totals, words};
use super::standing_rows;
use crate::decisions::credit_bars::{CreditAction, Deed, POLICY};

/// The rows of actions.
#[must_use]
pub fn write(actions: &[CreditAction]) -> RecordBatch {
    let rows = || actions.iter();
    let evidence = || actions.iter().map(|action| action.evidence);
    batch(
        &tables::ACTIONS,
        vec![
            plain(rows().map(|action| Some(action.action_id))),
            counts(rows().map(|action| action.cut)),
            instants(rows().map(|action| Some(action.decided_at))),
            words(rows().map(|_| POLICY)),
            words(rows().map(|action| action.deed.as_str())),
            plain(rows().map(|action| Some(&action.account_id))),
            words(evidence().map(|standing| standing.state.as_str())),
            totals(evidence().map(|standing| standing.exposure)),
            totals(evidence().map(|standing| standing.limit)),
            words(evidence().map(|standing| standing.currency)),
            instants(evidence().map(|standing| standing.changed_at)),
            plain(rows().map(|action| action.withdraws)),
        ],
    )
}

/// The actions of this policy in rows of the ledger.
pub fn read(rows: &RecordBatch) -> impl Iterator<Item = CreditAction> + '_ {
    let column = |name| rows.column_by_name(name).expect("the lake reads tables by their schema");
    let text = |name| column(name).as_string::<i32>();
    let cuts = column("cut").as_primitive::<Int64Type>();
    let instants = column("decided_at").as_primitive::<TimestampMicrosecondType>();
    let (ids, deeds, accounts) = (text("action_id"), text("action"), text("account_id"));
    let (policies, withdrawn) = (text("policy"), text("withdraws_action_id"));
    let standings = standing_rows::read(rows);
    let ours = (0..rows.num_rows()).filter(move |row| policies.value(*row) == POLICY);
    ours.map(move |row| CreditAction {
        action_id: parse_id(ids.value(row)),
        cut: u64::try_from(cuts.value(row)).expect("cuts are not negative"),
        decided_at: EventTime(instants.value(row)),
        deed: if deeds.value(row) == Deed::Bar.as_str() { Deed::Bar } else { Deed::Unbar },
        account_id: accounts.value(row).to_owned(),
        evidence: standings(row),
        withdraws: withdrawn.is_valid(row).then(|| parse_id(withdrawn.value(row))),
    })
}

fn parse_id(text: &str) -> Id128 {
    Id128::from(u128::from_str_radix(text, 16).expect("ids are 32 hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    use datasets::units::Currency;

    use super::*;
    use crate::charging::fold::CreditState;
    use crate::decisions::standing::Standing;

    #[test]
    fn actions_read_back_as_they_were_written() {
        let bar = CreditAction {
            action_id: Id128::from(7),
            cut: 3,
            decided_at: EventTime(11),
            deed: Deed::Bar,
            account_id: "acc-1".to_owned(),
            evidence: Standing {
                state: CreditState::Exceeded,
                exposure: 12,
                limit: -5,
                currency: Currency::EUR,
                changed_at: Some(EventTime(-1)),
            },
            withdraws: None,
        };
        let unbar = CreditAction {
            action_id: Id128::from(u128::MAX),
            deed: Deed::Unbar,
            evidence: Standing { state: CreditState::Normal, changed_at: None, ..bar.evidence },
            withdraws: Some(bar.action_id),
            ..bar.clone()
        };
        let actions = [bar, unbar];
        let rows = write(&actions);
        // The lake reads text columns plain, whatever they were written from.
        let schema = tables::ACTIONS.arrow_schema();
        let plain = rows.columns().iter().zip(schema.fields());
        let plain = plain.map(|(column, field)| arrow::compute::cast(column, field.data_type()));
        let plain = plain.collect::<Result<Vec<_>, _>>().unwrap();
        let rows = RecordBatch::try_new(schema, plain).unwrap();
        assert_eq!(read(&rows).collect::<Vec<_>>(), actions);
    }
}
