//! Sets with one thing wrong each.
