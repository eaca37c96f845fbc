//! Turns the rows of a cut into the record batches of the published tables.

pub mod encode;

pub mod cut_rows;

pub mod standing_rows;

mod unit_rows;

mod movement;

pub mod action_rows;

pub use cut_rows::CutRows;
pub use encode::Encoder;
pub use movement::Movement;
