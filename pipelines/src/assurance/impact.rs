//! How bad is a service, when the things that it runs on have alarms?
//!
//! Severities go up from resources to services: mapped on each edge, weighed, and reduced by each service's own function.

pub mod reduce;

pub mod graph;

#[cfg(test)]
mod tests;
