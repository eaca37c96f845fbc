//! Fraud and risk as pure rules over plain structs.
