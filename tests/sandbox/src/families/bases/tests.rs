//! Bases from outside.
