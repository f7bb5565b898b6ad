//! The tests that make the product trustworthy.

mod policy_grid;
