//! The laws of the operators, over generated histories, against answers computed the slow way.

mod history;

mod plain;

mod lookups;

mod dedup;
