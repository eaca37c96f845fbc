//! What signals and actions must be, told from the tables of a lake by the plain reading of them.

mod band;

use std::collections::{BTreeMap, BTreeSet};

use connectors::lake::{Lake, LakeError, Seal};
use datasets::generator::Item;
use datasets::tables;
use serde_json::{Value, json};

use crate::harness::rows;

/// A record of a topic: key, and value unless it is a tombstone.
pub type Record = (String, Option<String>);

/// The same item, with little credit and small top-ups: accounts go to their limit and back.
///
/// # Panics
/// If a document is not JSON.
#[must_use]
pub fn tightened(item: Item) -> Item {
    let (field, value) = match item.topic {
        "ref.accounts" => ("credit_limit", "1.5"),
        "cust.topups" => ("amount", "3"),
        _ => return item,
    };
    let rewrite = |payload: Vec<u8>| {
        let mut document: Value = serde_json::from_slice(&payload).expect("documents are JSON");
        document[field] = value.into();
        serde_json::to_vec(&document).expect("documents are JSON")
    };
    Item { payload: item.payload.map(rewrite), ..item }
}

/// A row of `ops.actions`, as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionRow {
    /// Column `cut`.
    pub cut: u64,
    /// Column `account_id`.
    pub account_id: String,
    /// Column `action`.
    pub action: String,
    /// Columns `state`, `amount`, `limit_amount`, `currency` and `changed_at`.
    pub evidence: [String; 5],
    /// Column `action_id`.
    pub action_id: String,
    /// Column `withdraws_action_id`, empty for a bar.
    pub withdraws: String,
    /// Column `decided_at`.
    pub decided_at: String,
}

/// The rows of the ledger at a seal, by cut and account.
///
/// # Errors
/// When the ledger cannot be read.
///
/// # Panics
/// If its columns are others.
pub fn ledger(lake: &Lake, seal: &Seal) -> Result<Vec<ActionRow>, LakeError> {
    let row = |row: &String| {
        let columns: Vec<&str> = row.split('|').collect();
        let [id, cut, decided_at, policy, action, account, evidence @ .., withdraws] = &columns[..]
        else {
            panic!("\"{row}\" has other columns");
        };
        assert_eq!(*policy, "credit_limit");
        ActionRow {
            cut: cut.parse().expect("a cut is a number"),
            account_id: (*account).to_owned(),
            action: (*action).to_owned(),
            evidence: evidence_of(evidence),
            action_id: (*id).to_owned(),
            withdraws: (*withdraws).to_owned(),
            decided_at: (*decided_at).to_owned(),
        }
    };
    let mut ledger: Vec<_> = rows(lake, seal, &tables::ACTIONS, &[])?.iter().map(row).collect();
    ledger.sort();
    Ok(ledger)
}

fn evidence_of(columns: &[&str]) -> [String; 5] {
    let columns: Vec<String> = columns.iter().map(|text| (*text).to_owned()).collect();
    columns.try_into().expect("evidence is five columns")
}

/// `bill.credit` at a seal: state, amount, limit, currency and instant by account.
///
/// # Errors
/// When the table cannot be read.
///
/// # Panics
/// If its columns are others.
pub fn credit(lake: &Lake, seal: &Seal) -> Result<BTreeMap<String, [String; 5]>, LakeError> {
    let row = |row: &String| {
        let (account, rest) = row.split_once('|').expect("there are six columns");
        (account.to_owned(), evidence_of(&rest.split('|').collect::<Vec<_>>()))
    };
    Ok(rows(lake, seal, &tables::CREDIT, &[])?.iter().map(row).collect())
}

/// Checks the ledger at every sealed cut: the open bars are the accounts that are exceeded, and some in the band below, the
/// evidence is that of the cut, and nothing is ever taken out or decided twice. Returns the newest ledger.
///
/// # Errors
/// When the lake cannot be read.
///
/// # Panics
/// If something is not so.
pub fn check_ledger(lake: &Lake) -> Result<Vec<ActionRow>, LakeError> {
    let mut known: Vec<ActionRow> = Vec::new();
    for cut in lake.seals()? {
        let seal = lake.seal(cut)?;
        let (ledger, credit) = (ledger(lake, &seal)?, credit(lake, &seal)?);
        assert_eq!(ledger[..known.len()], known[..], "cut {cut} keeps what was decided before");
        band::check_new(&ledger[known.len()..], cut, &credit);
        band::check_open(&open(&ledger), &credit, cut);
        known = ledger;
    }
    let ids: BTreeSet<&str> = known.iter().map(|row| &*row.action_id).collect();
    assert_eq!(ids.len(), known.len(), "ids are unique");
    Ok(known)
}

/// The accounts whose last bar is not withdrawn, each episode being a bar and then its unbar.
fn open(ledger: &[ActionRow]) -> BTreeSet<&str> {
    let mut open: BTreeMap<&str, &str> = BTreeMap::new();
    for row in ledger {
        match &*row.action {
            "bar" => assert_eq!(open.insert(&row.account_id, &row.action_id), None, "{row:?}"),
            "unbar" => {
                assert_eq!(open.remove(&*row.account_id), Some(&*row.withdraws), "{row:?}");
            }
            other => panic!("\"{other}\" is no action"),
        }
    }
    open.into_keys().collect()
}

/// Checks that a topic has every row of the ledger, each at least once, always the same, first in the ledger's order,
/// and nothing else.
///
/// # Panics
/// If something is not so.
pub fn check_actions(records: &[Record], ledger: &[ActionRow]) {
    let mut first: Vec<&str> = Vec::new();
    let mut contents: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, value) in records {
        let value = value.as_deref().expect("an action is no tombstone");
        match contents.insert(id, value) {
            None => first.push(id),
            Some(known) => assert_eq!(known, value, "one id, one content"),
        }
    }
    let decided: BTreeSet<&str> = ledger.iter().map(|row| &*row.action_id).collect();
    assert_eq!(contents.keys().copied().collect::<BTreeSet<_>>(), decided);
    for row in ledger {
        let content: Value = serde_json::from_str(contents[&*row.action_id]).expect("it is JSON");
        assert_eq!(content, message_of(row));
    }
    let cut_of: BTreeMap<&str, u64> = ledger.iter().map(|row| (&*row.action_id, row.cut)).collect();
    assert!(first.is_sorted_by_key(|id| cut_of[id]), "cut by cut");
}

fn message_of(row: &ActionRow) -> Value {
    let [state, amount, limit, currency, changed_at] = &row.evidence;
    json!({
        "action_id": row.action_id, "policy": "credit_limit", "action": row.action,
        "account_id": row.account_id, "cut": row.cut, "decided_at": row.decided_at,
        "state": state, "amount": decimal(amount), "limit_amount": decimal(limit),
        "currency": currency, "changed_at": some(changed_at),
        "withdraws_action_id": some(&row.withdraws),
    })
}

/// What the signal topic has to say at a seal.
///
/// # Errors
/// When the lake cannot be read.
pub fn signals(lake: &Lake, seal: &Seal) -> Result<BTreeMap<String, Value>, LakeError> {
    let signal = |(account, row): (String, [String; 5])| {
        let [state, _, limit, currency, changed_at] = row;
        let value = json!({
            "account_id": account, "state": state, "limit_amount": decimal(&limit),
            "currency": currency, "changed_at": some(&changed_at),
        });
        (state != "normal").then_some((account, value))
    };
    Ok(credit(lake, seal)?.into_iter().filter_map(signal).collect())
}

/// What a compacted topic says.
///
/// # Panics
/// If a value is not JSON.
#[must_use]
pub fn said(records: &[Record]) -> BTreeMap<String, Value> {
    let mut said = BTreeMap::new();
    for (key, value) in records {
        match value {
            Some(value) => {
                said.insert(key.clone(), serde_json::from_str(value).expect("a signal is JSON"))
            }
            None => said.remove(key),
        };
    }
    said
}

/// A column of nine decimals without those that say nothing.
fn decimal(text: &str) -> &str {
    text.trim_end_matches('0').trim_end_matches('.')
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
