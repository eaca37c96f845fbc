//! Services and what they run on, as a graph without circles, and how bad each of them is.

use std::collections::{BTreeMap, BTreeSet};

use datasets::assurance::Severity;
use datasets::assurance::service::{Part, Service};

use super::reduce::{Weighed, mapped, reduced};

/// Services in an order in which each comes after those that it runs on.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    services: Vec<Service>,
}

/// How bad each service is.
pub type Severities = BTreeMap<String, Severity>;

/// A service before and after something has happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateChange {
    /// The service.
    pub service: String,
    /// How bad it was.
    pub before: Severity,
    /// How bad it is.
    pub after: Severity,
}

impl Graph {
    /// The graph of documents; a service that is named and not there is well.
    ///
    /// # Errors
    /// The services that run on themselves, directly or not, or need one that does.
    pub fn of(services: impl IntoIterator<Item = Service>) -> Result<Self, Vec<String>> {
        let mut waiting: Vec<Service> = services.into_iter().collect();
        waiting.sort_unstable();
        let mut open: BTreeSet<String> = waiting.iter().map(|one| one.service_id.clone()).collect();
        let mut sorted = Vec::new();
        loop {
            let is_ready = |service: &mut Service| {
                let mut parts = service.parts.iter().filter_map(|part| part.service.as_ref());
                !parts.any(|part| open.contains(part))
            };
            let ready: Vec<Service> = waiting.extract_if(.., is_ready).collect();
            if ready.is_empty() {
                break;
            }
            for service in &ready {
                open.remove(&service.service_id);
            }
            sorted.extend(ready);
        }
        if waiting.is_empty() {
            Ok(Self { services: sorted })
        } else {
            Err(waiting.into_iter().map(|service| service.service_id).collect())
        }
    }

    /// How bad each service is, from the severities of resources; one that is not named is well.
    #[must_use]
    pub fn severities(&self, resources: &BTreeMap<String, Severity>) -> Severities {
        let mut severities = Severities::new();
        for service in &self.services {
            let of = |part: &Part| match (&part.service, &part.resource) {
                (Some(name), _) => severities.get(name),
                (None, Some(name)) => resources.get(name),
                (None, None) => None,
            };
            let weighed = service.parts.iter().filter_map(|part| {
                let severity = mapped(part.map, of(part).copied().unwrap_or_default())?;
                Some(Weighed { severity, weight: part.weight })
            });
            let weighed: Vec<Weighed> = weighed.collect();
            severities.insert(service.service_id.clone(), reduced(service.reduce, &weighed));
        }
        severities
    }

    /// The services that a resource can touch, each with those that run on it.
    #[must_use]
    pub fn touched_by(&self, resource: &str) -> BTreeSet<&str> {
        let mut touched = BTreeSet::new();
        for service in &self.services {
            let runs_on = |part: &Part| {
                part.resource.as_deref() == Some(resource)
                    || part.service.as_deref().is_some_and(|part| touched.contains(part))
            };
            if service.parts.iter().any(runs_on) {
                touched.insert(service.service_id.as_str());
            }
        }
        touched
    }
}

/// The services that have become worse or better.
#[must_use]
pub fn state_changes(before: &Severities, after: &Severities) -> Vec<StateChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let of =
        |severities: &Severities, name: &String| severities.get(name).copied().unwrap_or_default();
    let change = |service: &String| StateChange {
        service: service.clone(),
        before: of(before, service),
        after: of(after, service),
    };
    names.into_iter().map(change).filter(|change| change.before != change.after).collect()
}
