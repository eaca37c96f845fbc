//! Was a promise kept, and what is due where it was not?
//!
//! ```text
//! outages ─ one for each event ─ without planned work ─▶ downtime ─▶ availability ─▶ status, credit ─▶ credit note
//! ```
//!
//! All of it is a function of the evidence as it stands; a correction changes the answer, and the difference is noted.

pub mod downtime;

pub mod assessment;

pub mod credit;

pub mod objective;

#[cfg(test)]
mod tests;
