//! The tests that make the product trustworthy.

mod every_route_is_guarded;
mod policy_grid;
