//! The lake, proved: against a model, under crashes and power cuts, between rivals, and on an object store.

extern crate weir_connectors as connectors;

mod lake {
    mod crashes;
    mod invariants;
    mod model;
    mod power_cuts;
    mod rivals;
    mod rows;
    mod script;
    mod upkeep;
}
