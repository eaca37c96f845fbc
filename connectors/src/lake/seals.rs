//! The sealed cuts: where readers start.

use super::Lake;
use super::error::LakeError;
use super::facts::Seal;
use super::store::Creation;

pub(crate) const FOLDER: &str = "_weir/cuts";
const LATEST: &str = "_weir/cuts/latest.json";
const WHAT: &str = "the seal of a cut";

impl Lake {
    /// Numbers of the sealed cuts that are retained, ascending.
    ///
    /// # Errors
    /// When the store fails.
    pub fn seals(&self) -> Result<Vec<u64>, LakeError> {
        let number = |name: &String| name.strip_suffix(".json")?.parse().ok();
        Ok(self.list(FOLDER)?.iter().filter_map(number).collect())
    }

    /// The seal of a cut.
    ///
    /// # Errors
    /// When the cut was never sealed or is no longer retained, or the store fails.
    pub fn seal(&self, cut: u64) -> Result<Seal, LakeError> {
        self.find_seal(cut)?.ok_or(LakeError::NoSuchCut(cut))
    }

    /// The newest sealed cut; none in a new lake.
    ///
    /// # Errors
    /// When the store fails.
    pub fn latest(&self) -> Result<Option<Seal>, LakeError> {
        let mut newest = self.find_json::<Seal>(LATEST, WHAT)?;
        if newest.is_none()
            && let Some(cut) = self.seals()?.last()
        {
            newest = self.find_seal(*cut)?;
        }
        // The pointer is written after the seal, so a crash may leave it one behind.
        while let Some(next) = self.find_seal(next_cut(newest.as_ref()))? {
            newest = Some(next);
        }
        Ok(newest)
    }

    fn find_seal(&self, cut: u64) -> Result<Option<Seal>, LakeError> {
        self.find_json(&path(cut), WHAT)
    }
}

/// The cut that follows a seal.
pub(crate) fn next_cut(seal: Option<&Seal>) -> u64 {
    seal.map_or(1, |seal| seal.facts.cut + 1)
}

/// Seals a cut, and points the readers to it. A seal that is there already stays as it is.
pub(crate) fn record(lake: &Lake, seal: Seal) -> Result<Seal, LakeError> {
    let cut = seal.facts.cut;
    let mut bytes = to_json(&seal);
    let mut sealed = seal;
    if lake.create(&path(cut), &bytes)? == Creation::Exists {
        sealed = lake.seal(cut)?;
        bytes = to_json(&sealed);
    }
    lake.put(LATEST, &bytes)?;
    Ok(sealed)
}

/// Path of a cut's seal.
pub(crate) fn path(cut: u64) -> String {
    format!("{FOLDER}/{cut:020}.json")
}

fn to_json(seal: &Seal) -> Vec<u8> {
    serde_json::to_vec_pretty(seal).expect("a seal is plain JSON")
}
