//! `weir version`: what `weir --version` says.

use std::io::Write;

use super::Failure;

/// Prints the name and the version.
pub(super) fn print() -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "weir {}", env!("CARGO_PKG_VERSION"))?)
}
