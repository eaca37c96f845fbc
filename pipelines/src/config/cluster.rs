//! `[cluster]`: the processes that run one configuration together, and which of them this one is.

use std::path::Path;

use connectors::cluster::Membership;
use datasets::ids::{Pseudonyms, id64};
use serde::Deserialize;

use super::{Config, ConfigError, Reader, Typed, read_text};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedCluster {
    /// The address of each process, at which the others reach it.
    pub(super) hosts: Vec<String>,
}

impl Config {
    /// This process's place in the cluster, if there is one.
    ///
    /// # Errors
    /// When it is not told which of the processes it is, or there is no such process.
    pub fn membership(&self, process: Option<usize>) -> Result<Option<Membership>, ConfigError> {
        let bad =
            |problem: String| Reader { path: &self.path, text: "" }.bad("cluster.hosts", problem);
        match (process, self.hosts.len()) {
            (None | Some(0), 0) => Ok(None),
            (Some(process), count) if process < count => {
                let (hosts, fingerprint) = (self.hosts.clone(), self.fingerprint);
                Ok(Some(Membership { hosts, process, fingerprint }))
            }
            (Some(process), count) => {
                Err(bad(format!("names {count} processes, so that there is no process {process}")))
            }
            (None, count) => Err(bad(format!(
                "names {count} processes: say with \"--process N\" which of them, from 0, this one is"
            ))),
        }
    }
}

impl Reader<'_> {
    /// What all processes of a cluster must have alike: the file, the mappings and the key that it names, and the weir.
    pub(super) fn fingerprint(&self, typed: &Typed, key: &[u8]) -> Result<u64, ConfigError> {
        let digest = Pseudonyms::new(key).key_digest();
        let mut texts = vec![self.text.to_owned(), env!("CARGO_PKG_VERSION").to_owned(), digest];
        for mapping in typed.source.iter().filter_map(|source| source.mapping.as_ref()) {
            texts.push(read_text(Path::new(&self.beside(&mapping.display().to_string())))?);
        }
        Ok(id64(&texts.join("\0")))
    }

    /// The addresses of all processes; none where there is no cluster.
    pub(super) fn hosts(&self, typed: Option<TypedCluster>) -> Result<Vec<String>, ConfigError> {
        let Some(TypedCluster { hosts }) = typed else { return Ok(Vec::new()) };
        let is_address = |host: &String| {
            let parts = host.rsplit_once(':');
            parts.is_some_and(|(name, port)| !name.is_empty() && port.parse::<u16>().is_ok())
        };
        if let Some(host) = hosts.iter().find(|host| !is_address(host)) {
            let problem = format!("has \"{host}\", which is not of the form HOST:PORT");
            return Err(self.bad("cluster.hosts", problem));
        }
        match hosts.len() {
            0 => Err(self.bad("cluster.hosts", "is empty; leave [cluster] out for one process")),
            _ => Ok(hosts),
        }
    }
}
