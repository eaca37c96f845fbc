//! The questions: SQL over the lake at one sealed cut, read-only, with saved questions and a shell.
//!
//! A [`Session`] resolves every table at the version that one cut sealed, so every answer is about one instant of the
//! whole business.
//!
//! Public functions return boxed futures: the body of an `async fn` is compiled again in every crate that awaits it, and
//! these bodies hold the whole SQL planner.

mod error;

pub mod lake;

mod deletion;

mod pruning;

mod files;

mod table;

mod dictionary;

mod at_cut;

mod catalog;

pub mod session;

pub mod output;

pub mod statements;

pub mod questions;

pub mod shell;

pub use error::QueryError;
pub use lake::{At, Cut, TableVersion};
pub use output::Format;
pub use session::Session;
pub use shell::shell;
pub use statements::run_statements;
