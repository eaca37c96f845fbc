//! Nouns at the edge: sources of records, and the lake of Delta tables. Only here are networks, files and clocks.

pub mod lake;

pub mod source;

pub mod decode;

pub mod mapping;

pub mod file;

pub mod kafka;

pub mod memory;

pub mod cluster;

mod stopwatch;
