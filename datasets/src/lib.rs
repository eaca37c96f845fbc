//! What the data is: units, ids, records, reference entities and the data dictionary. No dataflow, no I/O.

pub mod units;

pub mod ids;

pub mod provenance;

pub mod number;

pub mod usage;

pub mod care;

pub mod reference;

pub mod assurance;

pub mod cycle;

pub mod dictionary;

pub mod tables;

pub mod generator;
