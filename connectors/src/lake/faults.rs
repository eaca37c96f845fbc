//! Storage that fails on purpose, to prove that the lake survives it.

mod faulty_store;
mod simulated_disk;

pub use faulty_store::{FaultyStore, Flavour};
pub use simulated_disk::SimulatedDisk;
