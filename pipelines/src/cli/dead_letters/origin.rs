//! Where dead letters came from, and which of them are meant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{anyhow, bail};

/// What the dead letters of a topic or file have in common.
#[derive(Default)]
pub(super) struct Origin {
    pub(super) count: u64,
    /// Their headers, of which a file has one unless it was written anew.
    pub(super) headers: BTreeSet<Option<String>>,
}

/// The topics and files that are meant: one, or those of a folder.
pub(super) fn choose<'o>(
    origins: &'o BTreeMap<String, Origin>,
    topic: Option<&str>,
) -> anyhow::Result<Vec<&'o str>> {
    let all = || {
        let one = |(topic, origin): (&String, &Origin)| format!("\"{topic}\" ({})", origin.count);
        origins.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let Some(topic) = topic else {
        return match origins.len() {
            1 => Ok(origins.keys().map(String::as_str).collect()),
            _ => bail!("dead letters came from several places; say with --topic which: {}", all()),
        };
    };
    let is_below = |name: &str| Path::new(name).starts_with(topic);
    let chosen: Vec<&str> = match origins.get_key_value(topic) {
        Some((name, _)) => vec![name],
        None => origins.keys().map(String::as_str).filter(|name| is_below(name)).collect(),
    };
    match chosen.is_empty() {
        true => Err(anyhow!("no dead letter came from \"{topic}\"; they came from {}", all())),
        false => Ok(chosen),
    }
}

/// The one header that they have.
pub(super) fn header(
    origins: &BTreeMap<String, Origin>,
    chosen: &[&str],
) -> anyhow::Result<Option<String>> {
    let headers: BTreeSet<_> = chosen.iter().flat_map(|name| &origins[*name].headers).collect();
    match headers.len() {
        0 | 1 => Ok(headers.into_iter().next().cloned().flatten()),
        _ => bail!(
            "their files do not have the same columns, so that one file cannot take them all; replay file by file with --topic: {}",
            chosen.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(given: &[(&str, Option<&str>)]) -> BTreeMap<String, Origin> {
        let origin = |header: &Option<&str>| Origin {
            count: 2,
            headers: BTreeSet::from([header.map(str::to_owned)]),
        };
        given.iter().map(|(topic, header)| ((*topic).to_owned(), origin(header))).collect()
    }

    #[test]
    fn one_place_is_meant_or_named() {
        let several = origins(&[("in/a.csv", Some("a,b")), ("in/b.csv", Some("b")), ("t", None)]);
        let said = choose(&several, None).unwrap_err().to_string();
        assert!(said.contains("--topic") && said.contains("\"in/a.csv\" (2)"), "{said}");
        let said = choose(&several, Some("usage.cdr")).unwrap_err().to_string();
        assert!(said.contains("\"usage.cdr\"") && said.contains("\"t\" (2)"), "{said}");
        assert_eq!(choose(&several, Some("t")).unwrap(), ["t"]);
        assert_eq!(choose(&several, Some("in/")).unwrap(), ["in/a.csv", "in/b.csv"]);
        assert_eq!(header(&several, &["in/a.csv"]).unwrap().as_deref(), Some("a,b"));
        assert_eq!(header(&several, &["t"]).unwrap(), None);
        let said = header(&several, &["in/a.csv", "in/b.csv"]).unwrap_err().to_string();
        assert!(said.contains("file by file"), "{said}");
        assert_eq!(choose(&origins(&[("t", None)]), None).unwrap(), ["t"]);
    }
}
