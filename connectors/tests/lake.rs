//! The lake, proved: against a model, under crashes and power cuts, between rivals, and on an object store.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

extern crate weir_connectors as connectors;

mod lake {
    mod crashes;
    mod gained_columns;
    mod invariants;
    mod model;
    mod power_cuts;
    mod rivals;
    mod rows;
    mod script;
    mod upkeep;
}
