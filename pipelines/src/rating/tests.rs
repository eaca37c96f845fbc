//! Rating against expectations.
