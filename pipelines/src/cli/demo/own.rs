//! The lake of a demo, and no other: what is somebody's is left alone.

use anyhow::anyhow;
use connectors::lake::Lake;
use datasets::ids::Pseudonyms;

use crate::cli::{Failure, LakeArgs};

/// Makes the demo's numbers pseudonyms, and tells its lakes from others.
pub(super) const KEY: &[u8] = b"the demo's own key";

/// Opens a lake that is new, or that an earlier demo made.
pub(super) fn lake(args: &LakeArgs) -> Result<Lake, Failure> {
    let location = args.location();
    let refuse = || -> Failure {
        anyhow!(
            "\"{location}\" is not empty and not the lake of a demo, so it is left as it is; name another folder: weir demo --lake DIR"
        )
        .into()
    };
    if has_other_things(args) {
        return Err(refuse());
    }
    let lake = Lake::open(&location)?;
    match lake.latest()? {
        None => Ok(lake),
        Some(seal) if seal.facts.key_digest == Pseudonyms::new(KEY).key_digest() => {
            eprintln!("\"{location}\" has a demo already: what it has read is not read again");
            Ok(lake)
        }
        Some(_) => Err(refuse()),
    }
}

/// Whether it is a folder with something in it and no lake among that, or no folder at all.
fn has_other_things(args: &LakeArgs) -> bool {
    let has = |mut entries: std::fs::ReadDir| entries.next().is_some();
    let is_used = args.lake.is_file() || std::fs::read_dir(&args.lake).is_ok_and(has);
    is_used && !args.lake.join("_weir/cuts/latest.json").is_file()
}
