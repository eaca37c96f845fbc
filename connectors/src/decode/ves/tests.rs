//! VES events.
