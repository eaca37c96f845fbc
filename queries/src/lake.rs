//! The lake: which cuts are sealed, and which version of each table they name.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use datasets::units::EventTime;
use object_store::ObjectStore;
use url::Url;

use crate::error::QueryError;
use place::Place;
use seal::SealFile;

mod bucket;

mod place;

mod seal;

/// Where seals are.
const CUTS: &str = "_weir/cuts";

/// Which cut to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The newest sealed cut.
    Latest,
    /// The cut of this number.
    Cut(u64),
    /// The newest cut whose stream time is not after this instant.
    Instant(EventTime),
}

/// The version at which a cut sealed a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableVersion {
    /// Delta version.
    pub version: i64,
    /// Rows that are live at it.
    pub row_count: u64,
}

/// A sealed cut: one instant of the whole business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its number.
    pub cut: u64,
    /// Its stream time.
    pub now: Option<EventTime>,
    /// Wall clock at the seal.
    pub sealed_at: Option<EventTime>,
    /// Why it was cut: interval, heartbeat, memory or shutdown.
    pub reason: String,
    /// Records that it took in.
    pub record_count: Option<u64>,
    /// Qualified name of each table, and its version.
    pub tables: BTreeMap<String, TableVersion>,
}

/// A lake at its place.
#[derive(Clone, Debug)]
pub(crate) struct Lake {
    place: Place,
    name: String,
}

impl Lake {
    /// Finds the lake; a folder without cuts is none.
    pub(crate) fn open(name: &str) -> Result<Self, QueryError> {
        Ok(Self { place: Place::find(name)?, name: name.to_owned() })
    }

    /// The objects of the lake.
    pub(crate) fn objects(&self) -> Result<Arc<dyn ObjectStore>, object_store::Error> {
        self.place.objects()
    }

    /// The address of a table's folder, for the reader of Delta logs.
    pub(crate) fn address(&self, folder: &str) -> Option<Url> {
        self.place.address(folder)
    }

    /// Reads the seal of a cut.
    pub(crate) fn cut(&self, at: At) -> Result<Cut, QueryError> {
        match at {
            At::Latest => self.latest(),
            At::Cut(cut) => self.read(cut)?.ok_or_else(|| self.unknown(cut)),
            At::Instant(instant) => self.newest_until(instant),
        }
    }

    /// The numbers of all retained cuts, ascending.
    pub(crate) fn retained(&self) -> Result<Vec<u64>, QueryError> {
        let failed = |source| QueryError::Read { path: self.place.shown(&self.name, CUTS), source };
        let names = self.place.names(CUTS).map_err(failed)?;
        let mut cuts: Vec<u64> = names.iter().filter_map(|name| number_of(name)).collect();
        cuts.sort_unstable();
        if cuts.is_empty() { Err(self.empty()) } else { Ok(cuts) }
    }

    fn latest(&self) -> Result<Cut, QueryError> {
        let mut newest = match self.read_file("latest.json")? {
            Some(cut) => cut,
            None => self.newest_of(&self.retained()?)?,
        };
        // The pointer is written after the seal, so a crash may leave it behind.
        while let Some(next) = self.read(newest.cut + 1)? {
            newest = next;
        }
        Ok(newest)
    }

    fn newest_of(&self, cuts: &[u64]) -> Result<Cut, QueryError> {
        let newest = cuts.last().copied().ok_or_else(|| self.empty())?;
        self.read(newest)?.ok_or_else(|| self.unknown(newest))
    }

    fn newest_until(&self, instant: EventTime) -> Result<Cut, QueryError> {
        let cuts = self.retained()?;
        // Stream time is monotone over cuts, so the search may halve; a cut removed meanwhile counts as old.
        let mut failure = None;
        let until = cuts.partition_point(|cut| match self.read(*cut) {
            Ok(found) => found.and_then(|cut| cut.now).is_none_or(|now| now <= instant),
            Err(error) => {
                failure = Some(error);
                true
            }
        });
        match failure {
            Some(error) => Err(error),
            None if until == 0 => Err(QueryError::BeforeFirstCut {
                instant: instant.to_string(),
                lake: self.name.clone(),
                first: cuts[0],
            }),
            None => self.newest_of(&cuts[..until]),
        }
    }

    fn read(&self, cut: u64) -> Result<Option<Cut>, QueryError> {
        self.read_file(&format!("{cut:020}.json"))
    }

    fn read_file(&self, name: &str) -> Result<Option<Cut>, QueryError> {
        let path = format!("{CUTS}/{name}");
        let shown = self.place.shown(&self.name, &path);
        let bytes = match self.place.read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            bytes => bytes.map_err(|source| QueryError::Read { path: shown.clone(), source })?,
        };
        let seal = serde_json::from_slice::<SealFile>(&bytes).map(Cut::from);
        seal.map(Some).map_err(|source| QueryError::Seal { path: shown, source })
    }

    fn empty(&self) -> QueryError {
        QueryError::NoLake { lake: self.name.clone() }
    }

    fn unknown(&self, cut: u64) -> QueryError {
        match self.retained().as_deref() {
            Ok([first, .., last]) => self.outside(cut, *first, *last),
            Ok([only]) => self.outside(cut, *only, *only),
            _ => self.empty(),
        }
    }

    fn outside(&self, cut: u64, first: u64, last: u64) -> QueryError {
        QueryError::UnknownCut { cut, lake: self.name.clone(), first, last }
    }
}

/// The number of the cut whose seal has this file name.
fn number_of(file_name: &str) -> Option<u64> {
    let digits = file_name.strip_suffix(".json")?;
    (digits.len() == 20).then(|| digits.parse().ok()).flatten()
}
