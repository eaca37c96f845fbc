//! The page of all keys, held against the keys that are read.

use std::collections::BTreeSet;

use super::Typed;

/// A key that nobody has.
const NOBODYS: &str = "nobodys";

/// What is said of a configuration with that key.
fn said(text: &str) -> String {
    toml::from_str::<Typed>(text).expect_err(text).message().to_owned()
}

/// The keys that may stand in the same place, which the refusal of an unknown one lists.
fn expected(said: &str) -> Vec<String> {
    let list = said.split_once("expected").map_or("", |(_, list)| list);
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// All keys that are read.
fn known() -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for key in expected(&said(&format!("{NOBODYS} = 1"))) {
        let inside = [format!("[{key}]"), format!("[[{key}]]")]
            .map(|table| said(&format!("{table}\n{NOBODYS} = 1")))
            .into_iter()
            .find(|said| said.contains(NOBODYS));
        match inside {
            Some(said) => known.extend(expected(&said).iter().map(|name| format!("{key}.{name}"))),
            None => drop(known.insert(key)),
        }
    }
    known
}

/// All keys that the page explains: the first column of its tables, as far as they are about keys.
fn explained() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
    let page = std::fs::read_to_string(path).unwrap();
    let mut keys = BTreeSet::new();
    let mut is_about_keys = false;
    for line in page.lines() {
        is_about_keys = line.starts_with("| key |") || (is_about_keys && line.starts_with('|'));
        let key = line.strip_prefix("| `").and_then(|rest| rest.split_once('`'));
        if let (true, Some((key, _))) = (is_about_keys, key) {
            keys.insert(key.to_owned());
        }
    }
    keys
}

#[test]
fn the_page_explains_every_key_and_no_other() {
    let known = known();
    assert!(known.contains("lake") && known.contains("runtime.workers"), "{known:?}");
    assert!(known.contains("source.endings") && known.contains("signals.credit"), "{known:?}");
    let explained = explained();
    let missing: Vec<_> = known.difference(&explained).collect();
    let strange: Vec<_> = explained.difference(&known).collect();
    assert!(missing.is_empty(), "docs/configuration.md does not explain {missing:?}");
    assert!(strange.is_empty(), "docs/configuration.md explains what nothing reads: {strange:?}");
}
