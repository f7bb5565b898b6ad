//! The one integration binary. Paths mirror what they test.

mod architecture;
mod interop;
mod journey;
mod proof;
mod support;
