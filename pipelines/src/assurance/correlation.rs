//! Which alarms belong together?
//!
//! Two alarms are neighbours if they are near in time and near in the topology; a situation is everything that can be
//! reached from neighbour to neighbour. **Law:** the order of alarms and of edges does not matter.

pub mod topology;

pub mod situations;

#[cfg(test)]
mod tests;
