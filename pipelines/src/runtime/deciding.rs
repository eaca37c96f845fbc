//! What the commit thread decides at the end of a cut and lets leave once it is sealed.

use std::collections::BTreeMap;

use arrow::array::{AsArray, RecordBatch};
use connectors::kafka::sink::signal::Signals;
use connectors::lake::{CutFacts, Lake, LakeError, Seal};
use datasets::dictionary::Table;
use datasets::tables;

use super::acting::Acting;
use super::orders::CutShare;
use super::signalling::Signalling;
use super::sinks::Sinks;
use crate::decisions::credit_bars::{Assessed, Band, CreditAction, Episodes};
use crate::decisions::credit_signals;
use crate::decisions::standing::Standing;
use crate::publish::{action_rows, standing_rows};

/// What worker 0 has for the world outside the lake.
pub struct Outward {
    /// What the commit thread decides.
    pub deciding: Deciding,
    /// The signal thread, if there is a topic for it.
    pub signalling: Option<Signalling>,
}

impl Outward {
    /// Takes over behind a seal: the open episodes are the ledger's, and what signals say is what the sealed view says.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub fn begin(
        lake: &Lake,
        seal: Option<&Seal>,
        (sinks, band): (Sinks, Band),
    ) -> Result<Self, LakeError> {
        let episodes = Episodes::of_ledger(band, ledger(lake, seal)?);
        let standings = standings(lake, seal, &episodes)?;
        let undecided = episodes.undecided(&standings);
        let acting = sinks
            .actions
            .map(|topic| Acting::start(topic, sinks.action_status, lake.clone(), seal));
        let signalling = sinks
            .signals
            .map(|topic| Signalling::start(topic, sinks.signal_status, signals(&standings)));
        let actions_sent = seal.map_or(0, |seal| seal.facts.actions_sent);
        let deciding = Deciding { episodes, undecided, decided: Vec::new(), actions_sent, acting };
        Ok(Self { deciding, signalling })
    }
}

/// What the commit thread decides.
pub struct Deciding {
    episodes: Episodes,
    /// Accounts that the first cut decides about, whatever happens in it.
    undecided: Vec<Assessed>,
    /// What the cut that is being committed has decided.
    decided: Vec<CreditAction>,
    /// What the last cut of an earlier run recorded, which stands while no actions are sent.
    actions_sent: u64,
    acting: Option<Acting>,
}

impl Deciding {
    /// Decides for a cut, and returns the rows of the ledger, if any.
    pub fn decide(&mut self, facts: &CutFacts, shares: &[CutShare]) -> Option<RecordBatch> {
        let undecided = std::mem::take(&mut self.undecided);
        let crossing = shares.iter().flat_map(|share| share.assessed.iter().cloned());
        self.decided =
            self.episodes.decide((facts.cut, facts.now), undecided.into_iter().chain(crossing));
        (!self.decided.is_empty()).then(|| action_rows::write(&self.decided))
    }

    /// The last cut whose actions are acknowledged, as a plan made now records it.
    #[must_use]
    pub fn actions_sent(&self) -> u64 {
        self.acting.as_ref().map_or(self.actions_sent, Acting::acknowledged)
    }

    /// Lets what the sealed cut has decided leave.
    pub fn sealed(&mut self, seal: &Seal) {
        let decided = std::mem::take(&mut self.decided);
        if let Some(acting) = &self.acting {
            acting.sealed(seal, decided);
        }
    }

    /// Lets the threads finish what they have.
    pub fn stop(self) {
        if let Some(acting) = self.acting {
            acting.stop();
        }
    }
}

fn read(
    lake: &Lake,
    seal: Option<&Seal>,
    table: &'static Table,
) -> Result<impl Iterator<Item = Result<RecordBatch, LakeError>> + use<>, LakeError> {
    let sealed = seal.and_then(|seal| seal.tables.get(&table.qualified_name()));
    let rows = sealed.map(|sealed| lake.read(table, sealed.version)).transpose()?;
    Ok(rows.into_iter().flatten())
}

fn ledger(lake: &Lake, seal: Option<&Seal>) -> Result<Vec<CreditAction>, LakeError> {
    let mut actions = Vec::new();
    for batch in read(lake, seal, &tables::ACTIONS)? {
        actions.extend(action_rows::read(&batch?));
    }
    Ok(actions)
}

/// How the accounts stand that are told of, or barred.
fn standings(
    lake: &Lake,
    seal: Option<&Seal>,
    episodes: &Episodes,
) -> Result<BTreeMap<String, Standing>, LakeError> {
    let mut standings = BTreeMap::new();
    for batch in read(lake, seal, &tables::CREDIT)? {
        let batch = batch?;
        let accounts = batch.column_by_name("account_id").expect("the table names accounts");
        let standing = standing_rows::read(&batch);
        for (row, account_id) in accounts.as_string::<i32>().iter().flatten().enumerate() {
            let standing = standing(row);
            if credit_signals::is_told(&standing) || episodes.is_open(account_id) {
                standings.insert(account_id.to_owned(), standing);
            }
        }
    }
    Ok(standings)
}

/// What the signal topic is to say.
fn signals(standings: &BTreeMap<String, Standing>) -> Signals {
    let signal = |(account_id, standing): (&String, &Standing)| {
        Some((account_id.clone(), credit_signals::signal(account_id, standing)?))
    };
    standings.iter().filter_map(signal).collect()
}
